import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { makeClip } from '../helpers/content.js';
import { runToEnd } from '../helpers/processes.js';

const script = path.join(import.meta.dirname, '../helpers/cycles.mjs');

for (const kind of ['test pattern', 'file'] as const) {
  test(`100 times opened and closed, the ${kind} leaves no descriptor, thread or memory behind`, async () => {
    const clip = await makeClip({ kind: 'photo', width: 640, height: 480, sampling: '4:2:0' });
    const device = kind === 'file' ? `file:${clip}` : 'test';
    const counts = JSON.parse(await runToEnd(process.execPath, [script, device, '100'])) as Record<
      string,
      unknown
    >;
    assert.deepEqual(counts['last'], counts['first']);
  });
}

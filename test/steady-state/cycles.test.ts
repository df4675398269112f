import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { makeClip } from '../helpers/content.js';
import { runToEnd } from '../helpers/processes.js';

/** Less than 20 KiB for each time that it is opened; the collector's own ups and downs are as large. */
const maxRssGrowthMiB = 16;
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

test('1000 times opened and closed, a camera leaves nothing behind', async (context) => {
  const output = await runToEnd(process.execPath, [script, 'test', '1000']);
  const { first, last, rssGrowthMiB } = JSON.parse(output) as Record<string, unknown>;
  assert.deepEqual(last, first);
  assert.ok(typeof rssGrowthMiB === 'number');
  context.diagnostic(`memory grew by ${rssGrowthMiB.toFixed(1)} MiB in the last 900`);
  assert.ok(rssGrowthMiB < maxRssGrowthMiB, output);
});

// Programs that stream libcamera's cameras come to their end as those of test/native-safety do.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  projectRoot,
  runInDebian13,
  startInDebian13,
} from '../helpers/debian13.js';
import { until } from '../helpers/processes.js';

const folder = path.join(projectRoot, 'test', 'native-safety');
const maxEndMs = 2000;
const shim = { PI_LIKE_DEVICE: '30' };

before(buildInDebian13, { timeout: buildTimeoutMs });

for (const [way, device, wanted] of [
  ['exit', 'both', 7],
  ['uncaught exception', 'both', 1],
  ['unhandled rejection', 'both', 1],
  ['frames on loan', '0', 7],
] as const) {
  test(`cameras stream, and the process ends: ${way}`, { timeout: 60_000 }, async () => {
    const args = ['node', path.join(folder, 'stream-program.mjs'), device, way];
    const running = startInDebian13(barsFolder, args, shim);
    await until('the stream', () => running.stdout().includes('streaming'), 30_000);
    const beganMs = performance.now();
    const code = await Promise.race([running.exited, sleep(10_000, undefined)]);
    if (code === undefined) running.child.kill('SIGKILL');
    assert.equal(code, wanted, running.stderr());
    assert.ok(performance.now() - beganMs < maxEndMs);
  });
}

for (const [name, together, times] of [
  ['a worker that streams a camera is terminated 50 times', 1, 50],
  ['two workers at once stream a camera each and are terminated 10 times', 2, 10],
] as const) {
  test(`${name}, and leaves nothing behind`, { timeout: 120_000 }, async () => {
    const args = ['node', path.join(folder, 'workers.mjs'), '0', String(times), String(together)];
    const counts = JSON.parse(await runInDebian13(barsFolder, args, shim)) as Record<string, unknown>;
    assert.deepEqual(counts['last'], counts['first']);
  });
}

// A process that is asked may hang, crash, or talk of other things.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probe, runProbe } from '../../../lib/app/doctor/probe.js';

const evaluate = (script: string, limitMs = 5000) => runProbe<unknown>(['-e', script], limitMs);

test('a process that hangs is given up, and leaves nothing that would keep this one', async () => {
  const beganMs = performance.now();
  const result = await evaluate('console.error("waiting"); setInterval(() => {}, 1000)', 1000);
  assert.deepEqual(result, { error: 'no answer within 1 s', log: ['waiting'] });
  assert.ok(performance.now() - beganMs < 3000);
});

test('a process that crashes is told of, with the last that it said', async () => {
  const result = await evaluate('for (const i of [1, 2, 3, 4]) console.error("line " + i); process.abort()');
  assert.ok('error' in result && result.error === 'the process that asked ended with SIGABRT');
  assert.equal(result.log.length, 3);
});

test('what a library prints besides is no answer', async () => {
  const good = await evaluate('console.log("Hello"); console.log(JSON.stringify({ answer: [1] }))');
  assert.deepEqual(good, { answer: [1], log: [] });
  const bad = await evaluate('console.log("Hello")');
  assert.deepEqual(bad, { error: 'the process that asked gave no answer', log: [] });
});

test('hosts are resolved, or not', async () => {
  assert.deepEqual(await probe('host', '127.0.0.1'), { answer: '127.0.0.1', log: [] });
  const result = await probe('host', 'no-such-host.invalid');
  assert.ok('error' in result);
  assert.match(result.error, /no-such-host\.invalid cannot be resolved/);
});

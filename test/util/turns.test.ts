import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { inTurn } from '../../lib/util/turns.js';

test('work that takes long is done over many turns of the event loop, in its order', async () => {
  const done: number[] = [];
  const busyFor = (ms: number): void => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs);
  };
  for (let i = 0; i < 40; i++) {
    inTurn(() => {
      busyFor(1);
      done.push(i);
    });
  }
  const perTurn = [done.length];
  while (done.length < 40) {
    const before = done.length;
    await turn();
    perTurn.push(done.length - before);
  }
  assert.ok(Math.max(...perTurn) <= 3, perTurn.join(' '));
  assert.deepEqual(
    done,
    Array.from({ length: 40 }, (_, i) => i),
  );
});

test('work that is quickly done is done at once', async () => {
  await turn();
  await turn();
  let done = 0;
  for (let i = 0; i < 20; i++) inTurn(() => (done += 1));
  assert.equal(done, 20);
});

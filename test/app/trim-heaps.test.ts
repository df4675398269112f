import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { coreAddon } from '../../lib/native/core-addon.js';

test('memory that was freed between blocks in use goes back to the system', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const addon = coreAddon();
  // Each from the heap, and not from the system by itself; every eighth one stays.
  const blocks = Array.from({ length: 800 }, () => Buffer.alloc(100_000, 1));
  const kept = blocks.filter((_, i) => i % 8 === 7);
  blocks.length = 0;
  collect();
  await sleep(500); // a thread of V8's frees them
  const beforeBytes = process.memoryUsage.rss();
  addon.trimHeaps();
  const freedBytes = beforeBytes - process.memoryUsage.rss();
  assert.ok(freedBytes > 40e6, `${String(freedBytes)} bytes went back`);
  assert.ok(kept.every((block) => block[99_999] === 1));
});

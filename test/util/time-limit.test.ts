import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withinLimit } from '../../lib/util/time-limit.js';

const late = (): Error => new Error('too late');

test('what comes in time is handed on, be it a value or an error', async () => {
  assert.equal(await withinLimit(1000, sleep(1, 'here'), late), 'here');
  await assert.rejects(withinLimit(1000, Promise.reject(new Error('its own')), late), /its own/);
});

test('what does not come in time is an error', async () => {
  const never = new Promise<never>(() => {
    // Like a call of libcamera that hangs.
  });
  await assert.rejects(withinLimit(20, never, late), /too late/);
});

test('a process that stood still finds what had come meanwhile, not that it is too late', async () => {
  const result = withinLimit(20, sleep(30, 'here'), late);
  const endMs = performance.now() + 100;
  while (performance.now() < endMs); // both timers are due now
  assert.equal(await result, 'here');
});

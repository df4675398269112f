import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera } from '../../lib/index.js';
import { until } from '../helpers/processes.js';

test('a camera that is paused captures nothing, and goes on after a start', async (context) => {
  const camera = await openCamera({ device: 'test', width: 64, height: 48, fps: 100 });
  context.after(() => camera.close());
  let frames = 0;
  const consumer = { take: () => void (frames += 1) };
  await camera.pause(); // harmless before it has been started
  await camera.attach(consumer);
  await until('frames', () => frames >= 5);
  await camera.pause();
  await camera.pause(); // and once more
  const { captured } = camera.statistics();
  await sleep(100);
  assert.equal(camera.statistics().captured, captured);
  const before = frames;
  await camera.start();
  await until('frames again', () => frames >= before + 5);
  await camera.close();
  await camera.pause(); // nothing is left to be paused
  await assert.rejects(camera.start(), { code: 'ERR_CLOSED' });
});

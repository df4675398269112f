// One camera fails while it streams; the other one must not notice.
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInDebian13, buildTimeoutMs } from '../helpers/debian13.js';
import { FaultyStreamer, meetFault, onFirstCamera, type CameraFaultCase } from './faulty-streamer.js';
import { isFull } from '../helpers/full.js';

let streamer: FaultyStreamer;
before(
  async () => {
    await buildInDebian13();
    streamer = await FaultyStreamer.start();
  },
  { timeout: buildTimeoutMs },
);
after(() => streamer.stop());

/** A fault that lasts so long. */
function lasting(durationMs: number, ...faults: readonly string[]): CameraFaultCase {
  return {
    begin: async ({ faults: file }) => {
      file.set(...onFirstCamera(...faults));
      await sleep(durationMs);
    },
  };
}

/** The camera is away for a second, and meets a fault when it is there again. */
function whenPluggedIn(fault: string): CameraFaultCase {
  return {
    faultCount: 2,
    begin: async ({ faults: file }) => {
      file.set(...onFirstCamera('unplug'));
      await sleep(1000);
      file.set(...onFirstCamera(fault));
      await sleep(1500);
    },
  };
}

const cases: Readonly<Record<string, CameraFaultCase>> = {
  'stalls for 0.3 s': lasting(300, 'stall'),
  // The fault ends when what was asked of the camera anew has just been lost, too.
  'stalls for 1.3 s': lasting(1300, 'stall'),
  'stalls for 3 s': lasting(3000, 'stall'),
  'stalls for 3.3 s': lasting(3300, 'stall'),
  'has each request cancelled': lasting(2000, 'cancel'),
  'delivers no valid frame for 3 s': lasting(3000, 'error'),
  'delivers every third frame not valid': { ...lasting(2000, 'error=3'), minFrames: 35 },
  'is slow': { ...lasting(2000, 'slow=200'), minFrames: 6 },
  'has no timestamps': { ...lasting(1500, 'timestamp=zero'), minFrames: 40 },
  'has timestamps that run back': { ...lasting(1500, 'timestamp=back'), minFrames: 40 },
  'has timestamps that jump by an hour': { ...lasting(1500, 'timestamp=hour'), minFrames: 40 },
  // At once, because libcamera says that it is there: the next attempt would be half a second away.
  'is unplugged and plugged in again': { ...lasting(2000, 'unplug'), limitMs: 400 },
  'is in use by another process when it is plugged in': whenPluggedIn('busy'),
  'gets no memory for its third buffer when it is plugged in': whenPluggedIn('no-memory=3'),
};

const telling: readonly string[] = [
  'stalls for 3 s',
  'has each request cancelled',
  'has timestamps that run back',
  'is unplugged and plugged in again',
  'is in use by another process when it is plugged in',
];

for (const [name, fault] of Object.entries(cases)) {
  if (!isFull && !telling.includes(name)) continue;
  test(`a camera that ${name} streams again in time`, { timeout: 40_000 }, async (context) => {
    try {
      context.diagnostic(`first frame ${(await meetFault(streamer, fault)).toFixed(0)} ms after the end`);
    } finally {
      streamer.faults.set();
    }
  });
}

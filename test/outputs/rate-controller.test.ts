import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RateController } from '../../lib/outputs/rtp/rate-controller.js';
import { busiestSecondKbps, bytesOf, simulate, type SentFrame } from './simulated-stream.js';

const maxBitrateKbps = 8000;

/** Of the bound, over the frames first..last. */
function usage(sent: readonly SentFrame[], first: number, last: number, fps: number): number {
  const frames = sent.filter(({ frame }) => frame >= first && frame < last);
  return (bytesOf(frames) * 8) / 1000 / ((last - first) / fps) / maxBitrateKbps;
}

function qualities(sent: readonly SentFrame[], first: number, last: number): number[] {
  return sent.filter(({ frame }) => frame >= first && frame < last).map(({ quality }) => quality);
}

for (const fps of [10, 15, 30, 60]) {
  for (const exponent of [0.37, 0.5, 0.65]) {
    for (const subFrame of [false, true]) {
      const sending = subFrame ? 'while they are encoded' : 'when they are complete';
      describe(`${String(fps)} frames a second, sent ${sending}, exponent ${String(exponent)}`, () => {
        const second = fps;
        // Flat, detailed, flat: quality 90 would need 0.9 and 3.6 shares.
        const [begin, end, frames] = [6 * second, 12 * second, 18 * second];
        const size = (frame: number): number => (frame >= begin && frame < end ? 1.2 : 0.3);
        const { sent, controller } = simulate({
          ...{ fps, exponent, subFrame, maxBitrateKbps, frames, size, noise: 0.1 },
        });

        test('no second exceeds the bound by more than a tenth, from ten frames after a change on', () => {
          const counts = (frame: number): boolean =>
            [0, begin, end].every((change) => frame >= change + 10 || frame + second <= change);
          const busiest = busiestSecondKbps(sent, counts);
          assert.ok(busiest <= 1.1 * maxBitrateKbps, String(busiest));
        });

        test('what needs more than the bound gets 85 % of it at least', () => {
          const used = usage(sent, begin + 2 * second, end, fps);
          assert.ok(used >= 0.85, String(used));
        });

        test('what needs less gets all the quality there is, in the end', () => {
          assert.ok(qualities(sent, frames - second, frames).every((quality) => quality >= 88));
        });

        test('quality does not swing', () => {
          for (const [first, last] of [
            [begin + 2 * second, end],
            [frames - second, frames],
          ] as const) {
            const seen = qualities(sent, first, last);
            assert.ok(Math.max(...seen) - Math.min(...seen) <= 5, seen.join(' '));
          }
        });

        test('few frames are left out, and all of them where pictures change', () => {
          const { framesSkipped } = controller.statistics(0);
          assert.equal(framesSkipped, frames - sent.length);
          assert.ok(framesSkipped <= 8, String(framesSkipped));
          const steady = sent.filter(({ frame }) => frame >= begin + 2 * second && frame < end);
          assert.equal(steady.length, 4 * second);
        });
      });
    }
  }
}

test('pictures that grow little by little keep to the bound, too', () => {
  const { sent } = simulate({
    ...{ fps: 30, maxBitrateKbps, frames: 600 },
    size: (frame) => 0.4 * 1.01 ** (frame % 150),
  });
  const busiest = busiestSecondKbps(sent, (frame) => frame >= 10);
  assert.ok(busiest <= 1.1 * maxBitrateKbps, String(busiest));
});

describe('pictures that are too large at the lowest quality', () => {
  for (const subFrame of [false, true]) {
    test(`frames are left out, evenly, ${subFrame ? 'sent in parts' : 'sent as a whole'}`, () => {
      const { sent, controller } = simulate({
        ...{ fps: 30, maxBitrateKbps, frames: 300, size: () => 4, subFrame },
      });
      const late = sent.filter(({ frame }) => frame >= 60);
      assert.ok(busiestSecondKbps(late) <= 1.1 * maxBitrateKbps);
      assert.ok(usage(sent, 60, 300, 30) >= 0.85);
      assert.ok(late.every(({ quality }) => quality === 20));
      const gaps = late.slice(1).map(({ frame }, i) => frame - (late[i]?.frame ?? 0));
      assert.ok(Math.max(...gaps) <= 4, gaps.join(' '));
      assert.equal(controller.statistics(0).framesSkipped, 300 - sent.length);
    });
  }

  test('a frame that alone exceeds the bound is sent now and then', () => {
    const { sent } = simulate({ fps: 30, maxBitrateKbps: 100, frames: 900, size: () => 100, noise: 0 });
    assert.ok(sent.length >= 8 && sent.length <= 20, String(sent.length));
  });
});

describe('the quality', () => {
  test('is at most the camera’s, whatever that is', () => {
    for (const ceiling of [1, 15, 40, 100]) {
      const { sent } = simulate({ fps: 30, maxBitrateKbps, frames: 100, size: () => 0.01, ceiling });
      assert.ok(sent.every(({ quality }) => quality <= ceiling));
      assert.equal(sent.at(-1)?.quality, ceiling);
    }
  });

  test('follows the camera’s at once, and says so', () => {
    const { controller } = simulate({ fps: 30, maxBitrateKbps, frames: 200, size: () => 0.1, ceiling: 90 });
    assert.equal(controller.limit(90), 90);
    assert.equal(controller.limit(60), 60);
    const { quality, lastChange } = controller.statistics(0);
    assert.deepEqual([quality, lastChange], [60, 'ceiling']);
  });

  test('never falls below the lowest one', () => {
    for (const minQuality of [1, 35, 80]) {
      const { sent } = simulate({ fps: 30, maxBitrateKbps, frames: 100, size: () => 20, minQuality });
      assert.equal(sent.at(-1)?.quality, minQuality);
    }
  });

  test('says why it was changed', () => {
    const light = simulate({ fps: 30, maxBitrateKbps, frames: 30, size: () => 0.2 });
    assert.equal(light.controller.statistics(0).lastChange, 'room');
    const heavy = simulate({ fps: 30, maxBitrateKbps, frames: 5, size: () => 3 });
    assert.equal(heavy.controller.statistics(0).lastChange, 'size');
    assert.ok(heavy.controller.statistics(0).changes > 0);
  });
});

test('JPEG that was not encoded here has no quality to change: frames are left out', () => {
  const controller = new RateController({ maxBitrateKbps: 800 });
  let sent = 0;
  for (let frame = 0; frame < 300; frame++) {
    const timeUs = (frame * 1e6) / 30;
    if (!controller.admits(timeUs, 0, 10_000)) continue;
    controller.onSent(timeUs, 0, 10_000);
    sent += 1;
  }
  assert.ok(sent >= 95 && sent <= 105, String(sent));
  assert.equal(controller.limit(85), 50);
});

test('the bitrate of the last second is measured', () => {
  const controller = new RateController({ maxBitrateKbps });
  for (let frame = 0; frame < 90; frame++) controller.onSent(frame * 40_000, 0, 15_000);
  assert.equal(controller.statistics(89 * 40_000).bitrateKbps, 3000);
  assert.equal(controller.statistics(5e6).bitrateKbps, 0);
});

describe('receivers’ reports', () => {
  const report = (fractionLost: number) => [{ ssrc: 1, fractionLost, jitterMs: 1, lastReportAgeMs: 0 }];

  test('lower the bound, and with it the bitrate', () => {
    const controller = new RateController({ maxBitrateKbps });
    for (let i = 1; i <= 4; i++) controller.onReports(report(0.1), i * 2e6);
    const { boundKbps, lastChange, changes } = controller.statistics(0);
    assert.ok(Math.abs(boundKbps - maxBitrateKbps * 0.85 ** 4) < 1);
    assert.deepEqual([lastChange, changes], ['loss', 4]);
    for (let i = 5; i <= 30; i++) controller.onReports(report(0), i * 2e6);
    assert.equal(controller.statistics(0).boundKbps, maxBitrateKbps);
    assert.equal(controller.statistics(0).lastChange, 'recovery');
  });
});

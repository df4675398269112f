import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProgressWatch, stuckAfterMs } from '../../../lib/app/service/progress-watch.js';
import { threadCounters, type WatchedStream } from '../../../lib/app/service/thread-counters.js';

const thread = 'the JPEG encoder of camera1';

/** Looks every three seconds for a minute. Returns when it was stuck first, in milliseconds; undefined: never. */
function stuckAt(counts: (nowMs: number) => { finished: number; waited: number }): number | undefined {
  const watch = new ProgressWatch();
  for (let nowMs = 0; nowMs <= 60_000; nowMs += 3000) {
    if (watch.observe([{ thread, ...counts(nowMs) }], nowMs).length > 0) return nowMs;
  }
  return undefined;
}

describe('a thread', () => {
  it('is stuck when it has work and finishes nothing for ten seconds', () => {
    const at = stuckAt((nowMs) => ({ finished: Math.min(nowMs, 9000), waited: nowMs / 33 }));
    assert.equal(at, 21_000);
    assert.ok(at - 9000 >= stuckAfterMs && at - 9000 <= stuckAfterMs + 3000);
  });

  it('is not stuck without work: a camera that was unplugged', () => {
    assert.equal(
      stuckAt((nowMs) => ({ finished: Math.min(nowMs, 9000), waited: 7 })),
      undefined,
    );
  });

  it('is not stuck while it is merely too slow', () => {
    assert.equal(
      stuckAt((nowMs) => ({ finished: Math.floor(nowMs / 9000), waited: nowMs })),
      undefined,
    );
  });

  it('begins anew with counts that begin anew, and is forgotten when it is gone', () => {
    const watch = new ProgressWatch();
    const look = (finished: number, waited: number, nowMs: number): string[] =>
      watch.observe([{ thread, finished, waited }], nowMs);
    look(5, 100, 0);
    assert.deepEqual(look(5, 0, 20_000), []); // opened again
    assert.deepEqual(look(5, 1, 20_001), []);
    assert.deepEqual(look(5, 1, 30_000), [thread]);
    watch.observe([], 40_000);
    assert.deepEqual(look(5, 2, 40_001), []);
    assert.deepEqual(look(5, 3, 50_001), [thread]);
  });
});

/** Counters as a camera has them. */
interface Shape {
  readonly capture?: Partial<WatchedStream['pipeline']['captureStatistics']>;
  readonly framesSent?: number;
  readonly framesLeft?: number;
  readonly video?: Record<string, number>;
}

function counters({ capture = {}, framesSent = 0, framesLeft = 0, video }: Shape) {
  const stream = {
    name: 'camera1',
    pipeline: { captureStatistics: capture },
    output: { statistics: () => ({ framesSent, sendLatency: { count: framesLeft } }) },
    cameraVideo: video && { feed: { statistics: () => video } },
  };
  return threadCounters(stream as Parameters<typeof threadCounters>[0]);
}

/** The threads that are stuck when this is followed by that, 10 seconds later. */
function stuck(first: Shape, then: Shape): string[] {
  const watch = new ProgressWatch();
  watch.observe(counters(first), 0);
  return watch.observe(counters(then), stuckAfterMs);
}

describe('counters of a camera', () => {
  const capture = { captured: 100, encoded: 95, droppedEncoder: 2, droppedNoSlot: 1, encodeTimeUs: 9000 };

  it('show an encoder that displaces frames and finishes none', () => {
    assert.deepEqual(stuck({ capture }, { capture: { ...capture, captured: 400, droppedEncoder: 299 } }), [
      'the JPEG encoder of camera1',
    ]);
  });

  it('show no fault where frames fail, lack room, or do not come', () => {
    const late = { ...capture, captured: 400, droppedEncoder: 100 };
    assert.deepEqual(stuck({ capture }, { capture: { ...late, encodeTimeUs: 10_000 } }), []);
    assert.deepEqual(stuck({ capture }, { capture: { ...late, droppedNoSlot: 200 } }), []);
    assert.deepEqual(stuck({ capture }, { capture }), []);
    assert.deepEqual(stuck({}, {}), []);
  });

  it('show senders that take frames, or keep all slots, and let none go', () => {
    const sender = ['the sender of camera1'];
    assert.deepEqual(stuck({ framesSent: 90, framesLeft: 88 }, { framesSent: 93, framesLeft: 88 }), sender);
    const full = { capture: { ...capture, encodeTimeUs: 9001, droppedNoSlot: 300 } };
    const atFirst = { capture, framesSent: 93, framesLeft: 88 };
    assert.deepEqual(stuck(atFirst, { ...full, framesSent: 93, framesLeft: 88 }), sender);
    assert.deepEqual(stuck(atFirst, { ...full, framesSent: 93, framesLeft: 93 }), []);
    assert.deepEqual(stuck({ framesSent: 90, framesLeft: 88 }, { framesSent: 390, framesLeft: 388 }), []);
  });

  it('show a video encoder that is stuck', () => {
    const video = { encoded: 10, droppedEncoder: 0, droppedNoSlot: 0, encodeTimeUs: 100 };
    assert.deepEqual(stuck({ video }, { video: { ...video, droppedEncoder: 250 } }), [
      'the video encoder of camera1',
    ]);
    assert.deepEqual(stuck({ video }, { video: { ...video, droppedEncoder: 250, encodeTimeUs: 200 } }), []);
  });
});

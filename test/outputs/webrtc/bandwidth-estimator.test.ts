import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BandwidthEstimator } from '../../../lib/outputs/webrtc/bandwidth-estimator.js';

const maxBps = 2_000_000;
const minBps = 150_000;
const maxPacketBytes = 1200;

/** A link that packets go through, in virtual time. Frames are sent as the estimator allows, 30 a second. */
class Link {
  readonly estimator = new BandwidthEstimator({ minBps, maxBps });
  capacityBps = 1e9;
  delayUs = 5_000;
  queueUs = 200_000;
  lossFraction = 0;
  #nowUs = 1e9;
  #freeUs = 0;
  #sequence = 0;
  #reported = 0;
  #arrivals: number[] = [];
  #random = 1;

  /** Returns what was sent in the last of these seconds, bits a second. */
  run(seconds: number): number {
    const endUs = this.#nowUs + seconds * 1e6;
    let lastSecondBits = 0;
    for (; this.#nowUs < endUs; this.#nowUs += 33_333) {
      const bits = this.#sendFrame();
      if (this.#nowUs > endUs - 1e6) lastSecondBits += bits;
      if (this.#sequence - this.#reported >= 10) this.#report();
    }
    return lastSecondBits;
  }

  #sendFrame(): number {
    const frameBytes = this.estimator.bitrateBps / 30 / 8;
    const packets = Math.ceil(frameBytes / maxPacketBytes);
    const packetBytes = Math.ceil(frameBytes / packets);
    for (let i = 0; i < packets; i++) {
      this.estimator.onSent(this.#sequence & 0xffff, packetBytes, this.#nowUs);
      this.#arrivals.push(this.#arrival(packetBytes));
      this.#sequence += 1;
    }
    return packets * packetBytes * 8;
  }

  /** By the receiver's clock; NaN: it is lost. */
  #arrival(packetBytes: number): number {
    const beginUs = Math.max(this.#nowUs, this.#freeUs);
    // Numerical Recipes' generator: the same losses in each run.
    this.#random = (this.#random * 1664525 + 1013904223) % 2 ** 32;
    if (beginUs - this.#nowUs > this.queueUs) return NaN;
    this.#freeUs = beginUs + (packetBytes * 8e6) / this.capacityBps;
    return this.#random / 2 ** 32 < this.lossFraction ? NaN : this.#freeUs + this.delayUs - 77e6;
  }

  /** As late as the last of them arrived. */
  #report(): void {
    const arrivalsUs = this.#arrivals;
    this.#arrivals = [];
    this.estimator.onTransportFeedback(
      { baseSequenceNumber: this.#reported & 0xffff, arrivalsUs },
      this.#nowUs + 2 * this.delayUs,
    );
    this.#reported = this.#sequence;
  }
}

test('a way that carries it all gets the whole bitrate', () => {
  const link = new Link();
  link.run(10);
  assert.equal(link.estimator.bitrateBps, maxBps);
});

test('2 % of random losses and a delay of 40 ms cost nothing', () => {
  const link = new Link();
  Object.assign(link, { lossFraction: 0.02, delayUs: 40_000 });
  for (let i = 0; i < 30; i++) {
    link.run(1);
    assert.equal(link.estimator.bitrateBps, maxBps, `after ${String(i + 1)} s`);
  }
});

test('a way that becomes longer, but not narrower, has its bitrate back soon', () => {
  const link = new Link();
  link.run(5);
  link.delayUs = 80_000;
  link.run(6);
  assert.equal(link.estimator.bitrateBps, maxBps);
});

for (const queueUs of [20_000, 200_000, 2_000_000]) {
  test(`a way of 60 % with a queue of ${String(queueUs / 1000)} ms: under it within 3 s, back 5 s after`, () => {
    const link = new Link();
    link.run(5);
    Object.assign(link, { capacityBps: 0.6 * maxBps, queueUs });
    link.run(3);
    const rates = Array.from({ length: 20 }, () => link.run(1));
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    // It tries now and then whether there is more.
    assert.ok(mean < 0.61 * maxBps && mean > 0.4 * maxBps, rates.join(' '));
    link.capacityBps = 1e9;
    link.run(5);
    assert.equal(link.estimator.bitrateBps, maxBps);
  });
}

test('however bad the way is, the least is sent', () => {
  const link = new Link();
  link.capacityBps = 50_000;
  link.run(20);
  assert.ok(link.estimator.bitrateBps < 2 * minBps, String(link.estimator.bitrateBps));
  assert.ok(link.estimator.bitrateBps >= minBps);
});

test("without transport feedback the receiver's estimate counts, and losses", () => {
  const estimator = new BandwidthEstimator({ minBps, maxBps });
  estimator.onRemb(700_000);
  assert.equal(estimator.bitrateBps, 700_000);
  estimator.onLossReport(0.4);
  assert.equal(estimator.bitrateBps, 560_000);
  for (let i = 0; i < 20; i++) estimator.onLossReport(0.02);
  assert.equal(estimator.bitrateBps, maxBps);
});

test('feedback about what was never sent changes nothing', () => {
  const estimator = new BandwidthEstimator({ minBps, maxBps });
  for (let i = 1; i < 50; i++) {
    const arrivalsUs = [NaN, -1e12, 1e12, NaN, 0];
    estimator.onTransportFeedback({ baseSequenceNumber: i * 1000, arrivalsUs }, i * 1e6);
  }
  assert.equal(estimator.bitrateBps, maxBps);
});

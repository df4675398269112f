// What the sender cuts at restart intervals, with losses on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChromaSampling } from '../../lib/jpeg/index.js';
import type { JpegPacketizer } from '../../lib/rtp/index.js';
import { encodeInterval, intervalsOf, joinScan, someMcus, type Mcu } from '../jpeg/entropy-coding.js';
import { frameWith, packetizerWith, send } from './jpeg-stream.js';
import { TestReceiver, without } from './received.js';
import { finish, patched, type Picture } from './restart-frames.js';

/** 20x8 MCUs, an interval a row. */
function pictureOf(sampling: ChromaSampling): Picture {
  const height = sampling === '4:2:0' ? 128 : 64;
  const size = { width: 320, height };
  return { sampling, size, widthUnits: 40, heightUnits: height / 8, mcus: 160, restartInterval: 20 };
}

interface Sent {
  readonly mcus: readonly Mcu[];
  readonly packets: Uint8Array[];
  /** By packet, which intervals are lost without it. */
  readonly costs: number[][];
}

function sendFrame(packetizer: JpegPacketizer, number: number, shape: Picture): Sent {
  const { sampling, size, restartInterval } = shape;
  const mcus = someMcus(shape.mcus, sampling, number);
  const intervals = intervalsOf(mcus, restartInterval).map((interval) => encodeInterval(interval, sampling));
  const frame = frameWith(joinScan(intervals).slice(0, -2), { ...size, sampling, restartInterval });
  const sent = send(packetizer, frame, number * 33_333);
  const counts = sent.map(({ restart }) => restart?.restartCount ?? assert.fail());
  const costs = counts.map((count) => {
    const next = counts.find((other) => other > count) ?? intervals.length;
    return Array.from({ length: next - count }, (_, i) => count + i);
  });
  return { mcus, packets: sent.map(({ bytes }) => bytes), costs };
}

for (const sampling of ['4:2:0', '4:2:2'] as const) {
  // Several intervals in a packet, about one, and several packets for one.
  for (const mtu of [1400, 500, 256]) {
    test(`${sampling} in packets of ${String(mtu)} bytes: any lost packet costs its intervals only`, () => {
      const shape = pictureOf(sampling);
      const packetizer = packetizerWith({ mtu, quantizationTables: 'static' });
      const before = sendFrame(packetizer, 1, shape);
      const damaged = sendFrame(packetizer, 2, shape);
      assert.ok(damaged.packets.length > 1);
      for (const [i, lost] of damaged.costs.entries()) {
        const receiver = new TestReceiver();
        receiver.receive(before.packets);
        receiver.receive(without(damaged.packets, i));
        assert.deepEqual(finish(receiver, shape), [
          before.mcus,
          patched(damaged.mcus, before.mcus, lost, shape),
        ]);
        const { damagedRows, frame } = receiver.frames[1] ?? assert.fail();
        const rows = shape.size.height / 8;
        assert.deepEqual(damagedRows, [{ firstRow: rows * (lost[0] ?? 0), rowCount: rows * lost.length }]);
        assert.ok(Math.abs(frame.damagedArea - lost.length / 8) < 1e-9);
      }
    });
  }
}

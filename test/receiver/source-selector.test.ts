import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceSelector } from '../../lib/receiver/source-selector.js';
import { parseRtpPacket, writeRtpHeader } from '../../lib/rtp/index.js';

const second = 1_000_000;

/** Records what gets through: "selected 7", then "7:100" for packet 100 of stream 7. */
class Log {
  readonly entries: string[] = [];
  readonly selector: SourceSelector;
  nowUs = 0;

  constructor(ssrc?: number) {
    this.selector = new SourceSelector({
      ssrc,
      clockRateHz: 90_000,
      onSelected: (source) => this.entries.push(`selected ${String(source.ssrc)}`),
      onPacket: (bytes, { ssrc: from, sequenceNumber }) => {
        assert.equal(bytes[12], sequenceNumber & 0xff, 'the packet is its own');
        this.entries.push(`${String(from)}:${String(sequenceNumber)}`);
      },
    });
  }

  /** Packets of a stream, all in the same memory as a socket's may be. */
  receive(ssrc: number, ...sequenceNumbers: readonly number[]): void {
    const bytes = new Uint8Array(20);
    for (const sequenceNumber of sequenceNumbers) {
      writeRtpHeader(bytes, 0, false, 26, sequenceNumber, 0, ssrc);
      bytes[12] = sequenceNumber;
      const packet = parseRtpPacket(bytes);
      assert.ok(packet.ok);
      this.selector.receive(bytes, packet.value, this.nowUs);
    }
  }

  take(): string[] {
    return this.entries.splice(0);
  }
}

test('two packets whose numbers follow each other make a stream, and neither of them is lost', () => {
  const log = new Log();
  log.receive(7, 100);
  assert.deepEqual(log.take(), []);
  log.receive(7, 101, 102);
  assert.deepEqual(log.take(), ['selected 7', '7:100', '7:101', '7:102']);
  assert.equal(log.selector.packetsForeign, 0);
});

test("packets whose numbers don't follow each other make none", () => {
  const log = new Log();
  log.receive(7, 100, 200, 300);
  assert.deepEqual(log.take(), []);
});

test('packets of a stream that begins out of order are handed on in order, and none is lost', () => {
  const log = new Log();
  log.receive(7, 2, 65_535, 5, 0);
  assert.deepEqual(log.take(), ['selected 7', '7:65535', '7:0', '7:2', '7:5']);
  log.receive(7, 4, 1, 3);
  assert.deepEqual(log.take(), ['7:4', '7:1', '7:3']);
});

test('while a stream comes no other takes over, however regular', () => {
  const log = new Log();
  log.receive(7, 1, 2);
  log.take();
  for (let i = 0; i < 30; i++) {
    log.nowUs += second / 10;
    log.receive(8, i);
    log.receive(7, 3 + i);
  }
  assert.ok(log.take().every((entry) => entry.startsWith('7:')));
  assert.equal(log.selector.packetsForeign, 30);
});

test('after a second of silence another stream takes over', () => {
  const log = new Log();
  log.receive(7, 1, 2);
  log.nowUs = 1.1 * second;
  log.receive(8, 50, 51);
  assert.deepEqual(log.take().slice(-3), ['selected 8', '8:50', '8:51']);
  log.receive(7, 3, 4);
  assert.deepEqual(log.take(), []);
});

test('after its end another stream takes over at once', () => {
  const log = new Log();
  log.receive(7, 1, 2);
  log.selector.end();
  log.receive(8, 50, 51);
  assert.deepEqual(log.take().slice(-3), ['selected 8', '8:50', '8:51']);
});

test('a stream that was asked for by name is the only one', () => {
  const log = new Log(8);
  log.receive(7, 1, 2, 3);
  log.receive(8, 1, 2);
  assert.deepEqual(log.take(), ['selected 8', '8:1', '8:2']);
  assert.equal(log.selector.packetsForeign, 3);
});

test('a flood of streams leaves room for the one that goes on', () => {
  const log = new Log();
  for (let ssrc = 1000; ssrc < 11_000; ssrc++) log.receive(ssrc, ssrc & 0xffff);
  log.receive(7, 1, 2);
  assert.deepEqual(log.take(), ['selected 7', '7:1', '7:2']);
  assert.equal(log.selector.packetsForeign, 10_000 - 15);
});

test('a stream that begins anew with other numbers is told', () => {
  const log = new Log();
  log.receive(7, 1, 2);
  log.take();
  log.receive(7, 30_000, 30_001);
  assert.deepEqual(log.take(), ['selected 7', '7:30001']);
});

test('a sequence number far off is refused, and the stream goes on', () => {
  const log = new Log();
  log.receive(7, 1, 2, 30_000, 3);
  assert.deepEqual(log.take(), ['selected 7', '7:1', '7:2', '7:3']);
  assert.equal(log.selector.packetsRefused, 1);
});

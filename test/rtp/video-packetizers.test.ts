import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packetizeH264, packetizeVp8, type PayloadWriter } from '../../lib/rtp/index.js';
import { hex } from './hex.js';

interface Payload {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Keeps what a packetizer writes. */
class Payloads implements PayloadWriter {
  readonly all: Payload[] = [];
  readonly maxPayloadBytes: number;

  constructor(maxPayloadBytes: number) {
    this.maxPayloadBytes = maxPayloadBytes;
  }

  add(header: readonly number[], data: Uint8Array, begin: number, end: number, isLast: boolean): void {
    this.all.push({ bytes: Uint8Array.of(...header, ...data.subarray(begin, end)), isLast });
  }
}

/** A receiver of RFC 6184, as far as it is sent: NAL units alone and FU-A. */
function nalUnitsOf(payloads: readonly Payload[]): Uint8Array[] {
  const units: Uint8Array[] = [];
  let fragments: number[] = [];
  for (const { bytes } of payloads) {
    const [indicator = 0, header = 0] = bytes;
    if ((indicator & 0x1f) !== 28) {
      units.push(bytes);
      continue;
    }
    assert.equal((header & 0x80) !== 0, fragments.length === 0, 'S is set in the first fragment alone');
    if (fragments.length === 0) fragments.push((indicator & 0xe0) | (header & 0x1f));
    fragments.push(...bytes.subarray(2));
    if ((header & 0x40) === 0) continue;
    units.push(Uint8Array.from(fragments));
    fragments = [];
  }
  assert.equal(fragments.length, 0, 'E is set in the last fragment');
  return units;
}

test('H.264: NAL units that fit go alone, without start codes, the marker with the last one', () => {
  const writer = new Payloads(100);
  const accessUnit = hex(`
    00 00 00 01  67 42 c0 1e  # SPS behind a start code of four bytes
    00 00 01     68 ce 3c 80  # PPS behind one of three
    00 00 00 01  65 88 84 00  11
  `);
  packetizeH264(accessUnit, writer);
  assert.deepEqual(writer.all, [
    { bytes: hex('67 42 c0 1e'), isLast: false },
    { bytes: hex('68 ce 3c 80'), isLast: false },
    { bytes: hex('65 88 84 00 11'), isLast: true },
  ]);
});

test('H.264: a NAL unit that does not fit goes in fragments of much the same length', () => {
  const writer = new Payloads(6);
  packetizeH264(hex('00 00 00 01  65 01 02 03 04 05 06 07 08 09 0a'), writer);
  assert.deepEqual(writer.all, [
    { bytes: hex('7c 85  01 02 03     # NRI 3, type 28; S, type 5'), isLast: false },
    { bytes: hex('7c 05  04 05 06     # neither S nor E'), isLast: false },
    { bytes: hex('7c 45  07 08 09 0a  # E'), isLast: true },
  ]);
});

test('H.264: any NAL units come back as they were, in no longer packets than allowed', () => {
  // Emulation prevention (H.264 section 7.4.1) keeps 00 00 00..02 out of NAL units, and they don't end with zero.
  const nalUnit = fc
    .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 300 })
    .map((bytes) => Uint8Array.of(0x61, ...bytes));
  const startCode = fc.constantFrom([0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0, 1]);
  const input = fc.array(fc.tuple(startCode, nalUnit), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(input, fc.integer({ min: 4, max: 200 }), (parts, maxPayloadBytes) => {
      const writer = new Payloads(maxPayloadBytes);
      packetizeH264(Uint8Array.from(parts.flatMap(([code, unit]) => [...code, ...unit])), writer);
      assert.deepEqual(
        nalUnitsOf(writer.all),
        parts.map(([, unit]) => unit),
      );
      assert.ok(writer.all.every(({ bytes }) => bytes.length <= maxPayloadBytes));
      assert.deepEqual(
        writer.all.map(({ isLast }) => isLast),
        writer.all.map((_, i) => i === writer.all.length - 1),
      );
    }),
  );
});

test('VP8: fragments behind a descriptor, S in the first one alone', () => {
  const writer = new Payloads(5);
  packetizeVp8(hex('01 02 03 04 05 06 07 08 09'), writer);
  assert.deepEqual(writer.all, [
    { bytes: hex('10 01 02 03'), isLast: false },
    { bytes: hex('00 04 05 06'), isLast: false },
    { bytes: hex('00 07 08 09'), isLast: true },
  ]);
});

test('VP8: a frame that fits is one packet', () => {
  const writer = new Payloads(5);
  packetizeVp8(hex('01 02 03 04'), writer);
  assert.deepEqual(writer.all, [{ bytes: hex('10 01 02 03 04'), isLast: true }]);
});

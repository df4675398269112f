import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  parseJpegMainHeader,
  parseQuantizationTableHeader,
  parseRestartMarkerHeader,
  parseRtpPacket,
} from '../../lib/rtp/index.js';

// Mostly version 2, so that what follows is reached.
const packets = fc
  .tuple(fc.uint8Array({ maxLength: 80 }), fc.boolean())
  .map(([bytes, isVersion2]) =>
    isVersion2 && bytes[0] !== undefined ? bytes.with(0, 0x80 | bytes[0]) : bytes,
  );

test('any bytes are an RTP packet with its payload inside, or refused', () => {
  fc.assert(
    fc.property(packets, (bytes) => {
      const result = parseRtpPacket(bytes);
      if (!result.ok) return;
      const { payloadOffset, payloadBytes } = result.value;
      assert.ok(payloadOffset >= 12 && payloadBytes >= 0 && payloadOffset + payloadBytes <= bytes.length);
    }),
    { numRuns: 2000 },
  );
});

const headers = [
  { name: 'main JPEG', parse: parseJpegMainHeader, headerBytes: 8 },
  { name: 'restart marker', parse: parseRestartMarkerHeader, headerBytes: 4 },
  { name: 'quantization table', parse: parseQuantizationTableHeader, headerBytes: 4 },
];

for (const { name, parse, headerBytes } of headers) {
  test(`any bytes are a ${name} header inside them, or refused`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(30), (bytes, offset) => {
        if (parse(bytes, offset).ok) assert.ok(offset + headerBytes <= bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
}

test('tables that a quantization table header announces are all there', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 200 }), (bytes) => {
      const result = parseQuantizationTableHeader(bytes.with(2, 0), 0);
      assert.equal(result.ok, 4 + (bytes[3] ?? 0) <= bytes.length);
    }),
    { numRuns: 1000 },
  );
});

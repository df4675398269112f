import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '../../lib/errors/index.js';
import { staticQuantizationTables } from '../../lib/jpeg/index.js';
import { PacketBatch, type QuantizationTables } from '../../lib/rtp/index.js';
import { quantization, quantizationOfQ } from '../jpeg/jpeg-file.js';
import { frameOf, packetizerWith, send, type ParsedFrame } from './jpeg-stream.js';

const maxScanBytes = 2 ** 24;

interface Refused {
  readonly name: string;
  readonly frame: () => ParsedFrame;
  readonly tables?: QuantizationTables;
  readonly code: ErrorCode;
  readonly message: RegExp;
}

const luminanceOfQ50 = staticQuantizationTables(50).subarray(0, 64);
const chrominanceOfQ60 = staticQuantizationTables(60).subarray(64);

const refused: Refused[] = [
  {
    name: 'a picture that is too wide',
    frame: () => frameOf(5000, { width: 2041 }),
    code: 'ERR_JPEG_SIZE',
    message: /at most 2040x2040 pixels, and the picture has 2041x16/,
  },
  {
    name: 'a picture that is too high',
    frame: () => frameOf(5000, { height: 2041 }),
    code: 'ERR_JPEG_SIZE',
    message: /the picture has 16x2041/,
  },
  {
    name: 'a scan that the fragment offset cannot count',
    frame: () => frameOf(maxScanBytes + 1),
    code: 'ERR_JPEG_SIZE',
    message: /at most 16777216 bytes/,
  },
  {
    name: 'a luminance table of 16 bits',
    frame: () =>
      frameOf(5000, { quantization: [quantization(0, luminanceOfQ50, 16), quantization(1, luminanceOfQ50)] }),
    code: 'ERR_JPEG_QUANTIZATION',
    message: /16-bit/,
  },
  {
    name: 'a chrominance table of 16 bits',
    frame: () =>
      frameOf(5000, { quantization: [quantization(0, luminanceOfQ50), quantization(1, luminanceOfQ50, 16)] }),
    code: 'ERR_JPEG_QUANTIZATION',
    message: /16-bit/,
  },
  {
    name: 'tables that no static Q stands for',
    frame: () =>
      frameOf(5000, { quantization: [quantization(0, luminanceOfQ50), quantization(1, chrominanceOfQ60)] }),
    tables: 'static',
    code: 'ERR_JPEG_QUANTIZATION',
    message: /not those of RFC 2435 for any Q of 1\.\.99: send them with quantization_tables = "in-band"/,
  },
];

for (const { name, frame, tables = 'in-band', code, message } of refused) {
  test(`${name} is refused: no packet is made and no sequence number used`, () => {
    const packetizer = packetizerWith({ quantizationTables: tables });
    const batch = new PacketBatch();
    const good = frameOf(5000, { quantization: quantizationOfQ(30) });
    send(packetizer, good, 0, batch);
    const next = packetizer.sequenceNumber;

    const { jpeg, bytes } = frame();
    const refusal = packetizer.packetize(jpeg, bytes, 0, batch);
    assert.equal(refusal?.code, code);
    assert.match(refusal.message, message);
    assert.deepEqual([batch.packetCount, batch.headerBytes], [0, 0]);
    assert.equal(packetizer.sequenceNumber, next);

    assert.equal(send(packetizer, good, 0, batch)[0]?.rtp.sequenceNumber, next);
  });
}

test('the longest scan that can be counted is sent', () => {
  const packets = send(packetizerWith({ mtu: 65507 }), frameOf(maxScanBytes));
  const last = packets.at(-1);
  assert.ok(last);
  assert.equal(last.main.fragmentOffset + last.data.length, maxScanBytes);
});

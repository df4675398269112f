import assert from 'node:assert/strict';
import {
  writeBye,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from '../../lib/rtcp/index.js';
import { PacketBatch, type QuantizationTables } from '../../lib/rtp/index.js';
import { describeSession } from '../../lib/sdp/index.js';
import { hex } from '../rtp/hex.js';
import { frameOf, frameOfIntervals, packetizerWith, type ParsedFrame } from '../rtp/jpeg-stream.js';

/** As long as fuzzing takes for a packet, on its clock: a receiver compares timestamps with it. */
export const packetTimeUs = 200;

/** Streams of some frames each, of every kind that our sender makes. */
export function rtpStreams(): Uint8Array[][] {
  const grown = (i: number): number => 200 + 37 * i;
  return [
    streamOf(1, 'in-band', (i) => frameOf(grown(i))),
    streamOf(2, 'in-band', (i) => frameOf(grown(i), { restartInterval: 10 })),
    streamOf(3, 'in-band', (i) => frameOf(grown(i), { width: 2040 })),
    // Packets of whole restart intervals: of these receivers fill what is lost.
    streamOf(4, 'numbered', (i) => frameOfIntervals([90, 20, 400 + i, 60, 30, 100, 120, 50])),
  ];
}

function streamOf(
  ssrc: number,
  quantizationTables: QuantizationTables,
  frameAt: (i: number) => ParsedFrame,
): Uint8Array[] {
  const packetizer = packetizerWith({ ssrc, mtu: 300, quantizationTables, absCaptureTime: ssrc === 1 });
  const batch = new PacketBatch();
  let captureTimeUs = 0;
  return Array.from({ length: 400 }, (_, i) => {
    const { bytes, jpeg } = frameAt(i % 40);
    assert.equal(packetizer.packetize(jpeg, bytes, captureTimeUs, batch), undefined);
    captureTimeUs += batch.packetCount * packetTimeUs;
    return Array.from({ length: batch.packetCount }, (_unused, packet) => batch.packet(packet, bytes));
  }).flat();
}

const reportBlock = {
  ssrc: 1,
  fractionLost: 0.25,
  packetsLost: 3,
  highestSequenceNumber: 100,
  jitterTicks: 9,
  lastReportCompactNtp: 7,
  delaySinceLastReport: 8,
};

export function rtcpSeeds(): [Uint8Array, ...Uint8Array[]] {
  const compound = (...writers: readonly ((bytes: Uint8Array, offset: number) => number)[]): Uint8Array => {
    const bytes = new Uint8Array(1000);
    let end = 0;
    for (const write of writers) end += write(bytes, end);
    return bytes.slice(0, end);
  };
  const ntp = { seconds: 4_000_000_000, fraction: 5 };
  const counts = { rtpTimestamp: 9, packetCount: 1, octetCount: 2 };
  return [
    compound(
      (bytes, at) => writeSenderReport(bytes, at, { ssrc: 1, ntp, ...counts, reportBlocks: [reportBlock] }),
      (bytes, at) => writeSourceDescription(bytes, at, { chunks: [{ ssrc: 1, cname: 'camera' }] }),
      (bytes, at) => writeBye(bytes, at, { ssrcs: [1], reason: 'end' }),
    ),
    compound(
      (bytes, at) => writeReceiverReport(bytes, at, { ssrc: 2, reportBlocks: [reportBlock, reportBlock] }),
      (bytes, at) => writeSourceDescription(bytes, at, { chunks: [{ ssrc: 2, cname: 'x' }, { ssrc: 3 }] }),
    ),
  ];
}

/** Feedback of browsers: NACK, PLI, REMB, and arrivals in runs and vectors. */
export function feedbackSeeds(): [Uint8Array, ...Uint8Array[]] {
  const sources = '00 00 00 01  00 00 00 02';
  return [
    hex(`81 cd 00 03 ${sources}  ff fe 00 09  81 ce 00 02 ${sources}`),
    hex(`8f ce 00 05 ${sources}  52 45 4d 42  01 07 d0 90  00 00 00 02`),
    hex(`af cd 00 06 ${sources}  00 05 00 03  00 00 02 00  20 03 04 00  ff 00 00 03`),
    hex(`8f cd 00 06 ${sources}  ff ff 00 10  ff ff ff 00  a0 00 d8 00  08 04 ff f8`),
  ];
}

export function sdpSeeds(): string[] {
  const session = { sessionId: 1, sessionVersion: 1, originAddress: '192.0.2.1', sessionName: 'camera1' };
  const stream = { ...session, port: 5000, payloadType: 26, clockRateHz: 90_000, rtcpPort: 5001 };
  return [
    describeSession({ ...stream, address: '192.0.2.2' }),
    describeSession({
      ...stream,
      address: '232.0.0.1',
      sourceAddress: '192.0.2.1',
      size: { width: 2592, height: 1944 },
      frameRate: 29.97,
      source: { ssrc: 7, cname: 'pi' },
      headerExtensions: [{ id: 1, uri: 'urn:example' }],
    }),
  ];
}

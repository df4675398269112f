// CPU per packet: one JPEG of 1920x1080 packetized and sent over and over.
import { readFileSync } from 'node:fs';
import { makeJpeg } from '../content.mjs';
import { compareCpu, cProgram, nodeProgram, row } from '../measure.mjs';

/** How many packets of 1400 bytes a JPEG makes: 20 bytes of headers each, and 132 bytes of tables in the first. */
async function packetCount(file) {
  const { JpegParser } = await import('../../dist/jpeg/index.js');
  const jpeg = readFileSync(file);
  const parser = new JpegParser();
  parser.parse(jpeg, jpeg.length, 'file-end');
  return Math.ceil((parser.scanBytes + 132) / (1400 - 20));
}

export async function run({ sinkPort, quick, runs, log }) {
  const jpeg = await makeJpeg({ width: 1920, height: 1080 });
  const target = [jpeg, String(sinkPort)];
  const counts = quick ? { short: 10, long: 30 } : { short: 1000, long: 5000 };
  const node = (socket) => (frames) => nodeProgram('send-packets.mjs', socket, ...target, String(frames));
  const usPerFrame = compareCpu(
    {
      native: { command: node('native'), ...counts },
      dgram: { command: node('dgram'), ...counts },
      c: { command: (frames) => [cProgram('packet_send'), ...target, String(frames)], ...counts },
    },
    runs,
    log,
  );
  const packets = await packetCount(jpeg);
  const [native, dgram, c] = ['native', 'dgram', 'c'].map((name) => usPerFrame[name] / packets);
  return [
    row("packetize and send, against node's dgram", 'us/packet', native, dgram, 0.25),
    row('packetize and send, against a bare C loop', 'us/packet', native, c, 2),
  ];
}

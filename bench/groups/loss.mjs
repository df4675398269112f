// What a receiver with a small buffer loses: some 500 packets a frame, 30 frames a second.
import { makeClip } from '../content.mjs';
import { jsonOf, median, nodeProgram, openReceiver, row } from '../measure.mjs';

const receiveBufferBytes = 65536;
/** A frame of 1920x1080 has some 177 kB. */
const mtu = 375;

/** Lost packets in percent. */
async function measure(mode, quick) {
  const receiver = await openReceiver(receiveBufferBytes);
  const device = `file:${makeClip({ width: 1920, height: 1080 })}`;
  const camera = { device, fps: 30, colorRange: 'full', subFrame: mode === 'auto' };
  const output = { host: '127.0.0.1', port: receiver.port, mtu, pacing: { mode }, rtcp: false };
  const { streams } = jsonOf(
    nodeProgram('stream.mjs', JSON.stringify({ cameras: [{ camera, output }], seconds: quick ? 1 : 4 })),
  );
  const { packets } = await receiver.close();
  const { packetsSent } = streams[0].output.destinations[0].socket;
  return (100 * (packetsSent - packets)) / packetsSent;
}

export async function run({ quick, runs, log }) {
  const percent = { off: [], auto: [] };
  for (let i = 0; i < runs; i++) {
    log(`run ${i + 1} of ${runs}`);
    for (const [mode, values] of Object.entries(percent)) values.push(await measure(mode, quick));
  }
  return [
    row(
      'packets lost, paced against unpaced (64 KiB buffer)',
      '%',
      median(percent.auto),
      median(percent.off),
      0.02,
    ),
  ];
}

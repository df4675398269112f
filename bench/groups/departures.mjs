// How much later than planned bursts leave, while two cameras are encoded and paced.
import { makeClip } from '../content.mjs';
import { cProgram, jsonOf, nodeProgram, row, takeTurns } from '../measure.mjs';

const fps = 30;

/** The upper edge of the class of the streamer's histogram (native/core/duration_histogram.h): both are rounded alike. */
export function upperEdge(us) {
  if (us < 16) return us + 1;
  const step = 2 ** (Math.floor(Math.log2(us)) - 3);
  return (Math.floor(us / step) + 1) * step;
}

export function run({ sinkPort, quick, runs, log }) {
  const clip = makeClip({ width: 1920, height: 1080 });
  const seconds = quick ? 1 : 5;
  const camera = { device: `file:${clip}`, fps, colorRange: 'full', subFrame: true };
  // The thread's own departures, also where the kernel could take them over.
  const output = { host: '127.0.0.1', port: sinkPort, pacing: { mode: 'thread' }, rtcp: false };
  const two = { cameras: [1, 2].map(() => ({ camera, output })), seconds };
  const ours = () => {
    const errors = jsonOf(nodeProgram('stream.mjs', JSON.stringify(two))).streams.map(
      (stream) => stream.output.destinations[0].socket.departureErrors.p99Us,
    );
    return (errors[0] + errors[1]) / 2;
  };
  const c = () => {
    const { p99Us } = jsonOf([cProgram('departures'), clip, ...[sinkPort, seconds, fps].map(String)]);
    return upperEdge(p99Us);
  };
  const p99Us = takeTurns({ ours, c }, runs, log, (measure) => measure());
  return [
    row(
      'departure error p99, 2 x 1920x1080 at 30/s, against clock_nanosleep',
      'us',
      p99Us.ours,
      p99Us.c,
      1.5,
    ),
  ];
}

// How long after the begin of a frame's encoding its first and its last packet leave. Both ends of the measurement are
// times of the kernel's or the encoder's: the encoding ends at the frame's encodedTimeUs and took what the camera's
// encodeTimeUs has grown by; a packet has left when the kernel takes it into the receiver's path, which on the
// loopback interface is part of the call that sends it.
import { makeClip } from '../content.mjs';
import { jsonOf, median, nodeProgram, openReceiver, row } from '../measure.mjs';

const receiveBufferBytes = 2 ** 22;
const receivePauseMs = 20;
/** The first frames warm up; of the very first nothing is sent early. */
const skippedFrames = 15;

async function measure(camera, quick) {
  const receiver = await openReceiver(receiveBufferBytes, receivePauseMs);
  const output = { host: '127.0.0.1', port: receiver.port, pacing: { mode: 'off' }, rtcp: false };
  const device = `file:${makeClip({ width: 1920, height: 1080 })}`;
  const options = { device, fps: 30, colorRange: 'full', subFrame: true, ...camera };
  const { streams } = jsonOf(
    nodeProgram(
      'stream.mjs',
      JSON.stringify({ cameras: [{ camera: options, output }], seconds: quick ? 1 : 4 }),
    ),
  );
  const { frames: received } = await receiver.close();
  const whole = received.map(([, firstUs, lastUs, , isComplete]) => ({ firstUs, lastUs, isComplete }));
  const delays = streams[0].frames.slice(skippedFrames).flatMap(({ encodedTimeUs, encodeUs }) => {
    const beginUs = encodedTimeUs - encodeUs;
    // Frames are 33 ms apart: the packets that come first after the begin are this frame's.
    const arrival = whole.find(({ firstUs }) => firstUs > beginUs);
    if (!arrival?.isComplete || arrival.firstUs > beginUs + 33_000) return [];
    return [{ encodeUs, firstUs: arrival.firstUs - beginUs, lastUs: arrival.lastUs - beginUs }];
  });
  const middle = (name) => median(delays.map((delay) => delay[name]));
  return { encodeUs: middle('encodeUs'), firstUs: middle('firstUs'), lastUs: middle('lastUs') };
}

export async function run({ quick, runs, log }) {
  const cameras = {
    universal: {},
    twoThreads: { restartInterval: 480, encodeThreads: 2 },
  };
  const results = { universal: [], twoThreads: [] };
  for (let i = 0; i < runs; i++) {
    log(`run ${i + 1} of ${runs}`);
    for (const [name, camera] of Object.entries(cameras)) results[name].push(await measure(camera, quick));
  }
  const middle = (name, time) => median(results[name].map((result) => result[time]));
  return [
    row(
      'first packet of 1920x1080, against the time to encode it',
      'us',
      middle('universal', 'firstUs'),
      middle('universal', 'encodeUs'),
      0.25,
    ),
    row(
      'last packet of 1920x1080, two threads against one',
      'us',
      middle('twoThreads', 'lastUs'),
      middle('universal', 'lastUs'),
      0.6,
    ),
  ];
}

// A Raspberry Pi picks its sensor's mode by the size of the pictures alone; it may be too slow.
import assert from 'node:assert/strict';
import { before, test, type TestContext } from 'node:test';
import {
  buildInDebian13,
  buildTimeoutMs,
  cameraPhotograph,
  command,
  photoFolder,
  runInDebian13,
} from '../helpers/debian13.js';
import { infoLevel } from '../helpers/log-lines.js';
import { PlayedPi } from '../helpers/played-pi.js';
import { monotonicMs } from '../helpers/stream-watch.js';
import { goFirst } from '../helpers/two-cameras.js';

const imx219 = { PI_LIKE_SENSOR: 'imx219' };
const imx708 = { PI_LIKE_SENSOR: 'imx708' };

before(
  async () => {
    goFirst();
    await buildInDebian13();
  },
  { timeout: buildTimeoutMs },
);

/** The frames a second that arrive, over two seconds. */
async function receivedFps(context: TestContext, streamer: PlayedPi): Promise<number> {
  await streamer.streaming();
  await streamer.watch.framesMore(10);
  const [frames, beganMs] = [streamer.watch.frames, monotonicMs()];
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const fps = ((streamer.watch.frames - frames) * 1000) / (monotonicMs() - beganMs);
  context.diagnostic(`${fps.toFixed(2)} frames/s`);
  return fps;
}

function assertNear(fps: number, wanted: number): void {
  assert.ok(Math.abs(fps / wanted - 1) < 0.06, `${fps.toFixed(2)} frames/s`);
}

/** What is said of the sensor's modes. */
function modeNotes(streamer: PlayedPi): string[] {
  return streamer
    .log()
    .filter(({ level, msg }) => level === infoLevel && msg.includes('mode'))
    .map(({ msg }) => msg);
}

test(
  'the rate is kept in the mode that the camera picks, where that is fast enough',
  { timeout: 60_000 },
  async (context) => {
    const streamer = await PlayedPi.start(context, { fps: 100, pi: imx708 });
    assertNear(await receivedFps(context, streamer), 100);
    await streamer.stop();
    assert.deepEqual(modeNotes(streamer), []);
  },
);

test(
  'a faster mode that is as large as the pictures is taken, and the log says so',
  { timeout: 60_000 },
  async (context) => {
    // 1640x1232 at 10 bits is what the size picks, and makes 41.85 frames/s; at 8 bits it makes 83.70.
    const streamer = await PlayedPi.start(context, { size: [800, 600], fps: 60, pi: imx219 });
    assertNear(await receivedFps(context, streamer), 60);
    await streamer.stop();
    const [note = '', ...more] = modeNotes(streamer);
    assert.match(note, /1640x1232:8\b/);
    assert.match(note, /\b41\.8/);
    assert.deepEqual(more, []);
  },
);

test(
  'where no large mode is fast enough, the log names the rate that is kept, and a faster mode',
  { timeout: 60_000 },
  async (context) => {
    // 1920x1080 makes 47.57 frames/s at either depth, and what is larger makes 21.19.
    const streamer = await PlayedPi.start(context, { size: [1920, 1080], fps: 60, pi: imx219 });
    await streamer.streaming();
    await streamer.stop();
    const [note = '', ...more] = modeNotes(streamer);
    assert.match(note, /\b47\.5/);
    assert.match(note, /sensor_mode = "1640x1232:8"/);
    assert.deepEqual(more, []);
    const [limits = ''] = streamer.controlValues('FrameDurationLimits');
    assert.match(limits, /\b21022\b.*\b21022\b/);
  },
);

test(
  'a mode that is asked for is kept though it is slow, and its rate is named',
  { timeout: 60_000 },
  async (context) => {
    const camera = 'sensor_mode = "4608x2592:10"';
    const streamer = await PlayedPi.start(context, { camera, pi: imx708 });
    assertNear(await receivedFps(context, streamer), 14.35);
    await streamer.stop();
    assert.match(modeNotes(streamer).join(), /4608x2592:10.*\b14\.3/);
  },
);

test(
  'a mode that the sensor does not have is refused with those that it has',
  { timeout: 60_000 },
  async (context) => {
    const camera = 'sensor_mode = "1536x864:12"';
    const streamer = await PlayedPi.start(context, { camera, pi: imx708 });
    assert.equal(await streamer.process.exited, 1, streamer.process.stderr());
    const error = streamer.log().find(({ state }) => state === 'failed');
    assert.equal(error?.code, 'ERR_CAMERA_CONFIG');
    assert.match(error.msg, /1536x864 at 10 bits, 2304x1296 at 10 bits, 4608x2592 at 10 bits/);
  },
);

test('cameras lists the modes of the sensor', { timeout: 60_000 }, async () => {
  const shim = { PI_LIKE_PHOTO: cameraPhotograph, ...imx708 };
  const [first] = JSON.parse(
    await runInDebian13(photoFolder, ['node', command, 'cameras', '--json'], shim),
  ) as { sensorModes: unknown }[];
  assert.deepEqual(first?.sensorModes, [
    { width: 1536, height: 864, bitDepth: 10 },
    { width: 2304, height: 1296, bitDepth: 10 },
    { width: 4608, height: 2592, bitDepth: 10 },
  ]);
});

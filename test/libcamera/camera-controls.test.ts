// Controls of a Raspberry Pi's camera whose lists and limits do not say all that it takes.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import {
  buildInDebian13,
  buildTimeoutMs,
  cameraPhotograph,
  photoFolder,
  projectRoot,
  runInDebian13,
} from '../helpers/debian13.js';
import { infoLevel } from '../helpers/log-lines.js';
import { PlayedPi } from '../helpers/played-pi.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

const sensor = { PI_LIKE_SENSOR: 'imx708' };

for (const [name, options] of [
  ['sync_mode', { camera: 'sync_mode = "server"' }],
  ['the number of SyncMode', { controls: 'SyncMode = 1' }],
  ['the name of its value', { controls: 'SyncMode = "SyncModeServer"' }],
] as const) {
  test(
    `a camera that lists Off and Client alone becomes the server by ${name}`,
    { timeout: 60_000 },
    async (context) => {
      const streamer = await PlayedPi.start(context, { ...options, pi: sensor });
      await streamer.streaming();
      await streamer.stop();
      assert.deepEqual(streamer.controlValues('SyncMode'), ['1'], streamer.process.stderr());
      assert.doesNotMatch(streamer.process.stderr(), /has no control SyncMode/);
    },
  );
}

test(
  'a value that SyncMode does not have is refused with those that it has',
  { timeout: 60_000 },
  async (context) => {
    const streamer = await PlayedPi.start(context, { controls: 'SyncMode = 7', pi: sensor });
    assert.equal(await streamer.process.exited, 1, streamer.process.stderr());
    const error = streamer.log().find(({ state }) => state === 'failed');
    assert.equal(error?.code, 'ERR_CAMERA_CONFIG');
    assert.match(error.msg, /SyncMode .*SyncModeOff.*SyncModeServer.*SyncModeClient/);
  },
);

test(
  'a colour matrix with negative entries is taken, whatever limits the camera names',
  { timeout: 60_000 },
  async (context) => {
    const controls = 'ColourCorrectionMatrix = [1.75, -0.5, -0.25, -0.25, 1.5, -0.25, 0.0, -0.75, 1.75]';
    const streamer = await PlayedPi.start(context, { controls, pi: sensor });
    await streamer.streaming();
    await streamer.stop();
    const [matrix = ''] = streamer.controlValues('ColourCorrectionMatrix');
    assert.deepEqual(
      matrix.match(/-?\d+\.\d+/g)?.map(Number),
      [1.75, -0.5, -0.25, -0.25, 1.5, -0.25, 0, -0.75, 1.75],
    );
  },
);

test(
  "a gain below the least of the sensor's mode becomes that, and the log says so once",
  { timeout: 60_000 },
  async (context) => {
    const streamer = await PlayedPi.start(context, { controls: 'AnalogueGain = 1.0', pi: sensor });
    await streamer.streaming();
    const url = `${await streamer.url()}/api/cameras/camera1/settings`;
    for (let i = 0; i < 2; i++) {
      const response = await fetch(url, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ controls: { AnalogueGain: 1 } }),
      });
      assert.equal(response.status, 200, await response.text());
      await streamer.watch.framesMore(10);
    }
    await streamer.stop();
    const gains = streamer.controlValues('AnalogueGain').map(Number);
    assert.ok(gains.length >= 2, 'at the start, and live');
    for (const gain of gains) assert.ok(Math.abs(gain - 1.12) < 1e-5, String(gain));
    const notes = streamer.log().filter(({ msg }) => /AnalogueGain.*\b1\.12\b/.test(msg));
    assert.deepEqual(
      notes.map(({ level }) => level),
      [infoLevel],
      streamer.process.stderr(),
    );
    assert.match(notes[0]?.msg ?? '', /\b1\b(?!\.)/);
  },
);

test('the same gain is left as it is in a mode that has it', { timeout: 60_000 }, async (context) => {
  const camera = 'sensor_mode = "4608x2592:10"';
  const streamer = await PlayedPi.start(context, {
    fps: 10,
    camera,
    controls: 'AnalogueGain = 1.0',
    pi: sensor,
  });
  await streamer.streaming();
  await streamer.stop();
  assert.deepEqual(streamer.controlValues('AnalogueGain').map(Number), [1]);
  assert.doesNotMatch(streamer.process.stderr(), /AnalogueGain/);
});

test(
  'a camera opens with a tuning file and a sync mode while cameras are listed all the time',
  { timeout: 60_000 },
  async () => {
    const tuningFile = path.join(mkdtempSync(path.join(tmpdir(), 'pcs-tuning-')), 'imx708.json');
    writeFileSync(tuningFile, '{}');
    const script = `
      const { listCameras, openCamera } = await import('${projectRoot}/dist/index.js');
      let isListing = true, lists = 0;
      const list = async () => { while (isListing) { await listCameras(); lists += 1; } };
      const listings = [list(), list()];
      let frames = 0;
      for (let i = 0; i < 5; i++) {
        const camera = await openCamera({ device: 'auto', syncMode: 'server', tuningFile: '${tuningFile}' });
        if (camera.syncMode !== 'server') throw new Error('no server');
        for await (const frame of camera.frames()) { frames += 1; break; }
        await camera.close();
        const before = lists;
        while (lists === before) await new Promise(setImmediate);
      }
      isListing = false;
      await Promise.all(listings);
      console.log(frames);`;
    const args = ['node', '--input-type=module', '-e', script];
    const shim = { PI_LIKE_PHOTO: cameraPhotograph, ...sensor };
    assert.equal((await runInDebian13(photoFolder, args, shim)).trim(), '5');
  },
);

// Cameras that can't be had, and what is said of those that can. Cameras that fail while they stream: test/faults.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import type { Finding } from '../../lib/app/index.js';
import type { SensorMetadata } from '../../lib/camera/index.js';
import { CameraFaults } from '../helpers/camera-faults.js';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  cameraPhotograph,
  photoFolder,
  cameraIds,
  command,
  projectRoot,
  runInDebian13,
  startInDebian13,
  writeConfig,
} from '../helpers/debian13.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

interface Report {
  readonly msg: string;
  readonly camera: string;
  readonly state: string;
  readonly code?: string;
  readonly sent: number;
  readonly restarts: number;
}

function parseLog(stderr: string): Report[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Report);
}

const twoCameras = [0, 1]
  .map(
    (i) =>
      `[camera${String(i + 1)}]\ndevice = "${String(i)}"\n[mjpeg-rtp.camera${String(i + 1)}]\ndest_host = "127.0.0.1"\ndest_port = 9\n`,
  )
  .join('');

test('a camera that another process has is waited for', { timeout: 60_000 }, async () => {
  const faults = new CameraFaults();
  faults.set({ fault: 'busy', camera: cameraIds[0] });
  const streamer = startInDebian13(
    barsFolder,
    ['node', command, '-config', writeConfig(twoCameras), '-mode', 'mjpeg-rtp', '--duration', '2'],
    { CAMERA_FAULTS_FILE: faults.file },
  );
  assert.equal(await streamer.exited, 0, streamer.stderr());
  const warnings = parseLog(streamer.stderr()).filter(({ code }) => code === 'ERR_CAMERA_BUSY');
  assert.equal(warnings.length, 1, 'it is said once');
});

test(
  '100 times opened and closed, a camera leaves no descriptor and no thread behind',
  { timeout: 120_000 },
  async () => {
    const script = path.join(projectRoot, 'test/helpers/cycles.mjs');
    const counts = JSON.parse(await runInDebian13(barsFolder, ['node', script, 'auto', '100'])) as Record<
      string,
      unknown
    >;
    assert.deepEqual(counts['last'], counts['first']);
  },
);

test('an id that is not there is refused with a list of the cameras that are', async () => {
  for (const args of [
    ['-mode', 'mjpeg-rtp', '--source', 'no-such-camera', '--dest', '127.0.0.1:9'],
    [
      'check-config',
      writeConfig('[camera1]\ndevice = "no-such-camera"\n[mjpeg-rtp.camera1]\nenabled = true\n'),
    ],
  ]) {
    const process_ = startInDebian13(barsFolder, ['node', command, ...args]);
    assert.equal(await process_.exited, 2, process_.stderr());
    assert.match(process_.stderr(), /^ERR_CAMERA_NOT_FOUND: .*no-such-camera/);
    for (const id of cameraIds) assert.ok(process_.stderr().includes(id), process_.stderr());
  }
});

test(
  'a camera that is not there at the start is waited for, unless it is required',
  { timeout: 60_000 },
  async () => {
    const run = async (more: string): Promise<{ code: number; log: string }> => {
      const config = writeConfig(
        `${twoCameras}[camera3]\ndevice = "no-such-camera"\n${more}\n[mjpeg-rtp.camera3]\ndest_host = "127.0.0.1"\ndest_port = 11\n`,
      );
      const args = ['node', command, '-config', config, '-mode', 'mjpeg-rtp', '--no-web', '--duration', '2'];
      const streamer = startInDebian13(barsFolder, args);
      return { code: await streamer.exited, log: streamer.stderr() };
    };
    const waiting = await run('');
    assert.equal(waiting.code, 0, waiting.log);
    const states = parseLog(waiting.log).filter(({ camera }) => camera === 'camera3');
    assert.ok(states.some(({ state, code }) => state === 'restarting' && code === 'ERR_CAMERA_NOT_FOUND'));
    const required = await run('required = true');
    assert.equal(required.code, 2, required.log);
    assert.match(required.log, /^ERR_CAMERA_NOT_FOUND: camera3: .*no-such-camera/m);
  },
);

test('the quick start, word for word, streams the first camera', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-quick-start-'));
  cpSync(path.join(barsFolder, 'virtual.yaml'), path.join(folder, 'virtual.yaml'));
  writeFileSync(
    path.join(folder, 'config.toml'),
    '[mjpeg-rtp]\nenabled = true\n[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = 5000\n',
  );
  const streamer = startInDebian13(folder, ['node', command, '-mode', 'mjpeg-rtp', '--frames', '30']);
  assert.equal(await streamer.exited, 0, streamer.stderr());
  assert.match(streamer.stderr(), /"source":"\/base\/axi.*"sent":30/s);
});

test('cameras lists what there is, in the order of rpicam', async () => {
  const text = await runInDebian13(barsFolder, ['node', command, 'cameras']);
  assert.match(
    text,
    /^0 {2}\/base\/axi.*i2c@88000\/imx708@1a {2}\(imx708, front\)\n {3}NV12: 640x480 to 1280x720\n/,
  );
  const json = JSON.parse(await runInDebian13(barsFolder, ['node', command, 'cameras', '--json'])) as {
    id: string;
  }[];
  assert.deepEqual(
    json.map(({ id }) => id),
    cameraIds,
  );
});

test('doctor names the libcamera in use and the cameras that it sees', { timeout: 60_000 }, async () => {
  const config = writeConfig(twoCameras);
  const talking = [
    'env',
    'LIBCAMERA_LOG_LEVELS=*:INFO',
    'node',
    command,
    'doctor',
    '--json',
    '--config',
    config,
  ];
  const { findings } = JSON.parse(await runInDebian13(barsFolder, talking)) as { findings: Finding[] };
  const find = (id: string) => findings.find((finding) => finding.id === id);
  const [libcamera, cameras, sources] = ['libcamera', 'cameras', 'sources'].map(find);
  assert.match(libcamera?.title ?? '', /^v?0\.7\.1/);
  assert.match(libcamera?.details.join('\n') ?? '', /built against v?0\.7.*\npackage libcamera0\.7 0\.7\.1/);
  assert.deepEqual([cameras?.status, cameras?.title], ['ok', 'libcamera sees 2']);
  assert.deepEqual(cameras?.details.slice(0, 2), [
    `0  ${cameraIds[0]}  (imx708, front)`,
    `1  ${cameraIds[1]}  (imx708, back)`,
  ]);
  const said = cameras.details.slice(2).join('\n');
  assert.ok(said.startsWith('libcamera: ') && !said.includes('\x1b'), said);
  assert.equal(sources?.status, 'ok');
});

test("doctor knows Raspberry Pi's builds of libcamera by their package", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-dpkg-'));
  const answer = 'ii  libcamera0.7 0.7.1+rpt20260101-1';
  writeFileSync(path.join(folder, 'dpkg-query'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  const withPackage = ['env', `PATH=${folder}:/usr/local/bin:/usr/bin:/bin`, 'node', command, 'doctor'];
  assert.match(
    await runInDebian13(barsFolder, withPackage),
    /^ok +libcamera +v?0\.7\.1, Raspberry Pi's build$/m,
  );
});

test('a frame has the metadata of its sensor, on request', async () => {
  const script = `
    const { openCamera } = await import('${projectRoot}/dist/index.js');
    const camera = await openCamera({ device: 'auto' });
    for await (const frame of camera.frames()) { console.log(JSON.stringify(frame.metadata)); break; }
    await camera.close();`;
  const args = ['node', '--input-type=module', '-e', script];
  const metadata = JSON.parse(
    await runInDebian13(photoFolder, args, { PI_LIKE_PHOTO: cameraPhotograph }),
  ) as object;
  assert.ok('exposureTimeUs' in metadata && metadata.exposureTimeUs === 8000, JSON.stringify(metadata));
});

test('controls that are set while a camera runs reach it, and what it does not have is refused', async () => {
  const script = `
    const { openCamera } = await import('${projectRoot}/dist/index.js');
    const camera = await openCamera({ device: 'auto', controls: { ExposureTime: 2000 } });
    const frames = [];
    for await (const { metadata } of camera.frames()) {
      if (frames.push(metadata) === 2) camera.setControls({ ExposureTime: 3000 });
      if (frames.length === 12) break;
    }
    const wrong = { AnalogueGain: 4, ExposureTimes: 1 };
    try { camera.setControls(wrong); } catch ({ name, code, message }) {
      console.log(JSON.stringify({ first: frames[0], last: frames.at(-1), name, code, message }));
    }
    await camera.close();`;
  const args = ['node', '--input-type=module', '-e', script];
  const shim = { PI_LIKE_PHOTO: cameraPhotograph };
  const { first, last, name, code, message } = JSON.parse(await runInDebian13(photoFolder, args, shim)) as {
    first: SensorMetadata;
    last: SensorMetadata;
    name: string;
    code: string;
    message: string;
  };
  assert.deepEqual([first.exposureTimeUs, last.exposureTimeUs], [2000, 3000]);
  assert.deepEqual([name, code], ['StreamerError', 'ERR_CAMERA_CONFIG']);
  assert.match(message, /^the camera has no control ExposureTimes; did you mean ExposureTime\?/);
});

test('controls of the configuration reach the camera, and one that it does not have is refused', async () => {
  const settings = (control: string): string =>
    writeConfig(
      `[camera1.controls]\n${control}\n[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = 9\n`,
    );
  const run = async (control: string): Promise<{ code: number; log: string }> => {
    const args = ['node', command, '-config', settings(control), '-mode', 'mjpeg-rtp', '--frames', '5'];
    const streamer = startInDebian13(barsFolder, args);
    return { code: await streamer.exited, log: streamer.stderr() };
  };
  assert.equal((await run('FaceDetectMode = "FaceDetectModeOff"')).code, 0);
  for (const bad of ['FaceDetectMode = 7', 'ExposureTime = 1000']) {
    const { code, log } = await run(bad);
    assert.equal(code, 1, log);
    assert.match(log, /"code":"ERR_CAMERA_CONFIG"/);
  }
});

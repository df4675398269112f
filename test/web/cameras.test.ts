import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadConfig } from '../../lib/config/index.js';
import type { CameraDetail, CameraStatistics } from '../../lib/web/index.js';
import { WebStreamer } from '../helpers/web-streamer.js';

const camera1 = '/api/cameras/camera1';

/** Statistics of camera1 once they are as wanted. */
async function statistics(
  streamer: WebStreamer,
  isWanted: (now: CameraStatistics) => boolean,
): Promise<CameraStatistics> {
  for (let tries = 0; ; tries++) {
    const reply = await streamer.get<{ statistics: { cameras: { camera1: CameraStatistics } } }>(
      '/api/stats',
    );
    const now = reply.statistics.cameras.camera1;
    if (isWanted(now)) return now;
    assert.ok(tries < 100, JSON.stringify(now));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('quality, bitrate and rate change what is sent, and nothing else', async (context) => {
  const streamer = await WebStreamer.start(context);
  const { frameBytes } = await statistics(streamer, ({ frameBytes: bytes }) => bytes > 0);
  const lower = await streamer.send('PATCH', `${camera1}/settings`, { quality: 10 });
  assert.equal(lower.status, 200);
  const low = await statistics(
    streamer,
    ({ quality, frameBytes: bytes }) => quality === 10 && bytes < frameBytes / 2,
  );
  await streamer.send('PATCH', `${camera1}/settings`, { quality: 85, maxBitrateKbps: 1500 });
  await statistics(
    streamer,
    ({ bitrateKbps, frameBytes: bytes }) => bitrateKbps < 1650 && bytes > low.frameBytes,
  );
  await streamer.send('PATCH', `${camera1}/settings`, { maxBitrateKbps: 0, fps: 10 });
  await statistics(streamer, ({ fps, frameBytes: bytes }) => fps > 9 && fps < 11 && bytes > frameBytes * 0.9);
  const { settings, unsaved, restarts } = await streamer.get<CameraDetail>(camera1);
  assert.deepEqual([settings.quality, settings.maxBitrateKbps, settings.fps], [85, 0, 10]);
  assert.deepEqual([unsaved, restarts], [['camera1.fps'], 0]);
  assert.equal((await streamer.get<CameraDetail>('/api/cameras/camera2')).settings.fps, 30);
});

test('crop changes the size of the picture', async (context) => {
  const streamer = await WebStreamer.start(context);
  await streamer.send('PATCH', `${camera1}/settings`, { crop: { x: 32, y: 16, width: 160, height: 96 } });
  for (let detail; detail?.width !== 160;) detail = await streamer.get<CameraDetail>(camera1);
  const outside = await streamer.send('PATCH', `${camera1}/settings`, {
    crop: { x: 300, y: 0, width: 160, height: 96 },
  });
  assert.deepEqual([outside.status, outside.json['code']], [400, 'ERR_CONFIG_CONFLICT']);
  await streamer.send('PATCH', `${camera1}/settings`, { crop: null });
  for (let detail; detail?.width !== 320;) detail = await streamer.get<CameraDetail>(camera1);
});

test('what is wrong is refused by name, and changes nothing', async (context) => {
  const streamer = await WebStreamer.start(context);
  const before = await streamer.get<CameraDetail>(camera1);
  const refused: [body: unknown, status: number, message: RegExp][] = [
    [{ quality: 0 }, 400, /quality/],
    [{ quality: 101 }, 400, /quality/],
    [{ fps: 1e9 }, 400, /fps/],
    [{ qualty: 50 }, 400, /qualty/],
    [{ quality: 50, controls: { ExposureTime: 5 } }, 400, /has no controls/],
    [{ controls: { ExposureTime: { a: 1 } } }, 400, /controls/],
    [[], 400, /object/],
  ];
  for (const [body, status, message] of refused) {
    const { status: answered, json } = await streamer.send('PATCH', `${camera1}/settings`, body);
    assert.equal(answered, status, JSON.stringify(body));
    assert.match(String(json['error']), message);
    assert.deepEqual(Object.keys(json).sort(), ['code', 'error', 'status']);
  }
  const missing = await streamer.send('PATCH', '/api/cameras/camera9/settings', { quality: 50 });
  assert.deepEqual([missing.status, missing.json['code']], [404, 'ERR_NOT_FOUND']);
  assert.deepEqual(await streamer.get<CameraDetail>(camera1), before);
});

test('destinations come and go while it streams', async (context) => {
  const receiver = createSocket('udp4');
  let packets = 0;
  receiver.on('message', () => (packets += 1));
  await new Promise<void>((resolve) => receiver.bind(0, '127.0.0.1', resolve));
  context.after(() => receiver.close());
  const { port } = receiver.address();
  const streamer = await WebStreamer.start(context);
  const added = await streamer.send('POST', `${camera1}/destinations`, { host: '127.0.0.1', port });
  assert.equal(added.status, 201);
  while (packets < 200) await new Promise((resolve) => setTimeout(resolve, 20));
  const again = await streamer.send('POST', `${camera1}/destinations`, { host: '127.0.0.1', port });
  assert.deepEqual([again.status, again.json['code']], [409, 'ERR_CONFLICT']);
  const nowhere = await streamer.send('POST', `${camera1}/destinations`, { host: 'no-such.invalid', port });
  assert.deepEqual([nowhere.status, nowhere.json['code']], [400, 'ERR_HOST_NOT_FOUND']);
  const { destinations } = await streamer.get<CameraDetail>(camera1);
  assert.deepEqual(destinations, [
    { host: '127.0.0.1', port: 9, isSaved: true },
    { host: '127.0.0.1', port, isSaved: false },
  ]);

  const removed = await streamer.send('DELETE', `${camera1}/destinations/127.0.0.1/${String(port)}`);
  assert.equal(removed.status, 200);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const atRemoval = packets;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(packets, atRemoval);
  const last = await streamer.send('DELETE', `${camera1}/destinations/127.0.0.1/9`);
  assert.deepEqual([last.status, last.json['code']], [409, 'ERR_CONFLICT']);
});

test('a camera is stopped and started alone, with its settings of before', async (context) => {
  const streamer = await WebStreamer.start(context);
  await streamer.send('PATCH', `${camera1}/settings`, { quality: 33 });
  const stopped = await streamer.send('POST', `${camera1}/stop`);
  assert.deepEqual([stopped.status, stopped.json['state']], [200, 'stopped']);
  await statistics(streamer, ({ state, fps }) => state === 'stopped' && fps === 0);
  assert.equal((await streamer.get<CameraDetail>('/api/cameras/camera2')).state, 'streaming');
  const noFrame = await streamer.send('GET', `${camera1}/snapshot.jpg`);
  assert.deepEqual([noFrame.status, noFrame.json['code']], [409, 'ERR_NOT_STREAMING']);
  await streamer.send('POST', `${camera1}/start`);
  await statistics(streamer, ({ state, quality, fps }) => state === 'streaming' && quality === 33 && fps > 0);
});

test('a snapshot is the next frame, with its number and time', async (context) => {
  const streamer = await WebStreamer.start(context);
  const snapshot = async () => {
    const { status, headers, ...body } = await fetch(`${streamer.url}${camera1}/snapshot.jpg`).then(
      async (response) => ({
        ...{ status: response.status, headers: response.headers },
        bytes: Buffer.from(await response.arrayBuffer()),
      }),
    );
    assert.deepEqual([status, headers.get('content-type')], [200, 'image/jpeg']);
    assert.deepEqual(
      [body.bytes.readUInt16BE(0), body.bytes.readUInt16BE(body.bytes.length - 2)],
      [0xffd8, 0xffd9],
    );
    const ageMs = Date.now() - Date.parse(headers.get('x-capture-time') ?? '');
    assert.ok(ageMs >= 0 && ageMs < 1000, String(ageMs));
    return Number(headers.get('x-frame-number'));
  };
  const first = await snapshot();
  assert.ok((await snapshot()) > first);
});

test('what was changed is saved to the file, comments kept', async (context) => {
  const streamer = await WebStreamer.start(context);
  const nothing = await streamer.send('POST', '/api/config/save');
  assert.deepEqual([nothing.status, nothing.json], [200, { file: streamer.configFile, saved: [] }]);
  await streamer.send('PATCH', `${camera1}/settings`, { quality: 42, fps: 15 });
  await streamer.send('POST', `${camera1}/destinations`, { host: '127.0.0.1', port: 19 });
  const { json } = await streamer.send('POST', '/api/config/save');
  assert.deepEqual(json['saved'], [
    'camera1.fps',
    'mjpeg-rtp.camera1.quality',
    'mjpeg-rtp.camera1.destinations',
  ]);
  const { config } = loadConfig(streamer.configFile);
  const [camera] = config.cameras;
  assert.deepEqual([camera?.fps, camera?.rtp.quality, camera?.rtp.destinations.length], [15, 42, 2]);
  assert.match(readFileSync(streamer.configFile, 'utf8'), /^\[camera1\] # the left one$/m);
  const detail = await streamer.get<CameraDetail>(camera1);
  assert.deepEqual([detail.unsaved, detail.destinations.map(({ isSaved }) => isSaved)], [[], [true, true]]);
});

test('what cannot be saved is for people to put right, and no fault of the server', async (context) => {
  const streamer = await WebStreamer.start(context);
  await streamer.send('PATCH', '/api/cameras/camera1/settings', { quality: 40 });
  const whole = readFileSync(streamer.configFile, 'utf8');
  for (const [text, code] of [
    ['[camera1\n', 'ERR_CONFIG_SYNTAX'],
    [`${whole}\n[camera9x]\nwhat = 1\n`, 'ERR_CONFIG_UNKNOWN_KEY'],
  ] as const) {
    writeFileSync(streamer.configFile, text);
    const { status, json } = await streamer.send('POST', '/api/config/save');
    assert.deepEqual([status, json['code']], [409, code]);
  }
  rmSync(streamer.configFile);
  const { status, json } = await streamer.send('POST', '/api/config/save');
  assert.deepEqual([status, json['code']], [409, 'ERR_FILE_WRITE']);
  assert.doesNotMatch(streamer.log, /"level":50/);
});

test('what takes no body takes none of any type', async (context) => {
  const streamer = await WebStreamer.start(context);
  const post = async (where: string, type?: string, body?: string) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const init = body === undefined ? {} : { body };
    return (await fetch(streamer.url + where, { method: 'POST', headers, ...init })).status;
  };
  for (const where of [
    '/api/cameras/camera1/start',
    '/api/cameras/stop',
    '/api/cameras/start',
    '/api/config/save',
    '/api/cameras/camera1/stop',
  ]) {
    for (const type of [
      undefined,
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'x',
    ]) {
      assert.equal(await post(where, type), 200, `${where} ${String(type)}`);
    }
    assert.equal(await post(where, 'application/json', '{}'), 200, where);
    assert.equal(await post(where, 'text/plain', 'x'), 415, where);
    assert.equal(await post(where, 'application/x-www-form-urlencoded', 'a=b'), 415, where);
  }
  assert.equal(await post('/api/cameras/camera1/destinations', 'application/json'), 400);
});

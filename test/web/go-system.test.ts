import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../helpers/processes.js';
import { WebStreamer } from '../helpers/web-streamer.js';

type Json = Record<string, unknown>;

/** Keys and types of a value, as deep as it goes. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

/** A camera of the Go system that runs. */
const runningCamera = {
  ...{ id: 'string', device_path: 'string', running: 'boolean', initialized: 'boolean' },
  ...{ width: 'number', height: 'number', fps: 'number' },
};
const stoppedCamera = { id: 'string', device_path: 'string', running: 'boolean', initialized: 'boolean' };
const cameras = { camera1: runningCamera, camera2: runningCamera };

test('the endpoints of the Go system answer with its keys', async (context) => {
  const streamer = await WebStreamer.start(context);
  const running = async (): Promise<boolean> =>
    Object.values(await streamer.get<Record<string, Json>>('/api/cameras')).every(
      ({ width }) => width === 320,
    );
  while (!(await running())) await new Promise((resolve) => setTimeout(resolve, 50));

  const health = await streamer.get<Json>('/health');
  assert.equal(health['status'], 'ok');
  assert.match(String(health['timestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(health['services'], { web_server: 'running', camera_manager: 'running (2 cameras)' });

  assert.deepEqual(shapeOf(await streamer.get('/api/status')), {
    server: { pi_ip: 'string', web_port: 'number', running: 'boolean' },
    cameras,
    webrtc: {},
  });
  assert.deepEqual(shapeOf(await streamer.get('/api/cameras')), cameras);
  const stats = await streamer.get<Json>('/api/stats');
  assert.deepEqual(shapeOf(stats['cameras']), cameras);
  assert.match(String(stats['timestamp']), /^\d{10}$/);
  assert.ok('webrtc' in stats);

  const config = await streamer.get<Record<string, Json>>('/api/config');
  const keys: Record<string, string[]> = {
    camera1: ['device', 'width', 'height', 'fps', 'webrtc_port', 'flip_method'],
    server: ['web_port', 'bind_ip', 'pi_ip'],
    encoding: ['codec'],
    video: ['codec', 'keyframe_interval', 'bitrate'],
    webrtc: ['stun_server', 'max_clients', 'mtu', 'latency', 'timeout'],
    ...{ buffers: [], timeouts: [], logging: [], limits: [] },
  };
  for (const [section, names] of Object.entries(keys)) {
    assert.ok(section in config, section);
    for (const name of names) assert.ok(name in (config[section] ?? {}), `${section}.${name}`);
  }
});

test('all cameras are stopped and started with the replies of the Go system', async (context) => {
  const streamer = await WebStreamer.start(context);
  const results = { camera1: { success: true }, camera2: { success: true } };
  const stopped = await streamer.send('POST', '/api/cameras/stop');
  assert.deepEqual([stopped.status, stopped.json], [200, { action: 'stop_cameras', results }]);
  const before = await streamer.get<Record<string, Json>>('/api/cameras');
  assert.deepEqual(shapeOf(before), { camera1: stoppedCamera, camera2: stoppedCamera });
  assert.deepEqual([before['camera1']?.['running'], before['camera2']?.['running']], [false, false]);
  const started = await streamer.send('POST', '/api/cameras/start');
  assert.deepEqual([started.status, started.json], [200, { action: 'start_cameras', results }]);
  const restarted = (): boolean => streamer.log.match(/streams to/g)?.length === 4;
  await until('both cameras again', restarted);
  for (const where of ['/api/cameras/start', '/api/cameras/stop']) {
    const { status, headers, json } = await streamer.send('GET', where);
    assert.deepEqual([status, headers.get('allow')], [405, 'POST']);
    assert.deepEqual(json, { error: `${where} wants POST`, status: 405, code: 'ERR_NOT_FOUND' });
  }
});

test('/ leads to the viewer, whose files have types and are checked for news', async (context) => {
  const { url } = await WebStreamer.start(context);
  const home = await fetch(url, { redirect: 'manual' });
  assert.deepEqual([home.status, home.headers.get('location')], [302, '/viewer']);
  const viewer = await fetch(`${url}/viewer`);
  assert.match(viewer.headers.get('content-type') ?? '', /^text\/html/);
  const files = [...(await viewer.text()).matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(
    ([, file = '']) => file,
  );
  assert.ok(files.length >= 3, files.join());
  for (const file of files) {
    const { status, headers } = await fetch(url + file);
    assert.equal(status, 200, file);
    assert.match(headers.get('content-type') ?? '', /javascript|css|svg/, file);
    const etag = headers.get('etag') ?? '';
    const again = await fetch(url + file, {
      headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
    });
    assert.deepEqual([again.status, headers.get('cache-control')], [304, 'no-cache'], file);
  }
});

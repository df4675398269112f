import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PeerClient } from '../helpers/peer-client.js';
import { until } from '../helpers/processes.js';
import { pushedPatterns, pushOf, untilState } from '../helpers/pushed-patterns.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { WebRtcStreamer } from '../helpers/webrtc-streamer.js';
import { WhipEndpoint } from '../helpers/whip-endpoint.js';

const token = 'secret-token-of-the-test';

async function post(streamer: WebRtcStreamer, action: string): Promise<void> {
  await (await fetch(`${streamer.url}/api/cameras/camera1/${action}`, { method: 'POST' })).text();
}

test('beside viewers: it takes no place of theirs, and the encoder runs for it alone', async (context) => {
  const endpoint = await WhipEndpoint.start(context, { token });
  const toml = pushedPatterns(endpoint.url, `whip_token = "${token}"`, { more: 'max_clients = 1' });
  const streamer = await WebRtcStreamer.start(context, toml);
  await untilState(streamer, 'connected');
  await until('its packets', () => (endpoint.lastReceiver?.packets ?? 0) > 30);
  assert.equal(await streamer.viewers('camera1'), 0);
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context);
  assert.equal(viewer.refusal, undefined);
  const refused = await PeerClient.join(streamer.whepUrl('camera1'), context);
  assert.equal(refused.refusal?.status, 503);
  assert.equal(await streamer.viewers('camera1'), 1);
});

test('stopped by the API it ends, and started again it comes back; the end of the program is told', async (context) => {
  const endpoint = await WhipEndpoint.start(context);
  const streamer = await WebRtcStreamer.start(context, pushedPatterns(endpoint.url));
  await untilState(streamer, 'connected');
  await post(streamer, 'stop');
  await untilState(streamer, 'stopped');
  assert.equal(endpoint.sessions.size, 0);
  await post(streamer, 'start');
  await untilState(streamer, 'connected');
  await until('packets', () => (endpoint.lastReceiver?.packets ?? 0) > 0);
  streamer.process.child.kill('SIGTERM');
  const startedMs = performance.now();
  assert.equal(await streamer.process.exited, 0);
  assert.ok(performance.now() - startedMs < 3000);
  assert.equal(endpoint.of('DELETE').length, 2);
  assert.match(streamer.process.stderr(), /pushes to http:/);
});

test('a pipe in place of the file of a token is the reason, and nothing waits for its writer', async (context) => {
  const endpoint = await WhipEndpoint.start(context);
  const file = path.join(temporaryFolder(context), 'token');
  execFileSync('mkfifo', [file]);
  const lines = pushedPatterns(endpoint.url, `whip_token_file = "${file}"`);
  const streamer = await WebRtcStreamer.start(context, lines);
  await untilState(streamer, 'waiting');
  const reason = (await pushOf(streamer))?.reason ?? '';
  assert.match(reason, /whip_token_file: the file cannot be read \(it is a pipe, not a file\)/);
});

test('the token is nowhere to be seen, neither are queries, and each reason is logged once', async (context) => {
  const endpoint = await WhipEndpoint.start(context, { token: 'another' });
  const file = path.join(temporaryFolder(context), 'token');
  writeFileSync(file, `${token}\n`);
  const url = `${endpoint.url}?key=hidden`;
  const streamer = await WebRtcStreamer.start(context, pushedPatterns(url, `whip_token_file = "${file}"`));
  await untilState(streamer, 'waiting');
  const push = await pushOf(streamer);
  assert.equal(push?.url, endpoint.url);
  assert.match(push.reason ?? '', /^the server answers 401 Unauthorized/);
  assert.equal(endpoint.of('POST')[0]?.authorization, `Bearer ${token}`);
  assert.equal(endpoint.of('POST')[0]?.path, '/whip?key=hidden');
  const { camera1 } = await streamer.get<{ camera1: Record<string, unknown> }>('/api/config');
  assert.equal(camera1['whip_url'], endpoint.url);
  assert.equal('whip_token' in camera1, false);
  const said = await Promise.all(
    [
      '/api/config',
      '/api/status',
      '/api/cameras',
      '/api/cameras/camera1',
      '/api/openapi.json',
      '/metrics',
    ].map(async (where) => (await fetch(streamer.url + where)).text()),
  );
  streamer.process.child.kill('SIGTERM');
  assert.equal(await streamer.process.exited, 0, 'it ends while it waits');
  const all = said.join('\n') + streamer.process.stderr() + streamer.process.stdout();
  assert.doesNotMatch(all, new RegExp(`${token}|hidden`));
  assert.equal(streamer.process.stderr().match(/does not push to/g)?.length, 1);
});

test('a server that is not there: the program streams, says so once, and ends in time', async (context) => {
  const endpoint = await WhipEndpoint.start(context);
  const { url, port } = endpoint;
  endpoint.close();
  const streamer = await WebRtcStreamer.start(context, pushedPatterns(url, '', { more: 'timeout = 2000' }));
  await until('two attempts', async () => ((await pushOf(streamer))?.retries ?? 0) >= 2);
  const back = await WhipEndpoint.start(context, { port });
  await untilState(streamer, 'connected');
  await until('packets', () => (back.lastReceiver?.packets ?? 0) > 0);
  back.close();
  await untilState(streamer, 'waiting');
  streamer.process.child.kill('SIGTERM');
  const startedMs = performance.now();
  assert.equal(await streamer.process.exited, 0);
  assert.ok(performance.now() - startedMs < 3000);
  const log = streamer.process.stderr();
  assert.ok((log.match(/cannot be reached: ECONNREFUSED/g)?.length ?? 0) <= 4, log); // "reason" and message
});

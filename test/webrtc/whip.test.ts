import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { coreAddon } from '../../lib/native/core-addon.js';
import { startBrowser } from '../helpers/browser.js';
import { readMark } from '../helpers/oracle.js';
import { colourError } from '../helpers/pattern-colours.js';
import { PeerClient } from '../helpers/peer-client.js';
import { until } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { openClientPage, watch } from '../helpers/webrtc-page.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';
import { WhipEndpoint } from '../helpers/whip-endpoint.js';

const token = 'secret-token-of-the-test';
const watchMs = 3000;

interface Push {
  readonly url: string;
  readonly state: string;
  readonly reason?: string;
  readonly sinceMs: number;
  readonly retries: number;
}

/** Two patterns, of which the first is pushed. */
function pushedPatterns(url: string, more = '', options: Parameters<typeof twoPatterns>[0] = {}): string {
  return twoPatterns(options).replace('[camera1]\n', `[camera1]\nwhip_url = "${url}"\n${more}\n`);
}

async function pushOf(streamer: WebRtcStreamer): Promise<Push | undefined> {
  const { webrtc } = await streamer.get<{ webrtc: { push?: Push } }>('/api/cameras/camera1');
  return webrtc.push;
}

async function untilState(streamer: WebRtcStreamer, state: string): Promise<void> {
  await until(state, async () => (await pushOf(streamer))?.state === state);
}

async function post(streamer: WebRtcStreamer, action: string): Promise<void> {
  await (await fetch(`${streamer.url}/api/cameras/camera1/${action}`, { method: 'POST' })).text();
}

for (const [codec, width, height] of [
  ['h264', 640, 480],
  ['h264', 1920, 1080],
  ['vp8', 640, 480],
] as const) {
  test(`Chromium plays what is pushed: ${codec}, ${String(width)}x${String(height)}`, async (context) => {
    const browser = await startBrowser(context);
    const page = await browser.newPage({ bypassCSP: true });
    const endpoint = await WhipEndpoint.start(context, {
      answer: (offer) => page.evaluate<string>(`acceptOffer(${JSON.stringify(offer)})`),
      intercept: ({ method }, response) => {
        if (method === 'GET') response.writeHead(200, { 'content-type': 'text/html' }).end();
        return method === 'GET';
      },
    });
    await openClientPage(page, endpoint.origin);
    const size = { width, height, codec };
    const streamer = await WebRtcStreamer.start(context, pushedPatterns(endpoint.url, '', size));
    await untilState(streamer, 'connected');
    const level = width > 1280 ? '28' : '1f';
    if (codec === 'h264')
      assert.match(endpoint.of('POST')[0]?.body ?? '', new RegExp(`profile-level-id=42e0${level}\r`));
    const source = { kind: 'pushed', url: '' } as const;
    const [playback] = await watch(page, [source], watchMs, coreAddon().wallClockOffsetUs());
    assert.ok(playback);
    const errors = playback.blocks.map(({ sequence, colours }) => colourError(colours, sequence, size));
    const { firstFrameMs, framesPerSecond, sequences, framesLookedAt } = playback;
    const figures = `first frame after ${firstFrameMs.toFixed(0)} ms, ${framesPerSecond.toFixed(1)} fps, colours differ by ${Math.max(...errors).toFixed(1)}, ${JSON.stringify(playback.stats)}`;
    context.diagnostic(figures);
    assert.equal(playback.codec, `video/${codec.toUpperCase()}`);
    assert.deepEqual([playback.width, playback.height], [width, height]);
    assert.ok(framesPerSecond > (width > 1280 ? 5 : 25), figures);
    assert.ok(sequences.length > 10 && sequences.length >= 0.95 * framesLookedAt, figures);
    assert.ok(errors.length > 0 && Math.max(...errors) < 12, figures);
    const leftMs = performance.now();
    await page.evaluate('window.pushed.leave()');
    await until('the loss', async () => (await pushOf(streamer))?.state !== 'connected');
    assert.ok(performance.now() - leftMs < 2000, 'a server that ends the connection is noticed at once');
    await page.close();
  });
}

for (const codec of ['h264', 'vp8'] as const) {
  test(`GStreamer's webrtcbin plays what is pushed: ${codec}`, async (context) => {
    const size = { width: 640, height: 480 };
    const frames = 60;
    const file = path.join(temporaryFolder(context), 'pictures.i420');
    const script = path.join(import.meta.dirname, 'webrtcbin_peer.py');
    let output = '';
    const linesOf = (event: string): { sdp?: string }[] =>
      output
        .split('\n')
        .filter((line) => line.includes(`"event": "${event}"`) && line.endsWith('}'))
        .map((line) => JSON.parse(line) as { sdp?: string });
    const answer = async (offer: string): Promise<string> => {
      const child = spawn('/usr/bin/python3', [script, '-', codec, String(frames), file]);
      context.after(() => child.kill('SIGKILL'));
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stdin.end(offer);
      await until('the answer', () => linesOf('answer').length === 1);
      return linesOf('answer')[0]?.sdp ?? '';
    };
    const endpoint = await WhipEndpoint.start(context, { answer });
    await WebRtcStreamer.start(context, pushedPatterns(endpoint.url, '', { ...size, codec }));
    await until('the pictures', () => linesOf('picture').length >= frames);
    const bytes = readFileSync(file);
    const frameBytes = size.width * size.height * 1.5;
    const marks = Array.from({ length: frames }, (_, i) => {
      const samples = bytes.subarray(i * frameBytes, (i + 1) * frameBytes);
      return readMark({ samples, stride: size.width, ...size })?.sequence ?? NaN;
    });
    const steps = marks.slice(1).map((sequence, i) => sequence - (marks[i] ?? NaN));
    assert.ok(steps.filter((step) => step === 1).length >= 0.95 * steps.length, steps.join(' '));
  });
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

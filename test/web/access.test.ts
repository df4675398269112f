import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { hashPassword, type CameraDetail } from '../../lib/web/index.js';
import { command } from '../helpers/debian13.js';
import { makeNetwork, type Host } from '../helpers/network.js';
import { until } from '../helpers/processes.js';
import { twoCameras, WebStreamer } from '../helpers/web-streamer.js';

const settings = '/api/cameras/camera1/settings';
const token = 'a-token-of-the-robot';

const strict = `control_access = "strict"
tokens = { robot = { token = "${token}" }, guest = { token = "a-token-of-a-guest", rights = "read" } }
`;

function basic(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

async function qualityOf(streamer: WebStreamer): Promise<number> {
  return (await streamer.get<CameraDetail>('/api/cameras/camera1')).settings.quality;
}

test('with strict access only the right token changes things, and reading stays open', async (context) => {
  const streamer = await WebStreamer.start(context, strict);
  const change = (headers: Record<string, string>) =>
    streamer.send('PATCH', settings, { quality: 7 }, headers);
  const without = await change({});
  assert.deepEqual([without.status, without.json['code']], [401, 'ERR_UNAUTHORIZED']);
  assert.match(without.headers.get('www-authenticate') ?? '', /^Basic realm="pi-camera-streamer"/);
  for (const wrong of [`${token}x`, token.slice(1), token.toUpperCase()]) {
    assert.equal((await change({ authorization: `Bearer ${wrong}` })).status, 401, wrong);
  }
  const guest = await change({ authorization: 'Bearer a-token-of-a-guest' });
  assert.deepEqual([guest.status, guest.json['code']], [403, 'ERR_FORBIDDEN']);
  assert.equal(await qualityOf(streamer), 85);
  assert.equal((await change({ authorization: `Bearer ${token}` })).status, 200);
  assert.equal(await qualityOf(streamer), 7);
  const access = await streamer.send('GET', '/api/access', undefined, { authorization: `Bearer ${token}` });
  assert.deepEqual(access.json, { control: true, mode: 'strict', user: 'robot' });
  assert.ok(!streamer.log.includes(token));
  // As a browser signs in: by name and token.
  const login = (headers: Record<string, string>) =>
    streamer.send('GET', '/api/access?login', undefined, headers);
  assert.equal((await login({})).status, 401);
  assert.equal((await login(basic('robot', token))).status, 200);
  assert.equal((await login(basic('anna', token))).status, 401);
  assert.equal((await login(basic('guest', 'a-token-of-a-guest'))).status, 403);
});

test('with authenticated reading nothing but /health is open', async (context) => {
  const users = { anna: { password_hash: await hashPassword('correct horse'), rights: 'read' } };
  const inline = `users = { anna = { password_hash = "${users.anna.password_hash}", rights = "read" } }`;
  const streamer = await WebStreamer.start(context, `read_access = "authenticated"\n${strict}${inline}\n`);
  for (const where of [
    '/viewer',
    '/static/viewer.js',
    '/api/status',
    '/api/events',
    '/metrics',
    '/stream/camera1.mjpg',
  ]) {
    const { status, headers } = await fetch(streamer.url + where);
    assert.equal(status, 401, where);
    assert.match(headers.get('www-authenticate') ?? '', /^Basic realm=/, where);
  }
  assert.equal((await fetch(`${streamer.url}/health`)).status, 200);
  const login = async (headers: Record<string, string>) =>
    (await fetch(`${streamer.url}/api/status`, { headers })).status;
  assert.equal(await login(basic('anna', 'correct horse')), 200);
  assert.equal(await login(basic('anna', 'correct  horse')), 401);
  assert.equal(await login(basic('bert', 'correct horse')), 401);
  assert.equal(await login({ authorization: 'Basic !!!' }), 401);
  assert.equal(await login({ authorization: 'Digest x' }), 401);
  const change = await streamer.send('PATCH', settings, { quality: 7 }, basic('anna', 'correct horse'));
  assert.equal(change.status, 403);
});

test('who guesses has to wait', async (context) => {
  const streamer = await WebStreamer.start(context, strict);
  const guess = () => fetch(`${streamer.url}/api/status`, { headers: { authorization: 'Bearer guess' } });
  const statuses: number[] = [];
  for (let tries = 0; tries < 12; tries++) statuses.push((await guess()).status);
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), 429, 429]);
  assert.equal((await fetch(`${streamer.url}/api/status`)).status, 200);
});

test('a token in a file, and one that is missing or none', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-token-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'token');
  const keys = `control_access = "strict"\ntokens = { robot = { token_file = "${file}" } }`;
  await assert.rejects(WebStreamer.start(context, keys), { code: 'ERR_FILE_NOT_FOUND' });
  writeFileSync(file, 'short\n');
  await assert.rejects(WebStreamer.start(context, keys), { code: 'ERR_CONFIG_INVALID' });
  writeFileSync(file, `${token}\n`);
  const streamer = await WebStreamer.start(context, keys);
  const right = await streamer.send('PATCH', settings, { quality: 7 }, { authorization: `Bearer ${token}` });
  assert.equal(right.status, 200);
});

/** Statuses that another machine gets, in the order of the requests. */
async function statusesFrom(
  host: Host,
  requests: readonly (readonly [method: string, url: string, headers?: object])[],
) {
  const program = `
    const statuses = [];
    for (const [method, url, headers] of ${JSON.stringify(requests)}) {
      const body = method === 'GET' ? undefined : JSON.stringify({ quality: 7 });
      const response = await fetch(url, { method, body, headers: { 'content-type': 'application/json', ...headers } });
      await response.text();
      statuses.push(response.status);
    }
    console.log(JSON.stringify(statuses));`;
  const output = await host.run(process.execPath, '--input-type=module', '-e', program);
  return JSON.parse(output) as number[];
}

async function startOn(context: TestContext, host: Host, server: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-access-'));
  const file = path.join(folder, 'config.toml');
  writeFileSync(file, `[server]\n${server}\n${twoCameras}`);
  const streamer = host.start(process.execPath, [command, '-config', file, '-mode', 'mjpeg-rtp']);
  context.after(() => {
    streamer.child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  await until('the web server', () => streamer.stderr().includes('the viewer is at'));
}

test('another machine may look; it changes things only with a token, or when that is open to all', async (context) => {
  const { sender, receiver } = await makeNetwork(context);
  const url = `http://${sender.address}:8080`;
  const requests = [
    ['GET', `${url}/api/status`],
    ['PATCH', url + settings],
    ['POST', `${url}/api/cameras/stop`],
    ['PATCH', url + settings, { authorization: `Bearer ${token}` }],
  ] as const;
  await startOn(context, sender, `tokens = { robot = { token = "${token}" } }`);
  assert.deepEqual(await statusesFrom(receiver, requests), [200, 401, 401, 200]);
  // A program on the machine itself needs none, unless it passes on what others ask for.
  const local = 'http://127.0.0.1:8080';
  const passedOn = [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-real-ip',
  ];
  passedOn.push('x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'forwarded', 'via');
  const own = [
    ['PATCH', local + settings],
    ...passedOn.map((name) => ['PATCH', local + settings, { [name]: 'x' }] as const),
  ] as const;
  assert.deepEqual(await statusesFrom(sender, own), [200, ...passedOn.map(() => 401)]);
});

test('without any token or user another machine changes nothing; with open access everything', async (context) => {
  for (const [server, expected] of [
    ['', [200, 403]],
    ['control_access = "open"', [200, 200]],
  ] as const) {
    const { sender, receiver } = await makeNetwork(context);
    const url = `http://${sender.address}:8080`;
    await startOn(context, sender, server);
    const requests = [
      ['GET', `${url}/viewer`],
      ['PATCH', url + settings],
    ] as const;
    assert.deepEqual(await statusesFrom(receiver, requests), expected, server);
  }
});

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPassword } from '../../lib/web/security/password-hash.js';
import { command } from '../helpers/debian13.js';
import { start, until } from '../helpers/processes.js';

const demo = (...args: readonly string[]) => start(process.execPath, [command, 'demo', ...args]);

test('the demo says where its viewer is, and without one nothing listens', async () => {
  const withViewer = demo('--web-port', '0', '--frames', '10');
  assert.equal(await withViewer.exited, 0, withViewer.stderr());
  assert.match(withViewer.stdout(), /See them in a browser, by WebRTC: http:\/\/localhost:/);
  assert.match(withViewer.stderr(), /"the viewer is at http:\/\/[\d.]+:\d+\/"/);
  const without = demo('--no-web', '--frames', '10');
  assert.equal(await without.exited, 0);
  assert.doesNotMatch(without.stdout() + without.stderr(), /viewer is|browser|http:/);
});

test('a port that is taken holds up no stream, and is tried until it is free', async (context) => {
  const server = createServer().listen(0, '0.0.0.0');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const streamer = demo('--web-port', port, '--duration', '20');
  context.after(() => streamer.child.kill('SIGKILL'));
  await until('the error', () => /EADDRINUSE.*web_port and bind_ip/.test(streamer.stderr()));
  await until('the stream', () => streamer.stderr().includes('streams to'));
  await sleep(2000); // it has been tried again since
  server.close();
  await until('the viewer', () => streamer.stderr().includes('the viewer is at'));
  assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
  const ofThisPort = new RegExp(`EADDRINUSE[^\\n]*:${port}\\b`, 'g'); // the demo's others may be taken, too
  assert.equal(streamer.stderr().match(ofThisPort)?.length, 1, 'it is said once');
  streamer.child.kill('SIGTERM');
  assert.equal(await streamer.exited, 0);
});

test('open streams and events hold up no end', async (context) => {
  const streamer = demo('--web-port', '0', '--duration', '60');
  context.after(() => streamer.child.kill('SIGKILL'));
  const url = (): string | undefined => /"url":"http:\/\/[^"]+:(\d+)\/"/.exec(streamer.stderr())?.[1];
  await until('the viewer', () => url() !== undefined);
  const open = (where: string) => fetch(`http://127.0.0.1:${url() ?? ''}${where}`);
  const responses = await Promise.all(
    ['/stream/camera1.mjpg', '/stream/camera2.mjpg?scale=1/2', '/api/events'].map(open),
  );
  assert.deepEqual(
    responses.map(({ status }) => status),
    [200, 200, 200],
  );
  const beganMs = performance.now();
  streamer.child.kill('SIGTERM');
  assert.equal(await streamer.exited, 0, streamer.stderr());
  assert.ok(performance.now() - beganMs < 3000);
});

test('hash-password prints what the configuration takes', async () => {
  const hash = (password: string) =>
    start('sh', ['-c', `echo '${password}' | exec ${process.execPath} ${command} hash-password`]);
  const right = hash('correct horse');
  assert.equal(await right.exited, 0, right.stderr());
  assert.ok(await isPassword('correct horse', right.stdout().trim()));
  assert.ok(!(await isPassword('correct  horse', right.stdout().trim())));
  const short = hash('short');
  assert.equal(await short.exited, 2);
  assert.match(short.stderr(), /^ERR_USAGE: a password needs 8 characters or more$/m);
});

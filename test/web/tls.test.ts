import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { runToEnd, until } from '../helpers/processes.js';
import { RawClient } from '../helpers/raw-client.js';
import { WebStreamer } from '../helpers/web-streamer.js';

/** A certificate for this machine, and its key. */
async function makeCertificate(context: TestContext): Promise<{ key: string; cert: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-tls-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const form = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await runToEnd('openssl', ['req', '-x509', ...form, ...subject, '-keyout', key, '-out', cert]);
  return { key, cert };
}

/** A request by HTTPS, and what it has got so far. */
function request(
  context: TestContext,
  port: number,
  cert: string,
  where: string,
): { bytes: number; isOver: boolean } {
  const state = { bytes: 0, isOver: false };
  const sent = https.get(
    { host: '127.0.0.1', port, path: where, ca: readFileSync(cert), agent: false },
    (response) => {
      response.on('data', ({ length }: Buffer) => (state.bytes += length));
    },
  );
  sent.on('error', () => undefined).on('close', () => (state.isOver = true));
  context.after(() => sent.destroy());
  return state;
}

test('streams by HTTPS go on while 300 connections without a handshake come and stay', async (context) => {
  const { key, cert } = await makeCertificate(context);
  const streamer = await WebStreamer.start(context, `tls_key_file = "${key}"\ntls_cert_file = "${cert}"`);
  const streams = ['/api/events', '/stream/camera1.mjpg'].map((where) =>
    request(context, streamer.port, cert, where),
  );
  await until('streams', () => streams.every(({ bytes }) => bytes > 0));
  for (let i = 0; i < 300; i++) await RawClient.send(context, streamer.port, i % 2 ? '' : '\x16\x03\x01');
  const before = streams.map(({ bytes }) => bytes);
  await until('more of each', () => streams.every(({ bytes }, i) => bytes > (before[i] ?? 0)));
  assert.ok(streams.every(({ isOver }) => !isOver));
  const late = request(context, streamer.port, cert, '/health');
  await until('an answer to somebody else', () => late.bytes > 0);
});

test('with a certificate the server speaks HTTPS, and nothing else', async (context) => {
  const { key, cert } = await makeCertificate(context);
  const keys = `tls_key_file = "${key}"\ntls_cert_file = "${cert}"`;
  const streamer = await WebStreamer.start(context, keys);
  assert.match(streamer.url, /^https:/);
  const status = await new Promise((resolve, reject) => {
    const where = `https://127.0.0.1:${String(streamer.port)}/api/status`;
    https
      .get(where, { ca: readFileSync(cert), agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
  assert.equal(status, 200);
  const plain = await new Promise<string>((resolve) => {
    let answer = '';
    const socket = connect(streamer.port, '127.0.0.1', () =>
      socket.write('GET /api/status HTTP/1.1\r\n\r\n'),
    );
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve(answer);
      });
  });
  assert.doesNotMatch(plain, /pi_ip/);
  await assert.rejects(WebStreamer.start(context, keys.replace('cert.pem', 'none.pem')), {
    code: 'ERR_FILE_NOT_FOUND',
  });
  await assert.rejects(WebStreamer.start(context, `tls_key_file = "${key}"`), {
    code: 'ERR_CONFIG_CONFLICT',
  });
  await assert.rejects(WebStreamer.start(context, keys.replace(key, cert)), { code: 'ERR_CONFIG_INVALID' });
});

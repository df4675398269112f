import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { StreamerError } from '../../lib/errors/index.js';
import { resolveHost } from '../../lib/net/resolve-host.js';

test('an address is its own', async () => {
  for (const address of ['127.0.0.1', '192.0.2.7', '::1', '2001:db8::5']) {
    assert.equal(await resolveHost(address), address);
  }
});

test('a name becomes an address', async () => {
  assert.notEqual(isIP(await resolveHost('localhost')), 0);
});

test('a name that does not exist is an error that says so', async () => {
  // Reserved never to exist (RFC 6761 section 6.4).
  await assert.rejects(resolveHost('camera.invalid'), (error) => {
    assert.ok(error instanceof StreamerError);
    assert.equal(error.code, 'ERR_HOST_NOT_FOUND');
    assert.match(error.message, /^the host camera\.invalid cannot be resolved/);
    assert.ok(error.cause instanceof Error);
    return true;
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';
import { requestLimit } from '../../lib/web/security/request-limit.js';

test('another machine has 1200 requests a minute, also when the wall clock is set back', async (context) => {
  const app = fastify();
  context.after(() => app.close());
  await app.register(rateLimit, requestLimit);
  app.get('/', () => 'here');
  const ask = async (remoteAddress: string): Promise<number> =>
    (await app.inject({ url: '/', remoteAddress })).statusCode;
  for (let request = 0; request < 1200; request++) assert.equal(await ask('192.0.2.1'), 200);
  assert.equal(await ask('192.0.2.1'), 429);
  assert.equal(await ask('192.0.2.2'), 200);
  assert.equal(await ask('127.0.0.1'), 200);
  const [wallMs, steadyMs] = [Date.now() - 3_600_000, performance.now() + 61_000];
  context.mock.method(Date, 'now', () => wallMs);
  context.mock.method(performance, 'now', () => steadyMs);
  assert.equal(await ask('192.0.2.1'), 200);
});

import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { hashPassword } from '../../lib/web/index.js';
import { clientOf, isLoopback } from '../../lib/web/security/addresses.js';
import { Credentials } from '../../lib/web/security/credentials.js';
import { LoginQueue } from '../../lib/web/security/login-queue.js';
import { WebStreamer } from '../helpers/web-streamer.js';

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** What the server answers to a client of this address. */
function statusFrom(port: number, localAddress: string, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, localAddress, path: '/api/status', agent: false };
    get({ ...options, headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

test('a login that nobody had time to check is no wrong one', async (context) => {
  const users = `users = { anna = { password_hash = "${await hashPassword('correct horse')}" } }`;
  const streamer = await WebStreamer.start(context, users);
  const guesses = Array.from({ length: 60 }, (_, i) =>
    statusFrom(streamer.port, `127.0.7.${String(2 + i)}`, basic('x', String(i))),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  const right = basic('anna', 'correct horse');
  const logins = await Promise.all(
    Array.from({ length: 15 }, () => statusFrom(streamer.port, '127.0.0.1', right)),
  );
  assert.ok(
    logins.every((status) => status === 200 || status === 429),
    String(logins),
  );
  await Promise.all(guesses);
  assert.equal(await statusFrom(streamer.port, '127.0.0.1', right), 200);
});

test('guesses at a time count as those one after the other, and whoever is known goes on', async (context) => {
  const users = `users = { anna = { password_hash = "${await hashPassword('correct horse')}" } }`;
  const streamer = await WebStreamer.start(context, users);
  const login = async (password: string) => {
    const headers = { authorization: basic('anna', password) };
    return (await fetch(`${streamer.url}/health`, { headers })).status;
  };
  const right = await Promise.all(Array.from({ length: 6 }, () => login('correct horse')));
  assert.deepEqual(right, Array<number>(6).fill(200));
  // More than may fail: what was right before needs no check.
  assert.ok(
    (await Promise.all(Array.from({ length: 40 }, () => login('correct horse')))).every((s) => s === 200),
  );
  // As many at a time as are let into the queue, or that alone would stop them.
  const guesses: number[] = [];
  while (guesses.length < 64) {
    const wave = Array.from({ length: 8 }, (_, i) => login(`guess${String(guesses.length + i)}`));
    guesses.push(...(await Promise.all(wave)));
  }
  const wrong = guesses.filter((status) => status === 401).length;
  assert.ok(wrong > 8 && wrong <= 10, `${String(wrong)} guesses`);
  assert.equal(guesses.filter((status) => status === 429).length, 64 - wrong);
});

test('passwords are checked one at a time, and few wait', async () => {
  const queue = new LoginQueue();
  let running = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, () =>
      queue.run(0, async () => {
        running += 1;
        assert.equal(running, 1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running -= 1;
      }),
    ),
  );
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 33);
  await queue.run(0, () => Promise.resolve());
});

test('whoever has failed less often is checked first, and those who failed most are refused', async () => {
  const queue = new LoginQueue();
  const order: string[] = [];
  const login = (name: string, failures: number): Promise<void> =>
    queue.run(failures, () => {
      order.push(name);
      return Promise.resolve();
    });
  const guesses = Array.from({ length: 40 }, (_, i) => login('guess', i % 10));
  const results = await Promise.allSettled([...guesses, login('anna', 0)]);
  assert.equal(results.at(-1)?.status, 'fulfilled');
  assert.ok(order.indexOf('anna') <= 5, order.join(' '));
  const refused = results.flatMap(({ status }, i) => (status === 'rejected' ? [i % 10] : []));
  assert.ok(refused.length === 8 && refused.every((failures) => failures >= 7), String(refused));
});

test('wrong logins of a proxy lock out neither tokens nor passwords that were right before', async (context) => {
  const hash = await hashPassword('correct horse');
  const streamer = await WebStreamer.start(
    context,
    `users = { anna = { password_hash = "${hash}" } }\ntokens = { robot = { token = "a-token-of-the-robot" } }`,
  );
  const ask = async (authorization: string) =>
    (await fetch(`${streamer.url}/api/status`, { headers: { authorization } })).status;
  const token = 'Bearer a-token-of-the-robot';
  assert.equal(await ask(basic('anna', 'correct horse')), 200);
  for (let i = 0; i < 12; i++) await ask(`Bearer not-the-token-of-robot-${String(i)}`);
  assert.equal(await ask(basic('anna', 'guess')), 429);
  assert.equal(await ask(token), 200);
  assert.equal(await ask(basic('robot', 'a-token-of-the-robot')), 200);
  assert.equal(await ask(basic('anna', 'correct horse')), 200);
  // A password that needs no check would soon be guessed.
  for (let i = 0; i < 100; i++) await ask(basic('anna', `guess${String(i)}`));
  assert.equal(await ask(basic('anna', 'correct horse')), 429);
  assert.equal(await ask(token), 200);
});

test('a right password passes while others guess from many addresses', async (context) => {
  const users = `users = { anna = { password_hash = "${await hashPassword('correct horse')}" } }`;
  const streamer = await WebStreamer.start(context, users);
  let isOver = false;
  const guess = async (thread: number): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      const localAddress = `127.0.${String(1 + thread)}.${String(2 + (i % 200))}`;
      await statusFrom(streamer.port, localAddress, basic('x', String(i)));
    }
  };
  const guessing = Array.from({ length: 12 }, (_, thread) => guess(thread));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const status = await statusFrom(streamer.port, '127.0.0.1', basic('anna', 'correct horse'));
  isOver = true;
  await Promise.all(guessing);
  assert.equal(status, 200);
});

test('without users no password is checked', async () => {
  const credentials = new Credentials({
    tokens: [{ name: 'robot', rights: 'control', token: 'a-token-of-the-robot' }],
    users: [],
  });
  const beganMs = performance.now();
  for (let i = 0; i < 200; i++)
    assert.equal(await credentials.checkPassword(basic('anna', 'guess'), '', 0), undefined);
  assert.ok(performance.now() - beganMs < 1000); // 50 ms each, otherwise
  assert.equal(credentials.tokenOwner(basic('robot', 'a-token-of-the-robot'))?.name, 'robot');
});

test('a name that nobody has takes as long as a wrong password', async () => {
  const passwordHash = await hashPassword('correct horse');
  const credentials = new Credentials({
    tokens: [],
    users: [{ name: 'anna', rights: 'control', passwordHash }],
  });
  // Time of the processor, and the least of it: a check takes three times as long on a thread whose 16 MiB are new. Three
  // names, so that each of them comes to each of the pool's four threads.
  const leastUs = { anna: Infinity, bert: Infinity, carl: Infinity };
  await credentials.checkPassword(basic('bert', 'guess'), '', 0); // makes the hash for such names
  for (let i = 0; i < 12; i++) {
    for (const name of ['anna', 'bert', 'carl'] as const) {
      const began = process.cpuUsage();
      assert.equal(await credentials.checkPassword(basic(name, `guess${String(i)}`), '', 0), undefined);
      const { user, system } = process.cpuUsage(began);
      leastUs[name] = Math.min(leastUs[name], user + system);
    }
  }
  const times = Object.values(leastUs);
  assert.ok(Math.max(...times) < 2 * Math.min(...times), JSON.stringify(leastUs));
});

test('time does not tell which token it is, nor whether it is one', () => {
  // So many that leaving off at the right one would show.
  const tokens = Array.from({ length: 20_000 }, (_, i) => `a-token-of-robot-${String(i)}`);
  const credentials = new Credentials({
    tokens: tokens.map((token, i) => ({ name: String(i), rights: 'read' as const, token })),
    users: [],
  });
  const guesses = { first: tokens[0] ?? '', last: tokens.at(-1) ?? '', none: 'a-token-of-robot-x' };
  const timesMs = Object.values(guesses).map(() => [] as number[]);
  for (let i = 0; i < 25; i++) {
    for (const [guess, token] of Object.values(guesses).entries()) {
      const beganMs = performance.now();
      const owner = credentials.tokenOwner(`Bearer ${token}`);
      timesMs[guess]?.push(performance.now() - beganMs);
      assert.equal(owner !== undefined, token !== guesses.none);
    }
  }
  const medians = timesMs.map((times) => times.sort((a, b) => a - b)[12] ?? 0);
  assert.ok(Math.max(...medians) < 2 * Math.min(...medians), JSON.stringify(medians));
});

test('clients are counted by IPv4 address, or by the /64 of an IPv6 address', () => {
  for (const [address, client] of [
    ['192.168.1.20', '192.168.1.20'],
    ['::ffff:192.168.1.20', '192.168.1.20'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001:db8:0:0:1::', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, 'gone'],
  ] as const) {
    assert.equal(clientOf(address), client, address);
  }
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::1']) assert.ok(isLoopback(address), address);
  for (const address of ['::', '128.0.0.1', '2001:db8::1', undefined])
    assert.ok(!isLoopback(address), address);
});

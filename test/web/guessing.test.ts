import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword } from '../../lib/web/index.js';
import { clientOf, isLoopback } from '../../lib/web/security/addresses.js';
import { Credentials } from '../../lib/web/security/credentials.js';
import { OneAtATime } from '../../lib/web/security/one-at-a-time.js';
import { WebStreamer } from '../helpers/web-streamer.js';

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

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
  const tasks = new OneAtATime();
  let running = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      tasks.run(async () => {
        running += 1;
        assert.equal(running, 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      }),
    ),
  );
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 8);
  await tasks.run(() => Promise.resolve());
});

test('without users no password is checked', async () => {
  const credentials = new Credentials({
    tokens: [{ name: 'robot', rights: 'control', token: 'a-token-of-the-robot' }],
    users: [],
  });
  const beganMs = performance.now();
  for (let i = 0; i < 200; i++)
    assert.equal(await credentials.checkPassword(basic('anna', 'guess')), undefined);
  assert.ok(performance.now() - beganMs < 1000); // 50 ms each, otherwise
  assert.equal(credentials.recognize(basic('robot', 'a-token-of-the-robot'))?.name, 'robot');
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
  await credentials.checkPassword(basic('bert', 'guess')); // makes the hash for such names
  for (let i = 0; i < 12; i++) {
    for (const name of ['anna', 'bert', 'carl'] as const) {
      const began = process.cpuUsage();
      assert.equal(await credentials.checkPassword(basic(name, `guess${String(i)}`)), undefined);
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
      const owner = credentials.recognize(`Bearer ${token}`);
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

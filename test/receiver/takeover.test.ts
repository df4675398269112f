// Parties that send under a stream's name without seeing its packets, or wait for a pause of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../fuzz/random.js';
import { home, millisecond, otherHost, otherPort, second, SelectorLog } from './selector-log.js';

const random = new Random(1);

/** Sends so many packets with one number after the other under the stream's name, at any place and time. */
function guess(log: SelectorLog, packets: number): void {
  const numbers = random.below(2 ** 16);
  log.timestampOffset = random.below(2 ** 32);
  log.receive(7, ...Array.from({ length: packets }, (_, i) => (numbers + i) & 0xffff));
  log.timestampOffset = 0;
}

function packets(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `7:${String((from + i) & 0xffff)}`);
}

for (const run of [1, 2, 8]) {
  test(`20,000 guesses a second under the stream's name take none of its packets; ${String(run)} in a row`, () => {
    const log = new SelectorLog();
    log.stream(0, second);
    log.take();
    let passed = 0;
    for (let i = 0; i < 500; i++) {
      for (let guessed = 0; guessed < 400; guessed += run) guess(log, run);
      passed += log.take().length;
      log.stream(100 + 2 * i, 20 * millisecond);
      assert.deepEqual(log.take(), packets(100 + 2 * i, 2));
    }
    assert.ok(passed <= 8, `${String(passed)} guesses passed`);
  });
}

const lucky = [
  { name: '400 numbers ahead', timestampOffset: 0, ahead: 400, passes: true },
  { name: '9000 numbers ahead', timestampOffset: 0, ahead: 9000, passes: false },
  { name: 'the next number, a second early', timestampOffset: 90_000, ahead: 5, passes: false },
  { name: 'the next number, a second late', timestampOffset: -90_000, ahead: 5, passes: true },
  { name: '5000 numbers ahead, a second early', timestampOffset: 90_000, ahead: 5000, passes: false },
  { name: '1000 numbers behind', timestampOffset: 0, ahead: -1000, passes: true },
];

for (const { name, timestampOffset, ahead, passes } of lucky) {
  for (const run of [1, 2, 8]) {
    test(`a lucky guess costs the stream nothing: ${name}, ${String(run)} in a row`, () => {
      const log = new SelectorLog();
      log.stream(3000, second);
      log.take();
      log.timestampOffset = timestampOffset;
      log.receive(7, ...Array.from({ length: run }, (_, i) => 3100 + ahead + i));
      log.timestampOffset = 0;
      assert.equal(log.take().length, passes ? run : 0);
      log.stream(3100, second);
      assert.deepEqual(log.take(), packets(3100, 100));
    });
  }
}

test('a lucky guess in a pause of the stream costs it a wait of 150 ms and none of its packets', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.nowUs += 200 * millisecond;
  log.receive(7, 5000, 5001);
  log.take();
  log.stream(100, second);
  assert.deepEqual(
    log.take().filter((entry) => entry !== 'selected 7'),
    packets(100, 100),
  );
});

for (const lost of [100, 499, 500, 600, 3000, 9000]) {
  test(`behind a loss of ${String(lost)} packets the same stream goes on, and no more are lost`, () => {
    const log = new SelectorLog();
    log.stream(0, second);
    log.take();
    log.stream(100 + lost, second);
    assert.deepEqual(log.take(), packets(100 + lost, 100));
    assert.equal(log.selector.current?.source.packetsLost, lost);
    assert.equal(log.selector.packetsRefused, 0);
  });
}

test('behind a jam of 800 ms all packets get through at once', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.take();
  const jamTicks = 72_000;
  for (let number = 100; number < 180; number += 2) {
    log.timestampOffset = -jamTicks + (number - 100) * 900;
    log.receive(7, number, number + 1);
  }
  assert.equal(log.take().length, 80);
  log.timestampOffset = 0;
  log.nowUs += 20 * millisecond;
  log.stream(180, second);
  assert.deepEqual(log.take(), packets(180, 100));
});

const takers = [
  { name: 'another SSRC and address', from: otherHost, ssrc: 9, timestampOffset: 0 },
  { name: 'its SSRC from another port', from: otherPort, ssrc: 7, timestampOffset: 0 },
  { name: 'its own name with other timestamps', from: home, ssrc: 7, timestampOffset: 1e9 },
];

for (const { name, from, ssrc, timestampOffset } of takers) {
  test(`a stream takes its place back from one that took over in its pause under ${name}`, () => {
    const log = new SelectorLog();
    log.stream(0, 3 * second);
    let taken = 0;
    const takeTurn = (): void => {
      Object.assign(log, { from, timestampOffset });
      log.receive(ssrc, 40_000 + taken++);
      Object.assign(log, { from: home, timestampOffset: 0 });
    };
    for (let i = 0; i < 60; i++, log.nowUs += 20 * millisecond) takeTurn();
    assert.equal(log.take().at(-1), `${String(ssrc)}:40059`);
    for (let i = 0; i < 100; i++) {
      takeTurn();
      log.stream(400 + 2 * i, 20 * millisecond);
    }
    assert.deepEqual(
      log.take().slice(-201),
      [`${String(ssrc)}:40060`, 'selected 7', ...packets(400, 200)].slice(-201),
    );
  });
}

test('a flood of the one that took over does not keep the stream out', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.nowUs += 1.2 * second;
  log.receive(9, 1, 2);
  log.take();
  for (let i = 0; i < 4; i++) {
    for (let flood = 0; flood < 100; flood++) log.receive(9, 3 + 100 * i + flood);
    log.receive(7, 100 + i);
  }
  assert.deepEqual(
    log.take().filter((entry) => !entry.startsWith('9:')),
    ['selected 7', ...packets(100, 4)],
  );
});

test('parties that take turns in a pause do not make the stream forgotten', () => {
  const log = new SelectorLog();
  log.stream(0, 10 * second);
  for (let ssrc = 9; ssrc < 14; ssrc++) {
    log.nowUs += 1.2 * second;
    log.receive(ssrc, 1, 2);
  }
  log.take();
  log.receive(7, 1000, 1001);
  assert.deepEqual(log.take(), ['selected 7', '7:1000', '7:1001']);
});

test('a stream that said goodbye, or was silent for 5 minutes, has lost its place', () => {
  for (const [saysGoodbye, minutes] of [
    [true, 0.1],
    [false, 5.1],
  ] as const) {
    const log = new SelectorLog();
    log.stream(0, second);
    if (saysGoodbye) log.selector.end(log.nowUs);
    for (let i = 0; log.nowUs < minutes * 60 * second; i++, log.nowUs += second / 2) log.receive(9, i);
    log.take();
    log.receive(7, 100, 101, 102);
    assert.deepEqual(log.take(), []);
    assert.equal(log.selector.current?.source.ssrc, 9);
  }
});

test('a sender that begins anew under another SSRC keeps its place, whatever is guessed under its former name', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.nowUs += 1.2 * second;
  log.receive(9, 0, 1);
  for (let i = 1; i < 200; i++, log.nowUs += 20 * millisecond) {
    for (let guessed = 0; guessed < 400; guessed += 8) guess(log, 8);
    log.receive(9, 2 * i, 2 * i + 1);
  }
  const entries = log.take().filter((entry) => entry.startsWith('9:'));
  assert.equal(new Set(entries).size, 400);
});

test('a guess that passes for the stream before keeps the place for 150 ms, and no packet is lost', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.nowUs += 1.2 * second;
  log.receive(9, 0, 1);
  log.receive(7, 100, 101);
  log.take();
  for (let i = 1; i < 20; i++, log.nowUs += 20 * millisecond) log.receive(9, 2 * i, 2 * i + 1);
  const entries = log.take();
  assert.deepEqual(entries, ['selected 9', ...Array.from({ length: 38 }, (_, i) => `9:${String(i + 2)}`)]);
});

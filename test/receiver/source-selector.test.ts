import assert from 'node:assert/strict';
import { test } from 'node:test';
import { home, millisecond, otherHost, otherPort, second, SelectorLog } from './selector-log.js';

test('two packets whose numbers follow each other make a stream, and neither of them is lost', () => {
  const log = new SelectorLog();
  log.receive(7, 100);
  assert.deepEqual(log.take(), []);
  log.receive(7, 101, 102);
  assert.deepEqual(log.take(), ['selected 7', '7:100', '7:101', '7:102']);
  assert.equal(log.selector.packetsForeign, 0);
});

test("packets whose numbers don't follow each other make none", () => {
  const log = new SelectorLog();
  log.receive(7, 100, 200, 300);
  assert.deepEqual(log.take(), []);
});

test('packets of a stream that begins out of order are handed on in order, and none is lost', () => {
  const log = new SelectorLog();
  log.receive(7, 2, 65_535, 5, 0);
  assert.deepEqual(log.take(), ['selected 7', '7:65535', '7:0', '7:2', '7:5']);
  log.receive(7, 4, 1, 3);
  assert.deepEqual(log.take(), ['7:4', '7:1', '7:3']);
});

test('while a stream comes no other takes over, however regular', () => {
  const log = new SelectorLog();
  log.receive(7, 1, 2);
  log.take();
  for (let i = 0; i < 30; i++) {
    log.nowUs += second / 10;
    log.receive(8, i);
    log.receive(7, 3 + i);
  }
  assert.ok(log.take().every((entry) => entry.startsWith('7:')));
  assert.equal(log.selector.packetsForeign, 30);
});

test('after a second of silence another stream takes over', () => {
  const log = new SelectorLog();
  log.receive(7, 1, 2);
  log.nowUs = 1.1 * second;
  log.receive(8, 50, 51);
  assert.deepEqual(log.take().slice(-3), ['selected 8', '8:50', '8:51']);
});

test('after its end another stream takes over within 150 ms, and loses none of its packets', () => {
  const log = new SelectorLog();
  log.receive(7, 1, 2);
  log.selector.end(log.nowUs);
  log.receive(8, 50, 51);
  log.nowUs = 149 * millisecond;
  log.receive(8, 52);
  assert.deepEqual(log.take(), ['selected 7', '7:1', '7:2']);
  log.nowUs = 150 * millisecond;
  log.receive(8, 53);
  assert.deepEqual(log.take(), ['selected 8', '8:50', '8:51', '8:52', '8:53']);
});

test('an end that is no end changes nothing: the stream goes on, and others stay foreign', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  for (let i = 0; i < 50; i++) {
    log.selector.end(log.nowUs);
    log.from = otherHost;
    log.receive(8, 2 * i, 2 * i + 1);
    log.from = home;
    log.stream(100 + 2 * i, 20 * millisecond);
  }
  assert.ok(log.take().every((entry) => entry === 'selected 7' || entry.startsWith('7:')));
  assert.equal(log.selector.packetsForeign, 100);
});

test('a stream that was asked for by name is the only one', () => {
  const log = new SelectorLog(8);
  log.receive(7, 1, 2, 3);
  log.receive(8, 1, 2);
  assert.deepEqual(log.take(), ['selected 8', '8:1', '8:2']);
  assert.equal(log.selector.packetsForeign, 3);
});

test('a flood of streams leaves room for the one that goes on', () => {
  const log = new SelectorLog();
  for (let ssrc = 1000; ssrc < 11_000; ssrc++) log.receive(ssrc, ssrc & 0xffff);
  log.receive(7, 1, 2);
  assert.deepEqual(log.take(), ['selected 7', '7:1', '7:2']);
  assert.equal(log.selector.packetsForeign, 10_000 - 15);
});

test('a stream that begins anew with other numbers is told, and loses none of its packets', () => {
  const log = new SelectorLog();
  log.receive(7, 1, 2);
  log.take();
  log.receive(7, 30_000, 30_001);
  log.nowUs = 149 * millisecond;
  log.receive(7, 30_003);
  assert.deepEqual(log.take(), []);
  log.nowUs = 150 * millisecond;
  log.receive(7, 30_002);
  assert.deepEqual(log.take(), ['selected 7', '7:30000', '7:30001', '7:30002', '7:30003']);
  assert.equal(log.selector.packetsRefused, 0);
});

test('a stream that begins anew with other timestamps is told', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.take();
  log.timestampOffset = 1e9;
  log.stream(100, 200 * millisecond);
  const [first, ...rest] = log.take();
  assert.equal(first, 'selected 7');
  assert.deepEqual(rest.slice(0, 2), ['7:100', '7:101']);
});

test('a stream that begins anew after a second of silence need not wait', () => {
  const log = new SelectorLog();
  log.receive(7, 1, 2);
  log.take();
  log.nowUs = 1.1 * second;
  log.receive(7, 30_000, 30_001);
  assert.deepEqual(log.take(), ['selected 7', '7:30000', '7:30001']);
});

test('2048 packets of a stream that begins anew are kept, and of more the newest', () => {
  const log = new SelectorLog();
  log.receive(7, 0, 1);
  log.take();
  const restart = (count: number): string[] => {
    log.receive(7, ...Array.from({ length: count }, (_, i) => (30_000 + i) & 0xffff));
    log.nowUs += 200 * millisecond;
    log.receive(7, (30_000 + count) & 0xffff);
    return log.take();
  };
  assert.equal(restart(1000).length, 1002);
  log.receive(7, 1, 2);
  log.take();
  assert.deepEqual([restart(3000).length, log.selector.packetsRefused], [2050, 952]);
});

const forgers: readonly {
  readonly name: string;
  readonly from: typeof home;
  readonly timestampOffset?: number;
  readonly numbers: (i: number) => readonly number[];
}[] = [
  { name: 'the next numbers from another port', from: otherPort, numbers: (i) => [2 * i, 2 * i + 1] },
  { name: 'the next numbers from another address', from: otherHost, numbers: (i) => [2 * i, 2 * i + 1] },
  { name: 'two in a row far off, from another port', from: otherPort, numbers: () => [40_000, 40_001] },
  { name: 'two in a row far off, under its address', from: home, numbers: () => [40_000, 40_001] },
  {
    name: 'any two in a row, under its address',
    from: home,
    timestampOffset: 1e9,
    numbers: (i) => [(i * 7919) & 0xffff, (i * 7919 + 1) & 0xffff],
  },
  {
    name: 'a stream of its own, under its address',
    from: home,
    timestampOffset: 2 ** 31,
    numbers: (i) => [30_000 + 2 * i, 30_001 + 2 * i],
  },
];

for (const { name, from, timestampOffset = 0, numbers } of forgers) {
  test(`who does not see the stream cannot disturb it by ${name}`, () => {
    const log = new SelectorLog();
    log.stream(0, second);
    assert.equal(log.take().length, 101);
    for (let i = 0; i < 500; i++) {
      Object.assign(log, { from, timestampOffset });
      log.receive(7, ...numbers(50 + i));
      Object.assign(log, { from: home, timestampOffset: 0 });
      log.stream(100 + 2 * i, 20 * millisecond);
    }
    const expected = Array.from({ length: 1000 }, (_, i) => `7:${String(100 + i)}`);
    assert.deepEqual(log.take(), expected);
    const { packetsForeign, packetsRefused } = log.selector;
    assert.equal(from === home ? packetsRefused : packetsForeign, 1000);
  });
}

test('a slow stream is not taken to have stopped between its frames', () => {
  const log = new SelectorLog();
  for (let frame = 0; frame < 20; frame++, log.nowUs += second / 3) {
    log.receive(7, 2 * frame, 2 * frame + 1);
    if (frame < 5) continue;
    for (let i = 0; i < 10; i++) {
      log.nowUs += 20 * millisecond;
      log.receive(7, 40_000 + i);
    }
    log.nowUs -= 200 * millisecond;
  }
  assert.deepEqual(log.take(), ['selected 7', ...Array.from({ length: 40 }, (_, i) => `7:${String(i)}`)]);
});

test('the same SSRC from another port takes over after a second of silence, as when a router gives it another port', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.take();
  log.from = otherPort;
  log.stream(100, 1.2 * second);
  const entries = log.take();
  assert.equal(entries[0], 'selected 7');
  assert.equal(entries.at(-1), '7:219');
});

test('of two senders the first is received, and the other one when it has stopped', () => {
  const log = new SelectorLog();
  for (let i = 0; i < 50; i++, log.nowUs += 20 * millisecond) {
    log.from = otherHost;
    log.receive(7, 30_000 + i);
    log.from = home;
    log.receive(7, i);
  }
  assert.ok(
    log
      .take()
      .slice(1)
      .every((entry) => entry.startsWith('7:30')),
  );
  log.nowUs += second;
  log.receive(7, 50, 51);
  assert.deepEqual(log.take(), ['selected 7', '7:50', '7:51']);
});

test('a flood of SSRCs under the address of a stream that begins anew does not push it out', () => {
  const log = new SelectorLog();
  log.stream(0, second);
  log.take();
  for (let i = 0; i < 20; i++, log.nowUs += 10 * millisecond) {
    log.timestampOffset = 0;
    log.receive(7, 30_000 + i);
    for (let ssrc = 1000; ssrc < 1100; ssrc++) log.receive(ssrc, (ssrc * 97 * i) & 0xffff);
    log.timestampOffset = 1e9;
    for (let stray = 0; stray < 30; stray++) log.receive(7, 5000 + ((stray * 3000 + i * 11) % 20_000));
  }
  assert.deepEqual(log.take().slice(0, 3), ['selected 7', '7:30000', '7:30001']);
});

test('a sequence number far off is refused, and the stream goes on', () => {
  const log = new SelectorLog();
  log.receive(7, 1, 2, 30_000, 3);
  assert.deepEqual(log.take(), ['selected 7', '7:1', '7:2', '7:3']);
  assert.equal(log.selector.packetsRefused, 1);
});

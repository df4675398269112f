// One client of a preview that is stuck, three that are slow, five that are not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { CameraStatistics } from '../../lib/web/index.js';
import { command } from '../helpers/debian13.js';
import { isFull } from '../helpers/full.js';
import { start, until, type RunningProcess } from '../helpers/processes.js';

const seconds = isFull ? 60 : 12;
const settlingSeconds = 5;

/** Counts the pictures of a stream, and those that are missing between them by their times. */
class Client {
  pictures = 0;
  missing = 0;
  #lastTime = NaN;

  /** @param bytesPerSecond - that it reads; Infinity: all that comes, 0: nothing */
  constructor(context: TestContext, port: number, bytesPerSecond: number) {
    const socket = connect(port, '127.0.0.1');
    context.after(() => socket.destroy());
    socket.write('GET /stream/camera1.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n');
    if (bytesPerSecond === 0) {
      socket.pause();
      return;
    }
    let rest = '';
    socket.on('data', (chunk: Buffer) => {
      const text = rest + chunk.toString('latin1');
      let end = 0;
      for (const head of text.matchAll(/\r\nX-Timestamp: ([\d.]+)\r\n/g)) {
        end = head.index + head[0].length;
        this.#take(Number(head[1]));
      }
      rest = text.slice(Math.max(end, text.length - 40));
      if (bytesPerSecond === Infinity) return;
      socket.pause();
      setTimeout(() => socket.resume(), (1000 * chunk.length) / bytesPerSecond);
    });
  }

  /** @param time - in seconds */
  #take(time: number): void {
    this.pictures += 1;
    if (this.pictures > 1) this.missing += Math.round((time - this.#lastTime) * 30) - 1;
    this.#lastTime = time;
  }
}

function residentMb(streamer: RunningProcess): number {
  const status = readFileSync(`/proc/${String(streamer.child.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function statisticsOf(port: number): Promise<CameraStatistics> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/api/stats`);
  const { statistics } = (await response.json()) as {
    statistics: { cameras: Record<string, CameraStatistics> };
  };
  const statistics_ = statistics.cameras['camera1'];
  assert.ok(statistics_);
  return statistics_;
}

test('slow clients cost neither the others a frame, nor the stream, nor memory', async (context) => {
  // With as much room for new objects as V8 takes at most: that it doubles it at some moment is not what clients cost.
  const room = '--min-semi-space-size=16';
  const streamer = start(process.execPath, [room, command, 'demo', '--web-port', '0', '--duration', '120']);
  context.after(() => streamer.child.kill('SIGKILL'));
  const found = (): number => Number(/"url":"[^"]+:(\d+)\/"/.exec(streamer.stderr())?.[1] ?? 0);
  await until('the web server', () => found() > 0);
  const port = found();
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const connectAt = (speeds: readonly number[]) =>
    speeds.map((bytesPerSecond) => new Client(context, port, bytesPerSecond));
  const normal = connectAt(Array<number>(5).fill(Infinity));
  await sleep(settlingSeconds * 1000); // until it is as fast and as large as it gets with these
  const before = await statisticsOf(port);
  const beforeMb = residentMb(streamer);
  const slow = connectAt([0, 300_000, 300_000, 300_000]);
  const clients = normal.length + slow.length;
  await until('all clients', async () => (await statisticsOf(port)).previews === clients);
  await sleep(seconds * 1000);
  const after = await statisticsOf(port);
  const grownMb = residentMb(streamer) - beforeMb;
  const missing = normal.map((client) => client.missing);
  context.diagnostic(
    `${String(seconds)} s, ${normal.map(({ pictures }) => pictures).join(' ')} frames, missing ${missing.join(' ')}; slow clients got ` +
      `${slow.map(({ pictures }) => pictures).join(' ')}; RSS ${beforeMb.toFixed(1)} MB + ${grownMb.toFixed(1)}; ` +
      `departure error p99 ${String(before.departureErrorP99Us)} us before, ${String(after.departureErrorP99Us)} after`,
  );
  assert.deepEqual(missing, [0, 0, 0, 0, 0]);
  assert.ok(normal.every(({ pictures }) => pictures >= (settlingSeconds + seconds) * 29));
  assert.ok(grownMb < 10, `${String(grownMb)} MB`);
  assert.deepEqual(after.dropped, before.dropped);
  assert.ok(after.captured - after.sent <= 2, JSON.stringify(after)); // on their way
  assert.ok(slow.slice(1).every(({ pictures }) => pictures > 0));
});

// The examples that write pictures to files.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../helpers/streamer.js';
import { brightnessOf, markOf, writeGreys } from './pictures.js';
import { linesOf, startExample, timeoutMs } from './run-example.js';

const timeout = { timeout: timeoutMs };

/** A time of capture is there modulo 2^32. */
const halfFrameUs = 1e6 / 30 / 2;

test('capture-to-files writes so many frames, each whole, in their order', timeout, async (context) => {
  const folder = temporaryFolder(context);
  const lines = await linesOf(startExample(context, 'capture-to-files.mjs', ['--count', '12'], folder));
  const files = readdirSync(path.join(folder, 'frames')).sort();
  assert.equal(files.length, 12);
  const marks = await Promise.all(files.map((file) => markOf(path.join(folder, 'frames', file))));
  for (const [i, { sequence }] of marks.entries()) {
    assert.match(
      lines[i] ?? '',
      new RegExp(`^frames/${files[i] ?? ''}: frame ${String(sequence)}, 640x480, `),
    );
    assert.ok(sequence > (marks[i - 1]?.sequence ?? -1), lines.join('\n'));
  }
});

test('paired-frames writes frames that were taken within half a frame', timeout, async (context) => {
  const folder = temporaryFolder(context);
  const lines = await linesOf(startExample(context, 'paired-frames.mjs', ['--count', '8'], folder));
  assert.equal(lines.length, 8);
  assert.equal(readdirSync(path.join(folder, 'pairs')).length, 16);
  for (const line of lines) {
    const [, name = '', skewMs = ''] = /^(pairs\/pair-\d{4}): (\S+) ms apart$/.exec(line) ?? [];
    const first = await markOf(path.join(folder, `${name}-first.jpg`));
    const second = await markOf(path.join(folder, `${name}-second.jpg`));
    const skewUs = (second.captureTimeUs - first.captureTimeUs) | 0;
    assert.ok(Math.abs(skewUs) <= halfFrameUs, `${line}: ${String(skewUs)} us`);
    assert.ok(Math.abs(skewUs - 1000 * Number(skewMs)) < 20, `${line}: ${String(skewUs)} us`);
  }
});

test(
  'motion-snapshot saves a picture each time it changes, and none in between',
  timeout,
  async (context) => {
    const folder = temporaryFolder(context);
    const clip = path.join(folder, 'changes.y4m');
    // It is dark for a second, then light, and so on.
    writeGreys(clip, [...Array<number>(30).fill(50), ...Array<number>(30).fill(150)]);
    const args = ['--device', `file:${clip}`, '--count', '3', '--interval', '50'];
    const lines = await linesOf(startExample(context, 'motion-snapshot.mjs', args, folder));
    assert.equal(lines.length, 3);
    const files = readdirSync(path.join(folder, 'snapshots')).sort();
    const levels = await Promise.all(files.map((file) => brightnessOf(path.join(folder, 'snapshots', file))));
    const [first = 0, second = 0, third = 0] = levels.map(Math.round);
    assert.ok(Math.abs(first - second) >= 98 && Math.abs(second - third) >= 98, levels.join(' '));
  },
);

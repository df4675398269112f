// `doctor --measure` on this machine, whose cameras, if it has any, are measured, and else the test pattern.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { MeasureReport } from '../../lib/app/index.js';
import { cli } from '../helpers/cli.js';
import { command } from '../helpers/debian13.js';
import { assertNothingPrivate, assertPossible } from '../helpers/measure-report.js';
import { start, until } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';

test(
  'the report goes to standard output as text and to the file as JSON, progress to standard error',
  { timeout: 120_000 },
  async (context) => {
    const folder = temporaryFolder(context);
    const args = ['doctor', '--measure', '--seconds', '2', '--json', 'report.json'];
    const { code, stdout, stderr } = await cli(args, folder);
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(folder), ['report.json']);
    const json = readFileSync(path.join(folder, 'report.json'), 'utf8');
    const report = JSON.parse(json) as MeasureReport;
    assertPossible(report);
    assert.equal(report.secondsEach, 2);
    assert.match(stdout, /^pi-camera-streamer \S+, 2 s for each measurement\n\n/);
    assert.match(stdout, /\| camera 1 \(.+\), JPEG \| 640x480 \| \d+\.\d of 30 \|/);
    assert.match(stderr, /^0:\d\d {2}.*at most \d+ measurements of 2 s/);
    assert.match(stderr, /JPEG by RTP, 1920x1080\n.*H\.264, 1280x720\n(?:.*\n)*0:\d\d {2}done\n$/);
    for (const text of [json, stdout, stderr]) assertNothingPrivate(text);
  },
);

test('Ctrl+C ends it without a report and without a file', { timeout: 60_000 }, async (context) => {
  const folder = temporaryFolder(context);
  const measuring = start(
    process.execPath,
    [command, 'doctor', '--measure', '--seconds', '600', '--json', 'report.json'],
    { cwd: folder },
  );
  context.after(() => measuring.child.kill('SIGKILL'));
  await until('the first measurement', () => measuring.stderr().includes('JPEG by RTP, 640x480'));
  measuring.child.kill('SIGINT');
  assert.equal(await measuring.exited, 0, measuring.stderr());
  assert.match(measuring.stderr(), /stopped before the end: there is no report\n$/);
  assert.equal(measuring.stdout(), '');
  assert.deepEqual(readdirSync(folder), []);
});

test('what cannot be measured or written is refused at once', async (context) => {
  const file = path.join(temporaryFolder(context), 'nowhere', 'report.json');
  const refusals = [
    [['--seconds', '5'], 2, /^ERR_USAGE: --seconds needs --measure/],
    [['--json', file], 2, /^ERR_USAGE: --json .* needs --measure: .*--json > /],
    [['--measure', '--seconds', '1'], 2, /^ERR_USAGE: .*from 2 to 600/],
    [['--measure', '--json', file], 1, /^ERR_FILE_WRITE: .*report\.json: cannot be written \(ENOENT\)/],
  ] as const;
  for (const [args, exitCode, message] of refusals) {
    const { code, stdout, stderr } = await cli(['doctor', ...args]);
    assert.deepEqual([code, stdout], [exitCode, ''], args.join(' '));
    assert.match(stderr, message);
  }
  assert.ok(!existsSync(file));
});

// The command takes a stream and passes its frames on.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ReceiverStatistics } from '../../lib/index.js';
import { cli } from '../helpers/cli.js';
import { command } from '../helpers/debian13.js';
import { freeRtpPort, isListening } from '../helpers/ports.js';
import { runToEnd, start, until, type RunningProcess } from '../helpers/processes.js';
import { Streamer, temporaryFolder, writeDescriptions, writeStreamConfig } from '../helpers/streamer.js';

/** Streams the test pattern to a port of this machine. */
async function startStream(context: TestContext): Promise<{ port: number; folder: string; config: string }> {
  const folder = temporaryFolder(context);
  const port = await freeRtpPort();
  const config = writeStreamConfig(folder, { dest_host: '127.0.0.1', dest_port: port });
  new Streamer(context, config);
  return { port, folder, config };
}

function receive(context: TestContext, args: readonly (string | number)[]): RunningProcess {
  const process_ = start(process.execPath, [command, 'receive', ...args.map(String)]);
  context.after(() => process_.child.kill('SIGKILL'));
  return process_;
}

test('--out writes numbered files, and --json says what came', async (context) => {
  const { port, folder } = await startStream(context);
  const out = path.join(folder, 'frames');
  const source = `rtp://127.0.0.1:${String(port)}`;
  const receiver = receive(context, [source, '--out', out, '--count', 20, '--json']);
  assert.equal(await receiver.exited, 0, receiver.stderr());
  const names = readdirSync(out).sort();
  assert.deepEqual([names.length, names[0], names[19]], [20, 'frame-000001.jpg', 'frame-000020.jpg']);
  for (const name of names) {
    const jpeg = readFileSync(path.join(out, name));
    assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
  }
  await runToEnd('djpeg', ['-outfile', path.join(folder, 'first.ppm'), path.join(out, 'frame-000001.jpg')]);
  const statistics = JSON.parse(receiver.stdout()) as ReceiverStatistics;
  assert.ok(statistics.framesComplete >= 20 && statistics.packetsLost <= 0 && statistics.rtcp);
});

test('--mjpeg - is what FFmpeg reads from a pipe', async (context) => {
  const { port } = await startStream(context);
  const receiver = `"$0" "$1" receive rtp://127.0.0.1:${String(port)} --mjpeg - --count 20`;
  const decoder = 'ffmpeg -nostdin -loglevel error -f mjpeg -i - -fps_mode passthrough -f framecrc -';
  const text = await runToEnd('sh', ['-c', `${receiver} | ${decoder}`, process.execPath, command]);
  assert.equal(text.split('\n').filter((line) => line.startsWith('0,')).length, 20);
});

test('whoever reads the pipe may stop reading', async (context) => {
  const { port } = await startStream(context);
  const receiver = `"$0" "$1" receive rtp://127.0.0.1:${String(port)} --mjpeg -`;
  await runToEnd('sh', ['-c', `${receiver} | head -c 100000 > /dev/null`, process.execPath, command]);
});

test('a session description, and statistics for people, who are told nothing besides', async (context) => {
  const { config } = await startStream(context);
  const [description = ''] = await writeDescriptions(config);
  const receiver = receive(context, [description, '--stats', '--duration', 4]);
  assert.equal(await receiver.exited, 0, receiver.stderr());
  assert.equal(receiver.stderr(), ''); // longer than it takes to say that nothing comes
  const lines = receiver.stdout().trimEnd().split('\n');
  assert.ok(lines.length >= 4);
  assert.match(lines.at(-1) ?? '', /^\d+ frames, 0 lost · \d+ packets, .* · capture to first packet \d/);
});

test('without a stream --timeout ends it with 1 and says so', async () => {
  const port = await freeRtpPort();
  const { code, stderr, stdout } = await cli([
    'receive',
    `rtp://127.0.0.1:${String(port)}`,
    '--timeout',
    '0.3',
  ]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`^ERR_NO_FRAME: no frame came to port ${String(port)} for 0\\.3 s`));
  assert.match(stdout, /^no stream yet, 0 packets/);
});

test('who waits in vain is told what to look at', async (context) => {
  const port = await freeRtpPort();
  const receiver = receive(context, [`rtp://127.0.0.1:${String(port)}`]);
  const hint = `nothing has come to UDP port ${String(port)} yet`;
  await until('the hint', () => receiver.stderr().includes(hint));
  receiver.child.kill('SIGKILL');
});

for (const [option, hasRtcp] of [
  ['--json', true],
  ['--no-rtcp', false],
] as const) {
  test(`the port after the stream's is ${hasRtcp ? 'listened on' : 'left alone'} with ${option}`, async (context) => {
    const port = await freeRtpPort();
    const { child } = receive(context, [`rtp://127.0.0.1:${String(port)}`, option]);
    await until('the receiver', () => isListening(port));
    if (hasRtcp) await until('RTCP', () => isListening(port + 1));
    else assert.equal(isListening(port + 1), false);
    child.kill('SIGKILL');
  });
}

test('SIGINT ends it with 0', async (context) => {
  const port = await freeRtpPort();
  const receiver = receive(context, [`rtp://127.0.0.1:${String(port)}`]);
  await until('the receiver', () => isListening(port));
  receiver.child.kill('SIGINT');
  assert.equal(await receiver.exited, 0, receiver.stderr());
});

const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['rtp://0.0.0.0'], /ERR_INVALID_ARGUMENT: rtp:\/\/0\.0\.0\.0 has no port/],
  [['--size', '640'], /--size.*WIDTHxHEIGHT/],
  [['--ssrc', '-1'], /--ssrc.*32 bits/],
  [['--count', '0'], /--count.*whole number/],
];

for (const [args, message] of wrong) {
  test(`wrong usage: receive ${args.join(' ')}`, async () => {
    const { code, stderr } = await cli(['receive', ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  });
}

test('a folder that cannot be written is named', async () => {
  const { code, stderr } = await cli(['receive', '--out', '/dev/null/frames']);
  assert.equal(code, 1);
  assert.match(stderr, /^ERR_FILE_WRITE: \/dev\/null\/frames cannot be written/);
});

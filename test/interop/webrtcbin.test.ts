import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readMark } from '../helpers/oracle.js';
import { runToEnd, until } from '../helpers/processes.js';
import { pushedPatterns } from '../helpers/pushed-patterns.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';
import { WhipEndpoint } from '../helpers/whip-endpoint.js';

const script = path.join(import.meta.dirname, 'webrtcbin_peer.py');
const frames = 60;

/** A line of webrtcbin_peer.py. */
interface Line {
  readonly event: 'joined' | 'picture' | 'left';
  readonly width?: number;
  readonly height?: number;
  readonly nowUs?: number;
  readonly status?: number;
}

for (const codec of ['h264', 'vp8'] as const) {
  test(`GStreamer's webrtcbin watches by WHEP: ${codec}`, async (context) => {
    const size = { width: 640, height: 480 };
    const streamer = await WebRtcStreamer.start(context, twoPatterns({ ...size, codec }));
    const file = path.join(temporaryFolder(context), 'pictures.i420');
    // Debian's own Python, which has its packages.
    const args = [script, streamer.whepUrl('camera2'), codec, String(frames), file];
    const lines = (await runToEnd('/usr/bin/python3', args))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    const pictures = lines.filter(({ event }) => event === 'picture');
    assert.ok(pictures.length >= frames);
    assert.ok(pictures.every(({ width, height }) => width === size.width && height === size.height));
    const bytes = readFileSync(file);
    const frameBytes = size.width * size.height * 1.5;
    const marks = pictures.flatMap(({ nowUs = 0 }, i) => {
      const samples = bytes.subarray(i * frameBytes, (i + 1) * frameBytes);
      const mark = readMark({ samples, stride: size.width, ...size });
      return mark ? [{ ...mark, ageMs: ((nowUs % 2 ** 32) - mark.captureTimeUs) / 1000 }] : [];
    });
    assert.equal(marks.length, pictures.length, 'each picture is the pattern');
    const steps = marks.slice(1).map(({ sequence }, i) => sequence - (marks[i]?.sequence ?? NaN));
    assert.ok(steps.filter((step) => step === 1).length >= 0.95 * steps.length, steps.join(' '));
    const ages = marks.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
    context.diagnostic(`capture to picture p50 ${String(ages[Math.floor(ages.length / 2)]?.toFixed(1))} ms`);
    assert.deepEqual(lines.at(-1), { event: 'left', status: 200 });
    assert.equal(await streamer.viewers('camera2'), 0);
  });
}

for (const codec of ['h264', 'vp8'] as const) {
  test(`GStreamer's webrtcbin plays what is pushed: ${codec}`, async (context) => {
    const size = { width: 640, height: 480 };
    const file = path.join(temporaryFolder(context), 'pictures.i420');
    let output = '';
    const linesOf = (event: string): { sdp?: string }[] =>
      output
        .split('\n')
        .filter((line) => line.includes(`"event": "${event}"`) && line.endsWith('}'))
        .map((line) => JSON.parse(line) as { sdp?: string });
    const answer = async (offer: string): Promise<string> => {
      const child = spawn('/usr/bin/python3', [script, '-', codec, String(frames), file]);
      context.after(() => child.kill('SIGKILL'));
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stdin.end(offer);
      await until('the answer', () => linesOf('answer').length === 1);
      return linesOf('answer')[0]?.sdp ?? '';
    };
    const endpoint = await WhipEndpoint.start(context, { answer });
    await WebRtcStreamer.start(context, pushedPatterns(endpoint.url, '', { ...size, codec }));
    await until('the pictures', () => linesOf('picture').length >= frames);
    const bytes = readFileSync(file);
    const frameBytes = size.width * size.height * 1.5;
    const marks = Array.from({ length: frames }, (_, i) => {
      const samples = bytes.subarray(i * frameBytes, (i + 1) * frameBytes);
      return readMark({ samples, stride: size.width, ...size })?.sequence ?? NaN;
    });
    const steps = marks.slice(1).map((sequence, i) => sequence - (marks[i] ?? NaN));
    assert.ok(steps.filter((step) => step === 1).length >= 0.95 * steps.length, steps.join(' '));
  });
}

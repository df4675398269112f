// What the process is like that streams two cameras: delay of JavaScript's event loop, and memory.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache, makeClip } from '../content.mjs';
import { costOf, jsonOf, median, nodeProgram, row, takeTurns } from '../measure.mjs';
import { root } from '../../scripts/run.mjs';

const sampleSeconds = 5;

function eventLoopRow({ sinkPort, quick, runs, log }) {
  const device = `file:${makeClip({ width: 1920, height: 1080 })}`;
  const camera = { device, fps: 30, colorRange: 'full', subFrame: true };
  const streaming = [1, 2].map(() => ({ camera, output: { host: '127.0.0.1', port: sinkPort } }));
  const seconds = quick ? 1 : 4;
  const p99Ms = takeTurns({ streaming, idle: [] }, runs, log, (cameras) => {
    const options = { cameras, warmUpSeconds: quick ? 0 : 1, seconds };
    return jsonOf(nodeProgram('stream.mjs', JSON.stringify(options))).eventLoopDelayP99Ms;
  });
  const limit = Math.max(2, 2 * p99Ms.idle) / p99Ms.idle;
  return row(
    'event loop delay p99, 2 x 1920x1080 at 30/s, against idle',
    'ms',
    p99Ms.streaming,
    p99Ms.idle,
    limit,
  );
}

/** The command line with two cameras, as users run it, which play a file. */
export function twoCameras(clip, sinkPort, fps) {
  const device = JSON.stringify(`file:${clip}`);
  const config = path.join(cache, 'two-cameras.toml');
  const sections = [1, 2].map(
    (n) =>
      `[camera${n}]\ndevice = ${device}\nfps = ${fps}\ncolor_range = "full"\n` +
      `[mjpeg-rtp.camera${n}]\ndest_host = "127.0.0.1"\ndest_port = ${sinkPort}\n`,
  );
  writeFileSync(config, sections.join('\n'));
  return [process.execPath, 'dist/cli/main.js', '-mode', 'mjpeg-rtp', '-config', config];
}

/** Without the web server, which is no part of streaming. */
function framesOnly(sinkPort, fps, frames) {
  const command = twoCameras(makeClip({ width: 640, height: 480 }), sinkPort, fps);
  return [...command, '--no-web', '--log-level', 'error', '--frames', String(frames)];
}

function memoryRow({ sinkPort, quick, log }) {
  log('memory');
  const { maxRssKb } = costOf(framesOnly(sinkPort, 30, quick ? 30 : 300));
  return row('memory, 2 x 640x480 at 30/s, at most', 'MB', maxRssKb / 1024, null, 100);
}

function rssMb(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** 100,000 frames, at 240 a second in place of 30. */
async function longMemoryRow({ sinkPort, log }) {
  const [command, ...args] = framesOnly(sinkPort, 240, 50_000);
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const samples = [];
  for (;;) {
    const ended = await Promise.race([exited, sleep(sampleSeconds * 1000, undefined)]);
    if (ended) break;
    samples.push(rssMb(child.pid));
    log(`memory, ${samples.length * sampleSeconds} s: ${samples.at(-1)?.toFixed(1)} MB`);
  }
  const tenth = Math.ceil(samples.length / 10);
  const [early, late] = [samples.slice(tenth, 2 * tenth), samples.slice(-tenth)].map(median);
  return row('memory, the last 10,000 of 100,000 frames against the second 10,000', 'MB', late, early, 1.05);
}

export async function run(context) {
  const rows = [eventLoopRow(context), memoryRow(context)];
  return context.long ? [...rows, await longMemoryRow(context)] : rows;
}

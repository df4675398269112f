// Video for browsers: how old it is when it is seen, what a viewer costs, and what it costs the packets of RTP beside it.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMsOf, withPrograms } from '../background.mjs';
import { cache, makeClip } from '../content.mjs';
import { compareCpu, cProgram, jsonOf, median, nodeProgram, row } from '../measure.mjs';
import { upperEdge } from './departures.mjs';

const fps = 30;
const bitrateBps = 2_000_000;
const warmUpSeconds = 3;
// Debian's own Python, which has its packages.
const python = '/usr/bin/python3';

/** The command line with cameras that are told by lines of their sections, and with servers on free ports. */
function streamer(name, mode, cameras, sinkPort, codec = 'h264') {
  const config = path.join(cache, `${name}.toml`);
  const sections = cameras.flatMap((lines, i) => [
    `[camera${i + 1}]`,
    ...[...lines, 'webrtc_port = 0'],
    `[mjpeg-rtp.camera${i + 1}]`,
    ...['dest_host = "127.0.0.1"', `dest_port = ${sinkPort}`],
  ]);
  const webrtc = ['[webrtc]', 'stun_server = ""', `bitrate = ${bitrateBps}`, `codec = "${codec}"`];
  const server = ['[server]', 'web_port = 0', 'bind_ip = "127.0.0.1"'];
  writeFileSync(config, `${[...server, ...sections, ...webrtc].join('\n')}\n`);
  return [process.execPath, 'dist/cli/main.js', '-mode', mode, '-config', config, '--log-level', 'info'];
}

const viewerUrl = /"url":"(http:[^"]+:\d+)\/"/;

function playing(clip) {
  return [`device = ${JSON.stringify(`file:${clip}`)}`, `fps = ${fps}`, 'color_range = "full"'];
}

/** Viewers that are no browsers, in a process of their own. Resolves when all of them have video. */
async function watchers(startOne, origin, camera, count) {
  const program = ['--import', 'tsx', 'test/helpers/peer-client.ts', `${origin}/whep/${camera}`];
  await startOne([process.execPath, ...program, String(count)], /(watching)/).found;
}

function glassToGlassMs(origin, seconds) {
  const program = nodeProgram('glass-to-glass.mjs', origin, '/whep/camera1', String(seconds));
  const [node, ...args] = program;
  const { latenciesMs } = jsonOf([node, '--import', 'tsx', ...args]);
  return [0.5, 0.95].map((share) => latenciesMs[Math.floor(share * (latenciesMs.length - 1))]);
}

async function glassToGlassRows(codec, { width, height }, { quick, runs, log }) {
  const test = ['device = "test"', `width = ${width}`, `height = ${height}`];
  const sender = ['bench/programs/webrtcbin_sender.py', codec, ...[width, height, bitrateBps].map(String)];
  const seconds = quick ? 2 : 5;
  const ours = [];
  const webrtcbin = [];
  for (let i = 0; i < runs; i++) {
    log(`${codec} ${width}x${height} in Chromium, run ${i + 1} of ${runs}`);
    await withPrograms(async (startOne) => {
      const { found } = startOne(streamer('glass', 'webrtc', [test], 9, codec), viewerUrl);
      ours.push(glassToGlassMs(await found, seconds));
    });
    await withPrograms(async (startOne) => {
      const port = await startOne([python, ...sender], /"port": (\d+)/).found;
      webrtcbin.push(glassToGlassMs(`http://127.0.0.1:${port}`, seconds));
    });
  }
  return ['p50', 'p95'].map((quantile, i) =>
    row(
      `glass to glass in Chromium ${quantile}, ${codec} ${width}x${height}, against webrtcbin`,
      'ms',
      ...[ours, webrtcbin].map((all) => median(all.map((quantiles) => quantiles[i]))),
      ...[1, (ratio) => ratio < 1],
    ),
  );
}

/** Percent of a core for each viewer after a camera's first, of two cameras. */
async function viewerRow({ quick, runs, log }) {
  const cameras = [1, 2].map(() => playing(makeClip({ width: 640, height: 480 })));
  const seconds = quick ? 2 : 15;
  const percent = (count) =>
    withPrograms(async (startOne) => {
      const { pid, found } = startOne(streamer('viewers', 'webrtc', cameras, 9), viewerUrl);
      const origin = await found;
      for (const camera of ['camera1', 'camera2']) await watchers(startOne, origin, camera, count);
      await sleep(warmUpSeconds * 1000);
      const beforeMs = cpuMsOf(pid);
      await sleep(seconds * 1000);
      return (cpuMsOf(pid) - beforeMs) / 10 / seconds;
    });
  const each = [];
  for (let i = 0; i < runs; i++) {
    log(`viewers, run ${i + 1} of ${runs}`);
    const one = await percent(1);
    each.push(((await percent(4)) - one) / 6);
  }
  return row('CPU of a further viewer at 2 Mbit/s, of a core', '%', median(each), null, 1);
}

/** How late packets of RTP are while both cameras are watched as video, too. */
async function departuresRow({ width, height }, { sinkPort, quick, runs, log }) {
  const clip = makeClip({ width, height });
  const seconds = quick ? 3 : 15;
  const p99Us = { ours: [], c: [] };
  for (let i = 0; i < runs; i++) {
    log(`both modes ${width}x${height}, run ${i + 1} of ${runs}`);
    await withPrograms(async (startOne) => {
      const command = streamer('both', 'both', [playing(clip), playing(clip)], sinkPort);
      const origin = await startOne(command, viewerUrl).found;
      for (const camera of ['camera1', 'camera2']) await watchers(startOne, origin, camera, 1);
      await sleep(warmUpSeconds * 1000);
      for (const action of ['stop', 'start']) {
        const response = await fetch(`${origin}/api/cameras/${action}`, { method: 'POST' });
        if (!response.ok) throw new Error(`${action}: ${response.status}`);
      }
      await sleep(seconds * 1000);
      const { statistics } = await (await fetch(`${origin}/api/stats`)).json();
      const { camera1, camera2 } = statistics.cameras;
      p99Us.ours.push((camera1.departureErrorP99Us + camera2.departureErrorP99Us) / 2);
    });
    const loop = jsonOf([cProgram('departures'), clip, ...[sinkPort, seconds, fps].map(String)]);
    p99Us.c.push(upperEdge(loop.p99Us));
  }
  return row(
    `departure error p99, both modes, 2 x ${width}x${height} at 30/s and watched, against clock_nanosleep`,
    ...['us', median(p99Us.ours), median(p99Us.c), 1.5],
  );
}

/** Nobody watches: what the other mode's being there costs. */
function unwatchedRow({ sinkPort, quick, runs, log }) {
  const lines = [...playing(makeClip({ width: 640, height: 480 })), 'paced = false', 'loop = true'];
  const command = (mode) => (frames) => [
    ...streamer(`unwatched-${mode}`, mode, [lines], sinkPort),
    ...['--no-web', '--frames', String(frames)],
  ];
  const counts = quick ? { short: 5, long: 15 } : { short: 3000, long: 12000 };
  const contestants = { both: command('both'), rtp: command('mjpeg-rtp') };
  const us = compareCpu(
    Object.fromEntries(Object.entries(contestants).map(([name, c]) => [name, { command: c, ...counts }])),
    ...[runs, (text) => log(`both modes, ${text}`)],
  );
  const title = 'CPU 640x480 in both modes while nobody watches, against mode mjpeg-rtp';
  return row(title, 'us/frame', us.both, us.rtp, 1.05);
}

export async function run(context) {
  const small = { width: 640, height: 480 };
  return [
    ...(await glassToGlassRows('h264', small, context)),
    ...(await glassToGlassRows('vp8', { width: 1280, height: 720 }, context)),
    await viewerRow(context),
    await departuresRow(small, context),
    await departuresRow({ width: 1920, height: 1080 }, context),
    unwatchedRow(context),
  ];
}

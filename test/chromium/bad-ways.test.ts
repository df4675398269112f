import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { startBrowser } from '../helpers/browser.js';
import { runToEnd } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { UdpWay, type WayOptions } from '../helpers/udp-way.js';
import { openClientPage } from '../helpers/webrtc-page.js';
import { WebRtcStreamer } from '../helpers/webrtc-streamer.js';

const bitrateBps = 2_000_000;

/** A picture that is as many bits as there may be: it moves, and has a sensor's noise. */
async function makeNoisyClip(context: TestContext): Promise<string> {
  const file = path.join(temporaryFolder(context), 'noisy.y4m');
  const filter = 'testsrc2=size=640x480:rate=30:duration=6,noise=alls=12:allf=t';
  const output = ['-pix_fmt', 'yuv420p', '-f', 'yuv4mpegpipe', file];
  await runToEnd('ffmpeg', ['-nostdin', '-loglevel', 'error', '-f', 'lavfi', '-i', filter, ...output]);
  return file;
}

/** A page that watches such a camera by a way that can be made worse. */
class WatchedWay {
  readonly way: UdpWay;
  readonly longestGapMs: (ms: number) => Promise<number>;

  private constructor(way: UdpWay, longestGapMs: (ms: number) => Promise<number>) {
    this.way = way;
    this.longestGapMs = longestGapMs;
  }

  static async open(context: TestContext): Promise<WatchedWay> {
    const clip = await makeNoisyClip(context);
    const camera = `[camera1]\ndevice = "file:${clip}"\nwebrtc_port = 0\n`;
    const limits = `[webrtc]\nstun_server = ""\nbitrate = ${String(bitrateBps)}\n`;
    const streamer = await WebRtcStreamer.start(context, camera + limits);
    const page = await (await startBrowser(context)).newPage({ bypassCSP: true });
    const way = await UdpWay.open(context);
    await way.route(page);
    await openClientPage(page, streamer.url);
    await page.evaluate(
      `join({ kind: 'whep', url: ${JSON.stringify(streamer.whepUrl('camera1'))} }).then(() => 0)`,
    );
    await sleep(3000);
    return new WatchedWay(way, (ms) => page.evaluate<number>(`longestGap(watched[0].video, ${String(ms)})`));
  }

  /** What comes from the streamer, bits a second. */
  async rateBps(ms: number): Promise<number> {
    const before = this.way.bytesIn;
    await sleep(ms);
    return ((this.way.bytesIn - before) * 8e3) / ms;
  }

  set options(options: WayOptions) {
    this.way.options = options;
  }
}

test('2 % of losses and a delay of 40 ms for 30 s: no freeze of 0.5 s, and no less bitrate', async (context) => {
  const watched = await WatchedWay.open(context);
  const before = await watched.rateBps(4000);
  watched.options = { delayMs: 40, lossFraction: 0.02 };
  await sleep(2000); // in which the way has become longer at once, as none does
  const [rate, gapMs] = await Promise.all([watched.rateBps(30_000), watched.longestGapMs(30_000)]);
  const figures = `${String(Math.round(rate / 1000))} of ${String(Math.round(before / 1000))} kbit/s, longest gap ${gapMs.toFixed(0)} ms, ${String(watched.way.packetsLost)} packets lost`;
  context.diagnostic(figures);
  assert.ok(before > 0.9 * bitrateBps, figures);
  assert.ok(watched.way.packetsLost > 50, figures);
  assert.ok(gapMs < 500, figures);
  assert.ok(rate > 0.8 * before, figures);
});

test('a way of 60 % of the bitrate: under it within 3 s, and back 5 s after it is wide again', async (context) => {
  const watched = await WatchedWay.open(context);
  const before = await watched.rateBps(3000);
  const limitBps = 0.6 * bitrateBps;
  watched.options = { limitBps, queueMs: 300 };
  await sleep(3000);
  const limited = await watched.rateBps(4000);
  watched.options = {};
  await sleep(5000);
  const after = await watched.rateBps(3000);
  const figures = [before, limited, after]
    .map((rate) => `${String(Math.round(rate / 1000))} kbit/s`)
    .join(', ');
  context.diagnostic(figures);
  assert.ok(before > 0.9 * bitrateBps, figures);
  assert.ok(limited < limitBps && limited > 0.4 * limitBps, figures);
  assert.ok(after > 0.9 * before, figures);
});

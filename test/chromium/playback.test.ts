import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { coreAddon } from '../../lib/native/core-addon.js';
import { startBrowser } from '../helpers/browser.js';
import { colourError } from '../helpers/pattern-colours.js';
import { openClientPage, watch, type Playback, type VideoSource } from '../helpers/webrtc-page.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';

const watchMs = 4000;

interface Case {
  readonly kind: VideoSource['kind'];
  readonly codec: 'h264' | 'vp8';
  readonly width: number;
  readonly height: number;
}

// Both ways, both codecs, both sizes: each with each in pairs.
const cases: Case[] = [
  { kind: 'whep', codec: 'h264', width: 640, height: 480 },
  { kind: 'websocket', codec: 'h264', width: 1280, height: 720 },
  { kind: 'websocket', codec: 'vp8', width: 640, height: 480 },
  { kind: 'whep', codec: 'vp8', width: 1280, height: 720 },
];

for (const { kind, codec, width, height } of cases) {
  const size = `${String(width)}x${String(height)}`;
  test(`Chromium plays two cameras: ${kind}, ${codec}, ${size}`, async (context) => {
    const streamer = await WebRtcStreamer.start(context, twoPatterns({ width, height, codec }));
    const browser = await startBrowser(context);
    const page = await browser.newPage({ bypassCSP: true }); // one page for the ports of all servers
    await openClientPage(page, streamer.url);
    const sources = streamer.cameras.map((camera) => ({
      kind,
      url: kind === 'whep' ? streamer.whepUrl(camera) : streamer.signallingUrl(camera),
    }));
    const playbacks = await watch(page, sources, watchMs, coreAddon().wallClockOffsetUs());
    assert.equal(playbacks.length, 2);
    for (const playback of playbacks) {
      assertPlays(context, playback, { kind, codec, width, height });
    }
    await page.close();
  });
}

function assertPlays(context: TestContext, playback: Playback, { codec, width, height }: Case): void {
  const { firstFrameMs, framesPerSecond, latenciesMs, sequences, blocks, stats } = playback;
  const quantile = (share: number): number =>
    latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? NaN;
  const errors = blocks.map(({ sequence, colours }) => colourError(colours, sequence, { width, height }));
  const figures = [
    `first frame after ${firstFrameMs.toFixed(0)} ms`,
    `${framesPerSecond.toFixed(1)} fps`,
    `${String(sequences.length)} marks in ${String(playback.framesLookedAt)} frames`,
    `glass to glass p50 ${quantile(0.5).toFixed(1)} p95 ${quantile(0.95).toFixed(1)} ms`,
    `colours differ by ${Math.max(...errors).toFixed(1)}`,
    Object.entries(stats).map(([name, value]) => `${name} ${value.toFixed(1)}`),
  ].join(', ');
  context.diagnostic(figures);
  assert.equal(playback.codec, `video/${codec.toUpperCase()}`);
  assert.deepEqual([playback.width, playback.height], [width, height]);
  assert.ok(firstFrameMs < 1000, figures);
  assert.ok(framesPerSecond >= 28, figures);
  // Whose mark could not be read were of another picture, or damaged.
  assert.ok(
    sequences.length >= 0.98 * playback.framesLookedAt && sequences.length > 20 * (watchMs / 1000),
    figures,
  );
  assert.ok(quantile(0.5) > 0 && quantile(0.5) <= 60 && quantile(0.95) <= 100, figures);
  assert.ok(errors.length >= 5 && Math.max(...errors) < 12, figures);
}

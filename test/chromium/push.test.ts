import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreAddon } from '../../lib/native/core-addon.js';
import { startBrowser } from '../helpers/browser.js';
import { colourError } from '../helpers/pattern-colours.js';
import { until } from '../helpers/processes.js';
import { pushedPatterns, pushOf, untilState } from '../helpers/pushed-patterns.js';
import { openClientPage, watch } from '../helpers/webrtc-page.js';
import { WebRtcStreamer } from '../helpers/webrtc-streamer.js';
import { WhipEndpoint } from '../helpers/whip-endpoint.js';

const watchMs = 3000;

for (const [codec, width, height] of [
  ['h264', 640, 480],
  ['h264', 1920, 1080],
  ['vp8', 640, 480],
] as const) {
  test(`Chromium plays what is pushed: ${codec}, ${String(width)}x${String(height)}`, async (context) => {
    const browser = await startBrowser(context);
    const page = await browser.newPage({ bypassCSP: true });
    const endpoint = await WhipEndpoint.start(context, {
      answer: (offer) => page.evaluate<string>(`acceptOffer(${JSON.stringify(offer)})`),
      intercept: ({ method }, response) => {
        if (method === 'GET') response.writeHead(200, { 'content-type': 'text/html' }).end();
        return method === 'GET';
      },
    });
    await openClientPage(page, endpoint.origin);
    const size = { width, height, codec };
    const streamer = await WebRtcStreamer.start(context, pushedPatterns(endpoint.url, '', size));
    await untilState(streamer, 'connected');
    const level = width > 1280 ? '28' : '1f';
    if (codec === 'h264')
      assert.match(endpoint.of('POST')[0]?.body ?? '', new RegExp(`profile-level-id=42e0${level}\r`));
    const source = { kind: 'pushed', url: '' } as const;
    const [playback] = await watch(page, [source], watchMs, coreAddon().wallClockOffsetUs());
    assert.ok(playback);
    const errors = playback.blocks.map(({ sequence, colours }) => colourError(colours, sequence, size));
    const { firstFrameMs, framesPerSecond, sequences, framesLookedAt } = playback;
    const figures = `first frame after ${firstFrameMs.toFixed(0)} ms, ${framesPerSecond.toFixed(1)} fps, colours differ by ${Math.max(...errors).toFixed(1)}, ${JSON.stringify(playback.stats)}`;
    context.diagnostic(figures);
    assert.equal(playback.codec, `video/${codec.toUpperCase()}`);
    assert.deepEqual([playback.width, playback.height], [width, height]);
    assert.ok(framesPerSecond > (width > 1280 ? 5 : 25), figures);
    assert.ok(sequences.length > 10 && sequences.length >= 0.95 * framesLookedAt, figures);
    assert.ok(errors.length > 0 && Math.max(...errors) < 12, figures);
    const leftMs = performance.now();
    await page.evaluate('window.pushed.leave()');
    await until('the loss', async () => (await pushOf(streamer))?.state !== 'connected');
    assert.ok(performance.now() - leftMs < 2000, 'a server that ends the connection is noticed at once');
    await page.close();
  });
}

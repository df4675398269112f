import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { PageWatch, startBrowser } from '../helpers/browser.js';
import { PeerClient } from '../helpers/peer-client.js';
import { until } from '../helpers/processes.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';

async function showsLive(page: Page, camera: string, by: 'webrtc' | 'mjpeg'): Promise<void> {
  await page.waitForSelector(`[data-camera="${camera}"] [data-by="${by}"] .live:not([hidden])`);
}

function figure(page: Page, camera: string, field: string): Promise<number> {
  return page
    .locator(`[data-camera="${camera}"] [data-field="playback-${field}"]`)
    .textContent()
    .then((text) => parseFloat(text ?? ''));
}

test('the page plays video, and tells what the browser makes of it and how old it is', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const browser = await startBrowser(context);
  const page = await browser.newPage();
  const watch = new PageWatch(page, streamer.url);
  await page.goto(`${streamer.url}/`);
  for (const camera of streamer.cameras) {
    await showsLive(page, camera, 'webrtc');
    await until(`${camera}: 30 fps`, async () => (await figure(page, camera, 'fps')) > 28);
    await until(`${camera}: age`, async () => (await figure(page, camera, 'glass-to-glass')) > 0);
    const ageMs = await figure(page, camera, 'glass-to-glass');
    const decodeMs = await figure(page, camera, 'decode');
    context.diagnostic(
      `${camera}: seen ${String(ageMs)} ms after capture, decoded in ${String(decodeMs)} ms`,
    );
    assert.ok(ageMs < 100, String(ageMs));
    assert.ok((await figure(page, camera, 'bitrate')) > 0);
    assert.equal(await figure(page, camera, 'loss'), 0);
    assert.ok(decodeMs > 0 && decodeMs < ageMs);
    assert.equal(await streamer.viewers(camera), 1);
  }
  watch.assertNone();
  await page.goto('about:blank');
  for (const camera of streamer.cameras)
    await until('nobody watches', async () => (await streamer.viewers(camera)) === 0);
});

test('a clock that is behind makes no picture an hour old', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const page = await (await startBrowser(context)).newPage();
  await page.route('**/api/clock', async (route) => {
    const { monotonicUs } = (await (await route.fetch()).json()) as { monotonicUs: number };
    await route.fulfill({ json: { monotonicUs: monotonicUs - 1_000_000 } });
  });
  await page.goto(`${streamer.url}/`);
  await showsLive(page, 'camera1', 'webrtc');
  await until('age', async () => (await figure(page, 'camera1', 'glass-to-glass')) >= 0);
  assert.equal(await figure(page, 'camera1', 'glass-to-glass'), 0);
});

test('the page shows JPEG where there is no place for another viewer, and video where there is', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns({ more: 'max_clients = 1' }));
  await PeerClient.join(streamer.whepUrl('camera1'), context);
  const browser = await startBrowser(context);
  const page = await browser.newPage();
  await page.goto(`${streamer.url}/`);
  await showsLive(page, 'camera1', 'mjpeg');
  await showsLive(page, 'camera2', 'webrtc');
  const picture = () => page.locator('[data-camera="camera1"] .live:not([hidden])').screenshot();
  const before = await picture();
  await until('the JPEGs move', async () => !before.equals(await picture()));
});

test('the page shows JPEG where the browser has no WebRTC', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const browser = await startBrowser(context);
  const page = await browser.newPage();
  await page.addInitScript('delete window.RTCPeerConnection');
  await page.goto(`${streamer.url}/`);
  for (const camera of streamer.cameras) await showsLive(page, camera, 'mjpeg');
});

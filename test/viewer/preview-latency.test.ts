import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreAddon } from '../../lib/native/core-addon.js';
import { startBrowser } from '../helpers/browser.js';
import { readMark } from '../helpers/oracle.js';
import { command } from '../helpers/debian13.js';
import { start, until } from '../helpers/processes.js';

/** Of the picture's corner with the mark, as often as the browser draws. */
const corner = { width: 128, height: 128 };

/** Runs in the page: the corner's light, at each new picture, and when it was seen. */
const watchPictures = `new Promise((resolve) => {
  const image = document.querySelector('[data-camera="camera1"] img.live');
  const canvas = new OffscreenCanvas(${String(corner.width)}, ${String(corner.height)});
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const seen = [];
  let last = '';
  const look = () => {
    const nowMs = performance.timeOrigin + performance.now();
    context.drawImage(image, 0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const light = [];
    for (let i = 0; i < data.length; i += 4) light.push(data[i + 1] > 127 ? 255 : 0);
    const key = light.join('');
    if (key !== last) seen.push({ nowMs, light });
    last = key;
    if (seen.length < 90) requestAnimationFrame(look);
    else resolve(seen);
  };
  look();
})`;

test('a frame is seen in Chromium in less than a frame interval after it was taken', async (context) => {
  // Without WebRTC, which the viewer would take.
  const options = ['--mode', 'mjpeg-rtp', '--source', 'test', '--dest', '127.0.0.1:9', '--web-port', '0'];
  const demo = start(process.execPath, [command, ...options, '--duration', '60']);
  context.after(() => demo.child.kill('SIGKILL'));
  const port = (): string | undefined => /"url":"[^"]+:(\d+)\/"/.exec(demo.stderr())?.[1];
  await until('the viewer', () => port() !== undefined);
  const browser = await startBrowser(context);
  const page = await browser.newPage();
  await page.goto(`http://localhost:${port() ?? ''}/viewer`);
  await page.waitForSelector('[data-camera="camera1"] img.live:not([hidden])');
  const seen = await page.evaluate<{ nowMs: number; light: number[] }[]>(watchPictures);
  const unixOffsetUs = coreAddon().wallClockOffsetUs();
  const latenciesMs = seen.flatMap(({ nowMs, light }) => {
    const mark = readMark({ samples: Uint8Array.from(light), stride: corner.width, ...corner });
    if (!mark) return [];
    // Both modulo 2^32 microseconds.
    return [((nowMs * 1000 - unixOffsetUs - mark.captureTimeUs) % 2 ** 32) / 1000];
  });
  latenciesMs.sort((a, b) => a - b);
  const quantile = (share: number): number =>
    latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? NaN;
  const summary = `p10 ${quantile(0.1).toFixed(1)} p50 ${quantile(0.5).toFixed(1)} p90 ${quantile(0.9).toFixed(1)} ms of ${String(latenciesMs.length)}`;
  context.diagnostic(summary);
  assert.ok(latenciesMs.length > 80, summary);
  assert.ok(quantile(0.5) > 0 && quantile(0.5) < 1000 / 30, summary);
});

// Real cameras in the browser: those that disappear, and those that are set.
import assert from 'node:assert/strict';
import { before, test, type TestContext } from 'node:test';
import type { CameraDetail } from '../../lib/web/index.js';
import { PageWatch, startBrowser } from '../helpers/browser.js';
import { CameraFaults } from '../helpers/camera-faults.js';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  cameraIds,
  cameraPhotograph,
  command,
  photoFolder,
  startInDebian13,
  writeConfig,
} from '../helpers/debian13.js';
import { until } from '../helpers/processes.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

const cameras = ['camera1', 'camera2'].map(
  (name, i) =>
    `[${name}]\ndevice = "${String(i)}"\nwebrtc_port = 0\n[mjpeg-rtp.${name}]\ndest_host = "127.0.0.1"\ndest_port = 9\n`,
);
const config = `${cameras.join('')}[webrtc]\nstun_server = ""\n`;

/** Streams both virtual cameras; resolves with the viewer's address. */
async function startCameras(
  context: TestContext,
  folder: string,
  shim: Record<string, string>,
  mode = 'mjpeg-rtp',
): Promise<string> {
  const args = ['-config', writeConfig(config), '-mode', mode, '--web-port', '0', '--duration', '60'];
  const streamer = startInDebian13(folder, ['node', command, ...args], shim);
  context.after(() => streamer.child.kill('SIGKILL'));
  const port = (): string | undefined => /"url":"[^"]+:(\d+)\/"/.exec(streamer.stderr())?.[1];
  await until('the viewer', () => port() !== undefined, 30_000);
  return `http://localhost:${port() ?? ''}`;
}

test(
  'a camera that is lost shows so and comes back, and the other one goes on',
  { timeout: 90_000 },
  async (context) => {
    const faults = new CameraFaults();
    const url = await startCameras(context, barsFolder, { CAMERA_FAULTS_FILE: faults.file });
    const page = await (await startBrowser(context)).newPage();
    const watch = new PageWatch(page, url);
    await page.goto(url);
    await page.waitForSelector('[data-camera="camera1"] img.live:not([hidden])');
    // All that it shows, because it comes back within a tenth of a second.
    await page.evaluate(`globalThis.shown = [];
    new MutationObserver(() => {
      const article = document.querySelector('[data-camera="camera1"]');
      const { state } = article.dataset;
      if (shown.at(-1)?.state !== state) shown.push({ state, text: article.textContent });
    }).observe(document.body, { attributes: true, childList: true, subtree: true })`);
    faults.set({ fault: 'stall', camera: cameraIds[0] });
    setTimeout(() => {
      faults.set();
    }, 300);
    const shown = () => page.evaluate<{ state: string; text: string }[]>('shown');
    await until(
      'the camera to be lost and to come back',
      async () => (await shown()).map(({ state }) => state).join() === 'streaming,stalled,streaming',
      30_000,
    );
    const [, lost] = await shown();
    assert.match(lost?.text ?? '', /delivered no frame/);
    await page.waitForSelector('[data-camera="camera1"] img.live:not([hidden])');
    const other = page.locator('[data-camera="camera2"]');
    assert.equal(await other.getAttribute('data-state'), 'streaming');
    watch.assertNone();
  },
);

test(
  'by WebRTC both cameras are seen, and one that was lost is seen again',
  { timeout: 90_000 },
  async (context) => {
    const faults = new CameraFaults();
    const url = await startCameras(context, barsFolder, { CAMERA_FAULTS_FILE: faults.file }, 'both');
    const page = await (await startBrowser(context)).newPage();
    const watch = new PageWatch(page, url);
    await page.goto(url);
    for (const camera of ['camera1', 'camera2'])
      await page.waitForSelector(`[data-camera="${camera}"] video.live:not([hidden])`);
    faults.set({ fault: 'stall', camera: cameraIds[0] });
    setTimeout(() => {
      faults.set();
    }, 300);
    const detail = async () => (await (await fetch(`${url}/api/cameras/camera1`)).json()) as CameraDetail;
    await until('the camera to come back', async () => (await detail()).restarts === 1, 30_000);
    const frames = () =>
      page.evaluate<number[]>(
        "[...document.querySelectorAll('video')].map((video) => video.getVideoPlaybackQuality().totalVideoFrames)",
      );
    const before = await frames();
    await until('both cameras to move', async () => {
      const now = await frames();
      return now.length === 2 && now.every((count, i) => count > (before[i] ?? 0) + 30);
    });
    const figures = page.locator('[data-camera="camera1"] [data-field="playback-fps"]');
    await until('30 fps', async () => parseFloat((await figures.textContent()) ?? '') > 28);
    watch.assertNone();
  },
);

test('a camera that is unplugged stays on the page with the reason', { timeout: 90_000 }, async (context) => {
  const faults = new CameraFaults();
  const url = await startCameras(context, barsFolder, { CAMERA_FAULTS_FILE: faults.file });
  const page = await (await startBrowser(context)).newPage();
  await page.goto(url);
  await page.waitForSelector('[data-camera="camera1"][data-state="streaming"]');
  faults.set({ fault: 'unplug', camera: cameraIds[0] });
  await page.waitForSelector('[data-camera="camera1"][data-state="restarting"]');
  await page
    .getByText(/unplugged|no camera/)
    .first()
    .waitFor();
  await page.waitForSelector('[data-camera="camera2"][data-state="streaming"]');
});

test(
  'controls of a camera are offered with their ranges, and set while it streams',
  { timeout: 90_000 },
  async (context) => {
    const url = await startCameras(context, photoFolder, { PI_LIKE_PHOTO: cameraPhotograph });
    const page = await (await startBrowser(context)).newPage();
    await page.goto(url);
    const article = page.locator('[data-camera="camera1"]');
    await page.waitForSelector('[data-camera="camera1"][data-state="streaming"]');
    const detail = async () => (await (await fetch(`${url}/api/cameras/camera1`)).json()) as CameraDetail;
    await until('the controls', async () => (await detail()).controls.length > 0);
    const exposure = (await detail()).controls.find(({ name }) => name === 'ExposureTime');
    assert.ok(
      typeof exposure?.max === 'number' && typeof exposure.min === 'number',
      JSON.stringify(exposure),
    );
    await article.getByText('Camera controls').click();
    const field = article.getByLabel(/exposure.*exact value/i);
    await field.fill('12000');
    await field.press('Enter');
    await until(
      'the new exposure',
      async () => (await detail()).settings.controls['ExposureTime'] === 12_000,
    );
    const refused = await fetch(`${url}/api/cameras/camera1/settings`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ quality: 5, controls: { ExposureTime: 'long' } }),
    });
    const { code } = (await refused.json()) as { code: string };
    assert.deepEqual([refused.status, code], [400, 'ERR_CAMERA_CONFIG']);
    const { settings, state } = await detail();
    assert.deepEqual([settings.quality, settings.controls['ExposureTime'], state], [85, 12_000, 'streaming']);
  },
);

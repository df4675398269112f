// The viewer of the demo, as a user starts and sees it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { command } from '../helpers/debian13.js';
import { PageWatch, startBrowser } from '../helpers/browser.js';
import { start, until } from '../helpers/processes.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The demo, on a port of its own. */
async function startDemo(context: TestContext): Promise<string> {
  const demo = start(process.execPath, [command, 'demo', '--web-port', '0', '--duration', '120']);
  context.after(() => demo.child.kill('SIGKILL'));
  const url = (): string | undefined => /"url":"([^"]+)"/.exec(demo.stderr())?.[1];
  await until('the viewer', () => url() !== undefined);
  return `http://localhost:${new URL(url() ?? '').port}`;
}

async function openViewer(context: TestContext, url: string): Promise<{ page: Page; watch: PageWatch }> {
  const browser = await startBrowser(context);
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  const watch = new PageWatch(page, url);
  await page.goto(`${url}/`);
  for (const id of ['camera1', 'camera2']) {
    await page.waitForSelector(`[data-camera="${id}"][data-state="streaming"] .live:not([hidden])`);
  }
  return { page, watch };
}

function card(page: Page, id: string) {
  const article = page.locator(`[data-camera="${id}"]`);
  const number = async (field: string): Promise<number> => {
    const element = article.locator(`[data-field="${field}"]`).first();
    return Number((await element.getAttribute('data-value')) ?? (await element.textContent()));
  };
  return {
    number,
    article,
    picture: () => article.locator('.live:not([hidden])').screenshot(),
    /** Waits for a figure. */
    wait: (field: string, isWanted: (value: number) => boolean) =>
      until(`${id} ${field}`, async () => isWanted(await number(field))),
    state: (state: string) => page.waitForSelector(`[data-camera="${id}"][data-state="${state}"]`),
  };
}

test('both cameras move, and their figures with them', async (context) => {
  const { page, watch } = await openViewer(context, await startDemo(context));
  for (const id of ['camera1', 'camera2']) {
    const { picture, number, wait } = card(page, id);
    await wait('frame', (frame) => frame > 0);
    const before = await picture();
    const frame = await number('frame');
    await wait('frame', (now) => now > frame);
    assert.ok(!before.equals(await picture()), id);
    await wait('fps', (fps) => fps > 28 && fps < 32);
  }
  watch.assertNone();
});

test('the page says where a camera is sent to, and how it is received there', async (context) => {
  const { page, watch } = await openViewer(context, await startDemo(context));
  const text = (await card(page, 'camera2').article.textContent()) ?? '';
  assert.match(text, /Destinations127\.0\.0\.1:5002/);
  assert.match(text, /gst-launch-1\.0 udpsrc port=5002 /);
  watch.assertNone();
});

test('quality is changed in the page, and the frames become smaller', async (context) => {
  const { page, watch } = await openViewer(context, await startDemo(context));
  const { article, number, wait } = card(page, 'camera1');
  await wait('frameBytes', (bytes) => bytes > 1000);
  const before = await number('frameBytes');
  await article.locator('input[name="quality"]').first().fill('10');
  await wait('frameBytes', (bytes) => bytes < before / 2);
  assert.ok((await card(page, 'camera2').number('frameBytes')) > before * 0.9);
  watch.assertNone();
});

test('a camera is stopped and started in the page', async (context) => {
  const { page, watch } = await openViewer(context, await startDemo(context));
  const { article, picture, wait, state } = card(page, 'camera2');
  await article.locator('[data-action="stop"]').click();
  await state('stopped');
  assert.equal(await card(page, 'camera1').article.getAttribute('data-state'), 'streaming');
  await article.locator('[data-action="start"]').first().click();
  await state('streaming');
  await article.locator('.live:not([hidden])').waitFor();
  await wait('fps', (fps) => fps > 20);
  const before = await picture();
  await until('a moving picture', async () => !before.equals(await picture()));
  watch.assertNone();
});

test('an answer that comes late does not undo what events have told since', async (context) => {
  const { page } = await openViewer(context, await startDemo(context));
  const { article, state } = card(page, 'camera2');
  await page.route('**/camera2/start', async (route) => {
    const response = await route.fetch();
    await state('streaming');
    await route.fulfill({ response });
  });
  await article.locator('[data-action="stop"]').click();
  await state('stopped');
  const answered = page.waitForEvent('requestfinished', (request) => request.url().endsWith('/start'));
  await article.locator('[data-action="start"]').first().click();
  await answered;
  await article.locator('[data-action="stop"]:not([disabled])').waitFor(); // the answer has been dealt with
  assert.equal(await article.getAttribute('data-state'), 'streaming');
});

test('a snapshot is saved as a file', async (context) => {
  const { page, watch } = await openViewer(context, await startDemo(context));
  const download = page.waitForEvent('download');
  await card(page, 'camera1').article.locator('[data-action="snapshot"]').click();
  const file = await download;
  assert.match(file.suggestedFilename(), /^camera1-.*\.jpg$/);
  assert.equal(readFileSync(await file.path()).readUInt16BE(0), 0xffd8);
  watch.assertNone();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing stands in the way of people who see or hear it otherwise (${colorScheme})`, async (context) => {
    const url = await startDemo(context);
    const browser = await startBrowser(context);
    const page = await browser.newPage({
      colorScheme,
      bypassCSP: true,
      viewport: { width: 390, height: 844 },
    });
    await page.goto(url);
    await card(page, 'camera1').state('streaming');
    await page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))");
    await page.evaluate(axe);
    const violations = await page.evaluate(`axe.run().then(({ violations }) =>
      violations.map(({ id, impact, nodes }) => id + ' ' + impact + ' ' + nodes[0].html))`);
    assert.deepEqual(violations, []);
    const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    assert.equal(isTooWide, false);
  });
}

test('the page says that the server is gone', async (context) => {
  const demo = start(process.execPath, [command, 'demo', '--web-port', '0']);
  context.after(() => demo.child.kill('SIGKILL'));
  const port = (): string | undefined => /"url":"[^"]+:(\d+)\/"/.exec(demo.stderr())?.[1];
  await until('the viewer', () => port() !== undefined);
  const { page } = await openViewer(context, `http://localhost:${port() ?? ''}`);
  demo.child.kill('SIGINT');
  await page
    .getByText(/connection lost/i)
    .first()
    .waitFor({ state: 'visible' });
  assert.equal(await demo.exited, 0);
});

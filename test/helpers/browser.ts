import assert from 'node:assert/strict';
import { after, type TestContext } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';

/** For WebRTC on a machine that has perhaps no interface but the loopback one. */
const webrtcFlags = [
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const flags = [
  ...webrtcFlags,
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

let shared: Promise<Browser> | undefined;
after(async () => (await shared)?.close());

/** Debian's Chromium, one for the tests of a file. The pages are gone when the test ends, and all that they knew. */
export async function startBrowser(context: TestContext): Promise<Browser> {
  shared ??= chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
  const browser = await shared;
  context.after(() => Promise.all(browser.contexts().map((each) => each.close())));
  return browser;
}

/** What a page did that it should not have: errors in the console, requests that left the origin. */
export class PageWatch {
  readonly problems: string[] = [];

  constructor(page: Page, origin: string) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) {
        this.problems.push(`request to ${request.url()}`);
      }
    });
  }

  assertNone(): void {
    assert.deepEqual(this.problems, []);
  }
}

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
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

/** Debian's Chromium. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

/** It is gone when the test ends. */
export async function startBrowser(context: TestContext): Promise<Browser> {
  const browser = await launchBrowser();
  context.after(() => browser.close());
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

// Plays one video in Chromium, and prints how old its pictures were when they were shown, by the test pattern's mark.
//   node --import tsx glass-to-glass.mjs ORIGIN WHEP-PATH SECONDS
import { launchBrowser } from '../../test/helpers/browser.ts';
import { openClientPage, watch } from '../../test/helpers/webrtc-page.ts';
import { coreAddon } from '../../lib/native/core-addon.ts';

const [origin, where, seconds] = process.argv.slice(2);
const browser = await launchBrowser();
const page = await browser.newPage({ bypassCSP: true });
await openClientPage(page, origin);
const sources = [{ kind: 'whep', url: origin + where }];
const [playback] = await watch(page, sources, 1000 * seconds, coreAddon().wallClockOffsetUs());
await browser.close();
const { latenciesMs, framesLookedAt, framesPerSecond, firstFrameMs, codec, stats } = playback;
console.log(JSON.stringify({ latenciesMs, framesLookedAt, framesPerSecond, firstFrameMs, codec, stats }));

// @ts-check
import { send } from './api.js';

const [fewestQuestions, mostQuestions] = [5, 20];
const fastMs = 4;

/** @type {Promise<number> | undefined} */
let offset;

/**
 * What the clock of capture times is ahead of performance.now(), microseconds. Of some answers the fastest counts: it is
 * right to half the time that it took.
 *
 * @returns {Promise<number>}
 */
export function serverClockOffsetUs() {
  offset ??= ask();
  offset.catch(() => (offset = undefined)); // it is asked again
  return offset;
}

async function ask() {
  let leastMs = Infinity;
  let offsetUs = 0;
  for (let i = 0; i < mostQuestions && (i < fewestQuestions || leastMs > fastMs); i++) {
    const beforeMs = performance.now();
    const response = await send('GET', '/api/clock');
    const afterMs = performance.now();
    const { monotonicUs } = await response.json();
    if (afterMs - beforeMs >= leastMs) continue;
    leastMs = afterMs - beforeMs;
    offsetUs = monotonicUs - ((beforeMs + afterMs) / 2) * 1000;
  }
  return offsetUs;
}

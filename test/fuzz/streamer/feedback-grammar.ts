// RTCP that a viewer sends (RFC 4585, REMB, transport-wide feedback): what a session knows, in every form and at every age.
import type { Random } from '../random.js';
import { rtcpCompound } from '../rtcp-grammar.js';

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function someWords(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => word(random.below(2 ** 32))).flat();
}

/** @param type - 205: of the transport, 206: of the payload; its length is mostly right */
function feedback(random: Random, type: number, format: number, body: readonly number[]): number[] {
  const padded = [...word(1), ...word(random.pick([0, 1, random.below(2 ** 32)])), ...body];
  while (padded.length % 4 > 0) padded.push(0);
  const words = random.oneIn(40) ? random.below(2 ** 16) : padded.length / 4;
  return [0x80 | format, type, (words >> 8) & 0xff, words & 0xff, ...padded];
}

function nack(random: Random): number[] {
  const newest = random.below(2 ** 16);
  const items = Array.from({ length: 1 + random.below(random.oneIn(20) ? 340 : 10) }, (_, i) => {
    const lost = (newest + 2 ** 16 - 17 * i * random.below(3)) % 2 ** 16;
    return word(((lost << 16) | random.pick([0, 0xffff, random.below(2 ** 16)])) >>> 0);
  });
  return feedback(random, 205, 1, items.flat());
}

/** REMB: 6 bits of exponent, 18 of mantissa. */
function remb(random: Random): number[] {
  const exponent = random.pick([0, 0, 5, 46, 63]);
  const mantissa = random.pick([0, 1, 2 ** 18 - 1, random.below(2 ** 18)]);
  const sources = random.oneIn(10) ? random.below(256) : 1;
  const value = (sources << 24) | (exponent << 18) | mantissa;
  return feedback(random, 206, 15, [...word(0x52454d42), ...word(value >>> 0), ...someWords(1, random)]);
}

/** draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1. */
function transportFeedback(random: Random): number[] {
  const count = random.pick([0, 1, 7, 14, 65_535, random.below(2 ** 16)]);
  const head = [...word(((random.below(2 ** 16) << 16) | count) >>> 0), ...someWords(1, random)];
  const chunk = random.pick([0x1fff, 0x3fff, 0x2007, 0xbfff, 0xd555, random.below(2 ** 16)]);
  const chunks = Array.from({ length: 1 + random.below(20) }, () => [chunk >> 8, chunk & 0xff]).flat();
  const deltas = Array.from({ length: random.below(200) }, () => random.below(256));
  return feedback(random, 205, 15, [...head, ...chunks, ...deltas]);
}

export function feedbackByGrammar(random: Random): Buffer {
  const one = (): number[] => {
    const way = random.below(7);
    if (way === 0) return nack(random);
    if (way === 1) return remb(random);
    if (way === 2) return transportFeedback(random);
    // PLI (RFC 4585 section 6.3.1), FIR (RFC 5104 section 4.3.1), and formats that nobody knows.
    if (way === 3) return feedback(random, 206, 1, []);
    if (way === 4) return feedback(random, 206, 4, someWords(2 * random.below(4), random));
    if (way === 5)
      return feedback(random, 205 + random.below(2), random.below(32), someWords(random.below(30), random));
    const claims = { rtpTimestamp: random.below(2 ** 32), sequenceNumber: random.below(2 ** 16) };
    return [...rtcpCompound(random, claims)];
  };
  return Buffer.from(Array.from({ length: 1 + random.below(4) }, one).flat()).subarray(0, 1200);
}

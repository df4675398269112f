// RTCP as RFC 3550 and RFC 4585 describe it, from attackers beside honest senders and receivers.
import assert from 'node:assert/strict';
import { BitrateBound } from '../../lib/outputs/rtp/bitrate-bound.js';
import {
  ntpFromUnixUs,
  ReceiverSession,
  SenderSession,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from '../../lib/rtcp/index.js';
import type { SocketAddress } from '../../lib/util/socket-address.js';
import { mutate } from './mutate.js';
import type { Random } from './random.js';
import type { FuzzTarget } from './targets.js';

const ssrc = 0x1234_5678;
const clockRateHz = 90_000;
const second = 1_000_000;
const rtpFrom = { address: '192.0.2.1', port: 5000 };
const rtcpFrom = { address: '192.0.2.1', port: 5001 };
const honestReceivers = [1, 2, 3].map((host) => ({
  ssrc: 1000 + host,
  from: { address: `198.51.100.${String(host)}`, port: 6001 },
}));
const strangers: readonly [SocketAddress, ...SocketAddress[]] = [
  { address: '192.0.2.1', port: 7000 },
  { address: '198.51.100.1', port: 7001 },
  { address: '203.0.113.1', port: 5001 },
  { address: '2001:db8::1', port: 5001 },
];

/** What attackers write into reports. */
interface Claims {
  readonly rtpTimestamp: number;
  readonly sequenceNumber: number;
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function someBytes(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.below(256));
}

function someSsrc(random: Random): number {
  return random.pick([ssrc, ssrc, 1001, 1002, random.below(2 ** 32)]);
}

function blocks(count: number, random: Random, { sequenceNumber }: Claims): number[] {
  const awkward = (): number[] =>
    word(random.pick([0, 1, 0x7fff_ffff, 0x8000_0000, 2 ** 32 - 1, random.below(2 ** 32)]));
  return Array.from({ length: count }, () => [
    ...[...word(someSsrc(random)), random.below(256), ...someBytes(3, random)],
    ...word((random.below(4) << 16) | sequenceNumber),
    ...[...awkward(), ...awkward(), ...awkward()],
  ]).flat();
}

function descriptions(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => {
    const text = someBytes(random.pick([0, 1, 5, 255]), random).map((byte) => byte & 0x7f);
    const chunk = [...word(someSsrc(random)), random.pick([1, 1, 2, 8]), text.length, ...text, 0];
    return [...chunk, ...Array<number>(-chunk.length & 3).fill(0)];
  }).flat();
}

/** One packet; its length and count are mostly right (RFC 3550 section 6.4.1). */
function rtcpPacket(random: Random, claims: Claims, mayBePadded: boolean): number[] {
  const type = random.pick([200, 200, 201, 201, 202, 203, 204, 205, 206, 207, random.below(256)]);
  const count = random.pick([0, 1, 1, 2, 31, random.below(32)]);
  const ntp = [...word(random.below(2 ** 32)), ...word(random.below(2 ** 32))];
  const counters = [...word(random.below(2 ** 32)), ...word(random.below(2 ** 32))];
  const bodies: Record<number, () => number[]> = {
    200: () => [
      ...word(someSsrc(random)),
      ...ntp,
      ...word(claims.rtpTimestamp),
      ...counters,
      ...blocks(count, random, claims),
    ],
    201: () => [...word(someSsrc(random)), ...blocks(count, random, claims)],
    202: () => descriptions(count, random),
    203: () => Array.from({ length: count }, () => word(someSsrc(random))).flat(),
  };
  const body = bodies[type]?.() ?? someBytes(4 * random.below(8), random);
  const isPadded = mayBePadded && random.oneIn(10);
  if (isPadded) body.push(0, 0, 0, random.oneIn(3) ? random.below(256) : 4);
  const words = random.oneIn(50) ? random.below(2 ** 16) : body.length / 4;
  const said = random.oneIn(50) ? random.below(32) : count;
  return [0x80 | (isPadded ? 0x20 : 0) | said, type, (words >> 8) & 0xff, words & 0xff, ...body];
}

/** A compound, mostly with a report at its beginning. */
export function rtcpCompound(random: Random, claims: Claims): Uint8Array {
  const packets = 1 + random.below(5);
  const compound = random.oneIn(3) ? [0x80, 201, 0, 1, ...word(someSsrc(random))] : [];
  for (let i = 0; i < packets; i++) compound.push(...rtcpPacket(random, claims, i + 1 === packets));
  const bytes = Uint8Array.from(compound);
  return random.oneIn(20) ? mutate(bytes, random) : bytes;
}

function rtpTimestampAt(nowUs: number): number {
  return Math.floor(2 ** 31 + nowUs * 0.09) % 2 ** 32;
}

function aheadUs(rtpTimestamp: number, nowUs: number): number {
  return (((rtpTimestamp - rtpTimestampAt(nowUs)) | 0) * second) / clockRateHz;
}

/** The receiver's end: nothing of what attackers say gets into its clock, its peer, or the sender's name. */
class ReceiversEnd {
  readonly #session = new ReceiverSession({ ssrc: 1, cname: 'receiver', clockRateHz, random: () => 0.5 });
  #name: string | undefined;

  constructor() {
    this.#session.begin({ ssrc, from: rtpFrom, aheadUs });
  }

  honest(nowUs: number): void {
    const memory = new Uint8Array(100);
    const report = { ssrc, ntp: ntpFromUnixUs(nowUs), rtpTimestamp: rtpTimestampAt(nowUs) };
    const counts = { packetCount: 1, octetCount: 1, reportBlocks: [] };
    const end = writeSenderReport(memory, 0, { ...report, ...counts });
    const bytes = end + writeSourceDescription(memory, end, { chunks: [{ ssrc, cname: 'camera' }] });
    assert.equal(this.#session.onReceived(memory.subarray(0, bytes), rtcpFrom, false, nowUs), 'report');
    assert.deepEqual(this.#session.peer, { ...rtcpFrom, isMuxed: false });
    this.#name = 'camera';
    assert.equal(this.#session.cname, this.#name);
  }

  /** Somebody who does not see the stream. Under the peer's own address only names and farewells are believed. */
  attack(random: Random, nowUs: number): void {
    if (random.oneIn(100)) this.#session.begin({ ssrc, from: rtpFrom, aheadUs });
    const rtpTimestamp = (rtpTimestampAt(nowUs) + 2 ** 20 + random.below(2 ** 32 - 2 ** 21)) % 2 ** 32;
    const bytes = rtcpCompound(random, { rtpTimestamp, sequenceNumber: random.below(2 ** 16) });
    const from = random.pick([rtpFrom, rtcpFrom, ...strangers]);
    const isBelieved = from === rtcpFrom && this.#session.peer !== undefined;
    const outcome = this.#session.onReceived(bytes, from, random.oneIn(2), nowUs);
    const { peer, cname, clock } = this.#session;
    assert.ok(outcome !== 'report' && (isBelieved || outcome !== 'goodbye'), outcome);
    assert.ok(peer === undefined || peer.port === rtcpFrom.port, 'the peer');
    assert.ok(isBelieved || cname === undefined || this.#name === cname, 'the name');
    this.#name = cname;
    const unixUs = clock.unixUs(rtpTimestampAt(nowUs)) ?? nowUs;
    assert.ok(Math.abs(unixUs - nowUs) < 100, 'the clock');
    assert.ok(this.#session.writeReport(nowUs, undefined).length <= 320, 'the report');
  }
}

/** The sender's end: honest receivers stay known, with what they said themselves. */
class SendersEnd {
  readonly #session = new SenderSession({
    ...{ ssrc, cname: 'camera', clockRateHz, initialSequenceNumber: 65_000 },
    random: () => 0.5,
  });
  readonly #bound = new BitrateBound(1000, 400);
  readonly #attackersSee: boolean;
  #packets = 0;

  /** @param attackersSee - whether attackers get the stream as well, and so know its sequence numbers */
  constructor(attackersSee: boolean) {
    this.#attackersSee = attackersSee;
  }

  honest(nowUs: number): void {
    this.#packets += 100;
    this.#session.onSent(100, 100_000);
    this.#session.writeReport(nowUs, 0, 0);
    for (const receiver of honestReceivers) {
      const memory = new Uint8Array(32);
      const nothing = { fractionLost: 0, packetsLost: 0, lastReportCompactNtp: 0, delaySinceLastReport: 0 };
      const block = { ...nothing, ssrc, jitterTicks: 90, highestSequenceNumber: 65_000 + this.#packets - 1 };
      writeReceiverReport(memory, 0, { ssrc: receiver.ssrc, reportBlocks: [block] });
      assert.equal(this.#session.onReceived(memory, nowUs, receiver.from), true);
    }
    this.#check(nowUs);
  }

  attack(random: Random, nowUs: number): void {
    const ahead = this.#attackersSee ? -1 : random.below(60_000);
    const sequenceNumber = (65_000 + this.#packets + ahead) % 2 ** 16;
    const bytes = rtcpCompound(random, { rtpTimestamp: random.below(2 ** 32), sequenceNumber });
    // Never an honest receiver's own: under its address and port everything is believed.
    const port = this.#attackersSee ? 7000 + random.below(2 ** 15) : 7000;
    this.#session.onReceived(bytes, nowUs, { ...random.pick(strangers), port });
    this.#check(nowUs);
  }

  #check(nowUs: number): void {
    const { receivers } = this.#session.statistics(nowUs);
    const honest = receivers.filter((known) => honestReceivers.some((one) => one.ssrc === known.ssrc));
    const isExact = honest.every(({ jitterMs, fractionLost }) => jitterMs === 1 && fractionLost === 0);
    assert.ok(honest.length === 3 && isExact, JSON.stringify(honest));
    // Four of each stranger's address, of which one is that of an honest receiver.
    assert.ok(receivers.length <= (this.#attackersSee ? 18 : 3), `${String(receivers.length)} receivers`);
    this.#bound.onReports(receivers, nowUs);
    assert.ok(this.#bound.kbps >= (this.#attackersSee ? 400 : 1000), String(this.#bound.kbps));
  }
}

/** Both ends of RTCP, with their honest partners and attackers. */
export class RtcpGrammarTarget implements FuzzTarget {
  readonly name = 'RTCP by its grammar';
  /** Of honest partners. */
  reports = 0;
  readonly #receivers = new ReceiversEnd();
  readonly #senders = [new SendersEnd(false), new SendersEnd(true)];
  #nowUs = 0;
  #nextReportUs = 0;

  step(random: Random): void {
    this.#nowUs += random.below(20_000);
    if (this.#nowUs >= this.#nextReportUs) {
      this.#nextReportUs += second;
      this.reports += 1;
      this.#receivers.honest(this.#nowUs);
      for (const sender of this.#senders) sender.honest(this.#nowUs);
    } else if (random.oneIn(2)) {
      this.#receivers.attack(random, this.#nowUs);
    } else {
      for (const sender of this.#senders) sender.attack(random, this.#nowUs);
    }
  }
}

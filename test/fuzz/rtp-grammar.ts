// RTP/JPEG as RFC 3550 and RFC 2435 describe it, from attackers beside an honest stream.
import assert from 'node:assert/strict';
import { SourceSelector } from '../../lib/receiver/source-selector.js';
import { JpegDepacketizer, parseRtpPacket, type ReceivedFrame } from '../../lib/rtp/index.js';
import type { SocketAddress } from '../../lib/util/socket-address.js';
import { mutate } from './mutate.js';
import type { Random } from './random.js';
import { rtpStreams } from './seeds.js';
import type { FuzzTarget } from './targets.js';

const home = { address: '192.0.2.1', port: 5000 };
const strangers: readonly [SocketAddress, ...SocketAddress[]] = [
  { address: '192.0.2.1', port: 5001 },
  { address: '192.0.2.2', port: 5000 },
  { address: '2001:db8::1', port: 5000 },
];
const frameUs = 33_333;
/** Memories of waiting and lent frames, of the one before, and of one that is filled: more is a leak. */
const maxMemories = 20;

interface Numbering {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  readonly rtpTimestamp: number;
}

function numberBytes(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
}

function someBytes(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.below(256));
}

/** Entropy-coded data with markers here and there. */
function someScan(random: Random): number[] {
  return Array.from({ length: random.below(12) }, (_, i) => [
    ...someBytes(random.below(20), random).filter((byte) => byte !== 0xff),
    ...(random.oneIn(3) ? [0xff, random.pick([0, 0xd0 + (i % 8), 0xd0 + random.below(10), 0xff])] : []),
  ]).flat();
}

/** A packet with every part that the RFCs know. Lengths, counts and flags are mostly right. */
export function jpegPacket(random: Random, numbering: Numbering): Uint8Array {
  const [isPadded, hasExtension] = [random.oneIn(20), random.oneIn(10)];
  const sources = random.oneIn(20) ? random.below(16) : 0;
  const offset = random.pick([0, 0, random.below(200), random.below(2 ** 24), 2 ** 22 - 100, 2 ** 24 - 1]);
  const type = random.pick([0, 1, 64, 65, 65, random.below(256)]);
  const q = random.pick([1, 50, 99, 128, 200, 254, 255, random.below(256)]);
  const unit = (): number => random.pick([1, 2, 4, 254, 255, random.below(256)]);
  const tableBytes = random.pick([0, 64, 128, 128, 192, 256, random.below(400)]);
  const extensionWords = random.below(5);
  const packet = [
    0x80 | (isPadded ? 0x20 : 0) | (hasExtension ? 0x10 : 0) | sources,
    (random.oneIn(3) ? 0x80 : 0) | (random.oneIn(50) ? random.below(128) : 26),
    ...numberBytes(numbering.sequenceNumber, 2),
    ...numberBytes(numbering.rtpTimestamp, 4),
    ...numberBytes(numbering.ssrc, 4),
    ...someBytes(4 * sources, random),
    // RFC 8285 section 4.2.
    ...(hasExtension ? [0xbe, 0xde, 0, extensionWords, ...someBytes(4 * extensionWords, random)] : []),
    random.oneIn(20) ? random.below(256) : 0,
    ...numberBytes(offset, 3),
    ...[type, q, unit(), unit()],
    // RFC 2435 sections 3.1.7 and 3.1.8.
    ...(type >= 64 ? [...numberBytes(random.pick([0, 1, 2, 7, 65_535]), 2), ...restartPlace(random)] : []),
    ...(q >= 128 && offset === 0 ? [0, random.below(4), ...numberBytes(tableBytes, 2)] : []),
    ...(q >= 128 && offset === 0 ? someBytes(random.oneIn(10) ? 3 : tableBytes, random) : []),
    ...someScan(random),
  ];
  if (isPadded) packet.push(0, 0, 0, random.oneIn(4) ? random.below(256) : 4);
  const bytes = Uint8Array.from(packet);
  return random.oneIn(20) ? mutate(bytes, random) : bytes;
}

function restartPlace(random: Random): number[] {
  const count = random.pick([0, 1, 2, 0x3fff, random.below(0x4000)]);
  return numberBytes((random.below(4) << 14) | count, 2);
}

/** A receiver without its socket, which keeps copies of what it hands out. */
class FuzzedReceiver {
  readonly frames: Uint8Array[] = [];
  readonly selector: SourceSelector;
  readonly depacketizer: JpegDepacketizer;

  constructor() {
    this.depacketizer = new JpegDepacketizer({
      onFrame: (frame) => {
        checkFrame(frame);
        this.frames.push(frame.copy());
      },
    });
    this.selector = new SourceSelector({
      ssrc: undefined,
      clockRateHz: 90_000,
      onSelected: () => {
        this.depacketizer.reset();
      },
      onPacket: (bytes, packet, nowUs) => {
        this.depacketizer.receive(bytes, packet, nowUs);
      },
    });
  }

  receive(bytes: Uint8Array, from: SocketAddress, nowUs: number): void {
    const packet = parseRtpPacket(bytes);
    if (packet.ok && packet.value.payloadType === 26) this.selector.receive(bytes, packet.value, from, nowUs);
    assert.ok(this.depacketizer.memoriesMade <= maxMemories, 'memory');
  }
}

function checkFrame({ data, damagedRows, damagedArea, height }: ReceivedFrame): void {
  assert.deepEqual([data[0], data[1], data.at(-2), data.at(-1)], [0xff, 0xd8, 0xff, 0xd9], 'a JPEG');
  assert.ok(damagedArea >= 0 && damagedArea < 1, 'the damaged area');
  for (const { firstRow, rowCount } of damagedRows)
    assert.ok(firstRow >= 0 && rowCount > 0 && firstRow + rowCount <= height, 'rows of the picture');
}

/**
 * Two receivers get the same honest stream, of which packets are lost, doubled and swapped. One of them also gets what
 * attackers send: from other addresses anything, under the stream's own address whatever somebody sends who does not
 * see the stream. Both have to hand out the same frames.
 */
export class RtpGrammarTarget implements FuzzTarget {
  readonly name = 'RTP by its grammar';
  /** Of the honest stream. */
  frames = 0;
  readonly #attacked = new FuzzedReceiver();
  readonly #alone = new FuzzedReceiver();
  // All that attackers send: it has no other stream.
  readonly #lost = new FuzzedReceiver();
  readonly #stream = rtpStreams()[3] ?? [];
  readonly #ssrc = 4;
  #next = 0;
  #sequenceNumber = 65_000;
  #rtpTimestamp = 2 ** 32 - 100_000;
  #frameDueUs = 0;
  #nowUs = 0;
  #swapped: Uint8Array | undefined;
  #strangers: Numbering[] = [];

  step(random: Random): void {
    this.#nowUs += random.below(300);
    if (this.#next < 2 || (this.#nowUs >= this.#frameDueUs && random.oneIn(2))) this.#sendHonest(random);
    else if (random.oneIn(60)) this.#attacked.selector.end(this.#nowUs);
    else this.#attack(random);
    this.#compare();
  }

  #sendHonest(random: Random): void {
    const bytes = Uint8Array.from(this.#stream[this.#next % this.#stream.length] ?? []);
    const isLast = ((bytes[1] ?? 0) & 0x80) !== 0;
    bytes.set([...numberBytes(this.#sequenceNumber, 2), ...numberBytes(this.#rtpTimestamp, 4)], 2);
    this.#next += 1;
    this.#sequenceNumber = (this.#sequenceNumber + 1) % 2 ** 16;
    if (isLast) {
      this.#rtpTimestamp = (this.#rtpTimestamp + 3000) % 2 ** 32;
      this.#frameDueUs = Math.max(this.#frameDueUs + frameUs, this.#nowUs);
    }
    const swapped = this.#swapped;
    this.#swapped = undefined;
    if (this.#next > 2 && !swapped && random.oneIn(10)) this.#swapped = bytes;
    else if (this.#next <= 2 || !random.oneIn(50)) this.#receive(bytes);
    if (random.oneIn(50)) this.#receive(bytes);
    if (swapped) this.#receive(swapped);
  }

  #receive(bytes: Uint8Array): void {
    for (const receiver of [this.#attacked, this.#alone]) receiver.receive(bytes, home, this.#nowUs);
  }

  #attack(random: Random): void {
    // With the others, 20,000 packets a second.
    for (let guesses = random.below(6); guesses > 0; guesses--) this.#guess(random);
    const isSpoofed = random.oneIn(3);
    const from = isSpoofed ? home : random.pick(strangers);
    const numbering = this.#numbering(random, isSpoofed);
    const bytes = jpegPacket(random, numbering);
    // A mutated packet may have any timestamp, and be the stream's by chance.
    const hasStreamsTime = this.#isNear(numberAt(bytes, 4));
    if (isSpoofed && hasStreamsTime && numberAt(bytes, 8) === this.#ssrc) return;
    this.#attacked.receive(bytes, from, this.#nowUs);
    this.#lost.receive(bytes, from, this.#nowUs);
  }

  /** One or two packets in a row under the stream's own name: far off by their timestamps or by their numbers. */
  #guess(random: Random): void {
    const ahead = 700 + random.below(62_000);
    const sequenceNumber = (this.#sequenceNumber + ahead) % 2 ** 16;
    const rtpTimestamp = random.oneIn(10)
      ? (this.#rtpTimestamp + random.below(180_000)) % 2 ** 32
      : random.below(2 ** 32);
    for (let next = 0; next <= random.below(2); next++) {
      const numbering = { ssrc: this.#ssrc, sequenceNumber: (sequenceNumber + next) % 2 ** 16, rtpTimestamp };
      this.#attacked.receive(guessedPacket(numbering), home, this.#nowUs);
    }
  }

  /** Goes on with a stream that attackers have begun, or begins one. */
  #numbering(random: Random, isSpoofed: boolean): Numbering {
    if (this.#strangers.length > 8) this.#strangers.splice(random.below(9), 1);
    const known = this.#strangers[random.below(12)];
    if (known) {
      const sequenceNumber = (known.sequenceNumber + random.pick([1, 1, 1, 2, 65_535])) % 2 ** 16;
      const rtpTimestamp = (known.rtpTimestamp + random.pick([0, 0, 0, 3000])) % 2 ** 32;
      this.#strangers[this.#strangers.indexOf(known)] = { ...known, sequenceNumber, rtpTimestamp };
      return { ...known, sequenceNumber, rtpTimestamp };
    }
    const ssrc = random.pick([this.#ssrc, this.#ssrc, 5, random.below(2 ** 32)]);
    const begun = { ssrc, sequenceNumber: random.below(2 ** 16), rtpTimestamp: random.below(2 ** 32) };
    // Who sends from elsewhere may see the stream.
    const seen = { ssrc, sequenceNumber: this.#sequenceNumber, rtpTimestamp: this.#rtpTimestamp };
    const next = !isSpoofed && random.oneIn(2) ? seen : begun;
    this.#strangers.push(next);
    return next;
  }

  /** Whether a timestamp is within 4 s of the stream's. */
  #isNear(rtpTimestamp: number): boolean {
    return Math.abs((rtpTimestamp - this.#rtpTimestamp) | 0) < 360_000;
  }

  #compare(): void {
    const [attacked, alone] = [this.#attacked.frames, this.#alone.frames];
    this.#lost.frames.length = 0;
    assert.equal(attacked.length, alone.length, 'as many frames as without attackers');
    for (const [i, frame] of attacked.entries())
      assert.ok(Buffer.from(frame).equals(alone[i] ?? assert.fail()), 'the same frames');
    this.frames += attacked.length;
    attacked.length = 0;
    alone.length = 0;
  }
}

/** Headers of RTP and JPEG, and a byte. */
function guessedPacket({ ssrc, sequenceNumber, rtpTimestamp }: Numbering): Uint8Array {
  const rtp = [
    0x80,
    26,
    ...numberBytes(sequenceNumber, 2),
    ...numberBytes(rtpTimestamp, 4),
    ...numberBytes(ssrc, 4),
  ];
  return Uint8Array.from([...rtp, 0, 0, 0, 0, 1, 80, 2, 2, 0]);
}

function numberAt(bytes: Uint8Array, offset: number): number {
  return bytes.length < offset + 4 ? -1 : new DataView(bytes.buffer).getUint32(offset);
}

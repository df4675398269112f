import type { Random } from '../random.js';

const magicCookie = [0x21, 0x12, 0xa4, 0x42];
/** USERNAME, MESSAGE-INTEGRITY, PRIORITY, USE-CANDIDATE, CONTROLLED, FINGERPRINT, XOR-MAPPED-ADDRESS, ERROR-CODE. */
const attributeTypes = [0x0006, 0x0008, 0x0024, 0x0025, 0x8029, 0x8028, 0x0020, 0x0009, 0x7fff] as const;

function someBytes(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.below(256));
}

/** STUN (RFC 8489 sections 5 and 14) with attributes of ICE. @param ufrag - of the session that it goes to */
function stunMessage(random: Random, ufrag: string): number[] {
  const attributes = Array.from({ length: random.below(6) }, () => {
    const type = random.pick(attributeTypes);
    const name = [...Buffer.from(`${ufrag}:abcd`)];
    const value = type === 6 ? name : someBytes(random.pick([0, 4, 8, 20, random.below(60)]), random);
    const length = random.oneIn(20) ? random.below(2 ** 16) : value.length;
    const padding = Array<number>(-value.length & 3).fill(0);
    return [type >> 8, type & 0xff, length >> 8, length & 0xff, ...value, ...padding];
  }).flat();
  const type = random.pick([0x0001, 0x0101, 0x0111, 0x0011, 0x0003, random.below(2 ** 14)]);
  const length = random.oneIn(20) ? random.below(2 ** 16) : attributes.length;
  const transaction = someBytes(12, random);
  return [type >> 8, type & 0xff, length >> 8, length & 0xff, ...magicCookie, ...transaction, ...attributes];
}

/** A DTLS record (RFC 6347 section 4.1), of a handshake or not. */
function dtlsRecord(random: Random): number[] {
  const body = someBytes(random.below(300), random);
  const length = random.oneIn(10) ? random.below(2 ** 16) : body.length;
  const version = random.pick([0xfd, 0xff]);
  const type = 20 + random.below(5);
  return [
    type,
    0xfe,
    version,
    0,
    random.below(2),
    ...someBytes(6, random),
    length >> 8,
    length & 0xff,
    ...body,
  ];
}

/** What comes to a port of ICE: checks, handshakes, media, or nothing that has a name (RFC 7983). */
export function icePacket(random: Random, ufrag: string): Buffer {
  const way = random.below(8);
  if (way < 4) return Buffer.from(stunMessage(random, ufrag));
  if (way < 6) return Buffer.from(dtlsRecord(random));
  const first = way === 6 ? 0x80 | random.below(64) : random.below(256);
  return Buffer.from([first, ...someBytes(random.below(1400), random)]);
}

import type { PayloadWriter } from './payload-writer.js';

/** RFC 6184 section 5.2. */
const fuA = 28;
const fuHeaderBytes = 2;

/**
 * Cuts a frame of H.264 into the payloads of RFC 6184, packetization mode 1: NAL units alone where they fit (section
 * 5.6), else in fragments (FU-A, section 5.8).
 *
 * ```text
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |F|NRI| type 28 |S|E|R|  type   |  fragment
 * ```
 *
 * @param accessUnit - one frame in Annex B, start codes of three or four bytes
 */
export function packetizeH264(accessUnit: Uint8Array, writer: PayloadWriter): void {
  for (const [begin, end] of nalUnits(accessUnit)) {
    const isLast = end === accessUnit.length;
    if (end - begin <= writer.maxPayloadBytes) writer.add([], accessUnit, begin, end, isLast);
    else addFragments(accessUnit, begin, end, isLast, writer);
  }
}

/** Fragments of much the same length, none of them the NAL unit's first byte, which their headers hold. */
function addFragments(
  data: Uint8Array,
  begin: number,
  end: number,
  isLast: boolean,
  writer: PayloadWriter,
): void {
  const nalHeader = data[begin] ?? 0;
  const indicator = (nalHeader & 0xe0) | fuA;
  const type = nalHeader & 0x1f;
  const first = begin + 1;
  const count = Math.ceil((end - first) / (writer.maxPayloadBytes - fuHeaderBytes));
  const edge = (i: number): number => first + Math.floor((i * (end - first)) / count);
  for (let i = 0; i < count; i++) {
    const isEnd = i === count - 1;
    const startEnd = (i === 0 ? 0x80 : 0) | (isEnd ? 0x40 : 0);
    writer.add([indicator, startEnd | type], data, edge(i), edge(i + 1), isLast && isEnd);
  }
}

/** Where the NAL units lie, without start codes and the zeros around them. Empty ones are left out. */
function* nalUnits(accessUnit: Uint8Array): Generator<[begin: number, end: number]> {
  const bytes = Buffer.from(accessUnit.buffer, accessUnit.byteOffset, accessUnit.byteLength);
  let startCode = bytes.indexOf(startCodePrefix);
  while (startCode >= 0) {
    const begin = startCode + startCodePrefix.length;
    startCode = bytes.indexOf(startCodePrefix, begin);
    let end = startCode >= 0 ? startCode : bytes.length;
    // Its own last byte is never zero (H.264 section 7.4.1): such belong to what follows.
    while (startCode >= 0 && end > begin && bytes[end - 1] === 0) end -= 1;
    if (end > begin) yield [begin, end];
  }
}

const startCodePrefix = Buffer.from([0, 0, 1]);

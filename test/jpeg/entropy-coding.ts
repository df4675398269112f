import assert from 'node:assert/strict';
import { standardHuffmanTables, type ChromaSampling } from '../../lib/jpeg/index.js';

/** A block: its quantized DC, and its first AC coefficient. */
export interface Block {
  readonly dc: number;
  readonly ac: number;
}

/** Blocks in the order of the scan: luminance, then Cb and Cr. */
export type Mcu = readonly Block[];

/** Component 0, 1 or 2 of each block. */
function componentsOf(sampling: ChromaSampling): number[] {
  return sampling === '4:2:0' ? [0, 0, 0, 0, 1, 2] : [0, 0, 1, 2];
}

/** An MCU that is grey all over. */
export function flatMcu(sampling: ChromaSampling): Mcu {
  return componentsOf(sampling).map(() => ({ dc: 0, ac: 0 }));
}

/** MCUs that look random, but are always the same for a seed. */
export function someMcus(count: number, sampling: ChromaSampling, seed: number): Mcu[] {
  let state = seed * 2654435761 + 12345;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * (2 * limit + 1)) - limit;
  };
  return Array.from({ length: count }, () =>
    componentsOf(sampling).map(() => ({ dc: next(500), ac: next(60) })),
  );
}

/** Codes by value, as strings of bits (ITU-T T.81, annex C). */
function codesOf(key: number): Map<number, string> {
  const table = standardHuffmanTables.get(key) ?? assert.fail();
  const codes = new Map<number, string>();
  let code = 0;
  let at = 16;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < (table[length - 1] ?? 0); i++) {
      codes.set(table[at] ?? 0, code.toString(2).padStart(length, '0'));
      at += 1;
      code += 1;
    }
    code *= 2;
  }
  return codes;
}

const dcCodes = [codesOf(0x00), codesOf(0x01)];
const acCodes = [codesOf(0x10), codesOf(0x11)];

function sizeOf(value: number): number {
  return value === 0 ? 0 : Math.abs(value).toString(2).length;
}

/** ITU-T T.81, section F.1.2.1: negative values as ones' complement. */
function bitsOf(value: number): string {
  const size = sizeOf(value);
  return size === 0 ? '' : (value > 0 ? value : value + 2 ** size - 1).toString(2).padStart(size, '0');
}

/** One restart interval, without marker. */
export function encodeInterval(mcus: readonly Mcu[], sampling: ChromaSampling): Uint8Array {
  const predicted = [0, 0, 0];
  let bits = '';
  for (const mcu of mcus) {
    for (const [i, component] of componentsOf(sampling).entries()) {
      const { dc, ac } = mcu[i] ?? assert.fail();
      const table = Math.min(component, 1);
      const difference = dc - (predicted[component] ?? 0);
      predicted[component] = dc;
      bits += (dcCodes[table]?.get(sizeOf(difference)) ?? assert.fail()) + bitsOf(difference);
      if (ac !== 0) bits += (acCodes[table]?.get(sizeOf(ac)) ?? assert.fail()) + bitsOf(ac);
      bits += acCodes[table]?.get(0) ?? assert.fail(); // end of block
    }
  }
  bits = bits.padEnd(8 * Math.ceil(bits.length / 8), '1');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return Uint8Array.from(bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])));
}

/** Intervals with the markers between them, and EOI. */
export function joinScan(intervals: readonly Uint8Array[]): Uint8Array {
  const parts = intervals.flatMap((interval, i) => [
    interval,
    i + 1 < intervals.length ? Uint8Array.of(0xff, 0xd0 + (i % 8)) : Uint8Array.of(0xff, 0xd9),
  ]);
  return Uint8Array.from(Buffer.concat(parts));
}

/** Cuts what encodeInterval() takes. */
export function intervalsOf(mcus: readonly Mcu[], restartInterval: number): Mcu[][] {
  return Array.from({ length: Math.ceil(mcus.length / restartInterval) }, (_, i) =>
    mcus.slice(i * restartInterval, (i + 1) * restartInterval),
  );
}

class BitReader {
  readonly #bits: string;
  #at = 0;

  constructor(bytes: Uint8Array) {
    let bits = '';
    for (let i = 0; i < bytes.length; i++) {
      bits += (bytes[i] ?? 0).toString(2).padStart(8, '0');
      if (bytes[i] === 0xff) {
        i += 1;
        assert.equal(bytes[i], 0, 'a marker inside of an interval');
      }
    }
    this.#bits = bits;
  }

  take(count: number): string {
    const bits = this.#bits.slice(this.#at, this.#at + count);
    assert.equal(bits.length, count, 'the interval ends too early');
    this.#at += count;
    return bits;
  }

  symbol(codes: ReadonlyMap<number, string>): number {
    for (const [value, code] of codes) {
      if (!this.#bits.startsWith(code, this.#at)) continue;
      this.#at += code.length;
      return value;
    }
    return assert.fail('no such Huffman code');
  }

  value(size: number): number {
    if (size === 0) return 0;
    const bits = this.take(size);
    const value = Number.parseInt(bits, 2);
    return bits.startsWith('1') ? value : value - 2 ** size + 1;
  }

  assertAtEnd(): void {
    assert.match(this.#bits.slice(this.#at), /^1{0,7}$/, 'more bits than MCUs');
  }
}

function decodeBlock(reader: BitReader, component: number, predicted: number[]): Block {
  const table = Math.min(component, 1);
  const dc = (predicted[component] ?? 0) + reader.value(reader.symbol(dcCodes[table] ?? assert.fail()));
  predicted[component] = dc;
  let ac = 0;
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(acCodes[table] ?? assert.fail());
    if (symbol === 0) break;
    k += symbol >> 4;
    const value = reader.value(symbol & 15);
    if (k === 1) ac = value;
  }
  return { dc, ac };
}

/** Decodes one interval; asserts that it is so many MCUs and nothing more. */
export function decodeInterval(bytes: Uint8Array, sampling: ChromaSampling, mcus: number): Mcu[] {
  const reader = new BitReader(bytes);
  const predicted = [0, 0, 0];
  const decoded = Array.from({ length: mcus }, () =>
    componentsOf(sampling).map((component) => decodeBlock(reader, component, predicted)),
  );
  reader.assertAtEnd();
  return decoded;
}

/** Decodes a scan that ends with EOI; asserts that every marker is where and what it has to be. */
export function decodeScan(
  scan: Uint8Array,
  sampling: ChromaSampling,
  mcus: number,
  restartInterval: number,
): Mcu[] {
  const decoded: Mcu[] = [];
  let begin = 0;
  for (let at = 0; at + 1 < scan.length; at++) {
    const code = scan[at + 1] ?? 0;
    if (scan[at] !== 0xff || code === 0) continue;
    const count = Math.min(restartInterval, mcus - decoded.length);
    const interval = decoded.length / restartInterval;
    decoded.push(...decodeInterval(scan.subarray(begin, at), sampling, count));
    const isLast = decoded.length === mcus;
    assert.equal(code, isLast ? 0xd9 : 0xd0 + (interval % 8), `marker after interval ${String(interval)}`);
    begin = at + 2;
    at += 1;
  }
  assert.equal(begin, scan.length, 'bytes after EOI, or no EOI');
  assert.equal(decoded.length, mcus);
  return decoded;
}

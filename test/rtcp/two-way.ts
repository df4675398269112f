import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParseResult } from '../../lib/util/parse-result.js';
import { framed, framedOffset } from '../rtp/hex.js';

/** A packet as the wire has it, and what it says. */
export interface TwoWay<T> {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly packet: T;
}

/** Tests that each packet is written as its bytes and parsed from them. */
export function testTwoWay<T>(
  table: readonly TwoWay<T>[],
  write: (bytes: Uint8Array, offset: number, packet: T) => number,
  parse: (bytes: Uint8Array, offset: number) => ParseResult<T>,
): void {
  for (const { name, bytes, packet } of table) {
    test(`${name}: written`, () => {
      // 0xff all over, so that zeros have to be written, too.
      const written = framed(new Uint8Array(bytes.length).fill(0xff));
      assert.equal(write(written, framedOffset, packet), bytes.length);
      assert.deepEqual(written, framed(bytes));
    });

    test(`${name}: parsed`, () => {
      assert.deepEqual(parse(framed(bytes), framedOffset), { ok: true, value: packet });
    });
  }
}

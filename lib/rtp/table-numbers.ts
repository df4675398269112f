import { quantizationTableBytes } from '../jpeg/index.js';
import { qInBand } from './jpeg-main-header.js';

const firstNumber = 128;
const maxTables = qInBand - firstNumber;

/**
 * Gives each pair of quantization tables of a stream a number Q of its own: 128..254, which stand for the same tables
 * as long as the stream lasts (RFC 2435 section 3.1.8), so that a receiver may use them again.
 */
export class TableNumbers {
  // By Q - 128: both tables, one after the other.
  readonly #pairs: Uint8Array[] = [];

  /**
   * @param bytes - the JPEG file; both offsets count from its beginning
   * @returns Q; 255, which stands for nothing, when all numbers are taken
   */
  numberOf(bytes: Uint8Array, luminanceOffset: number, chrominanceOffset: number): number {
    for (let i = 0; i < this.#pairs.length; i++) {
      if (this.#isPair(i, bytes, luminanceOffset, chrominanceOffset)) return firstNumber + i;
    }
    if (this.#pairs.length === maxTables) return qInBand;
    const pair = new Uint8Array(2 * quantizationTableBytes);
    pair.set(bytes.subarray(luminanceOffset, luminanceOffset + quantizationTableBytes));
    pair.set(
      bytes.subarray(chrominanceOffset, chrominanceOffset + quantizationTableBytes),
      quantizationTableBytes,
    );
    this.#pairs.push(pair);
    return firstNumber + this.#pairs.length - 1;
  }

  #isPair(index: number, bytes: Uint8Array, luminanceOffset: number, chrominanceOffset: number): boolean {
    const pair = this.#pairs[index];
    for (let i = 0; i < quantizationTableBytes; i++) {
      if (pair?.[i] !== bytes[luminanceOffset + i]) return false;
      if (pair?.[quantizationTableBytes + i] !== bytes[chrominanceOffset + i]) return false;
    }
    return true;
  }
}

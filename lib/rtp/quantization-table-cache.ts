import { staticQuantizationTables, type QuantizationTableData } from '../jpeg/index.js';
import { qInBand } from './jpeg-main-header.js';

/** Which quantization tables a Q stands for (RFC 2435 sections 3.1.8 and 4.2). At most 226 of them are kept. */
export class QuantizationTableCache {
  readonly #tablesByQ: (QuantizationTableData | undefined)[] = [];

  /** Keeps tables that came with a frame, for later ones that have none. Those of Q 255 hold for their frame alone. */
  keep(q: number, tables: QuantizationTableData): void {
    if (q === qInBand || isEqual(tables, this.#tablesByQ[q])) return;
    this.#tablesByQ[q] = { bytes: new Uint8Array(tables.bytes), precision: tables.precision };
  }

  /** @returns nothing when no frame brought the tables yet */
  find(q: number): QuantizationTableData | undefined {
    if (q < 100) this.#tablesByQ[q] ??= { bytes: staticQuantizationTables(q), precision: 0 };
    return this.#tablesByQ[q];
  }

  clear(): void {
    this.#tablesByQ.length = 0;
  }
}

/** Whether two frames have the same tables. */
export function isEqual(one: QuantizationTableData, other: QuantizationTableData | undefined): boolean {
  if (one === other) return true;
  if (one.precision !== other?.precision || one.bytes.length !== other.bytes.length) return false;
  for (let i = 0; i < one.bytes.length; i++) if (one.bytes[i] !== other.bytes[i]) return false;
  return true;
}

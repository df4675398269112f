import { markAsUntransferable } from 'node:worker_threads';
import { fieldsPerSlot, slotField } from '../native/core-addon.js';

/**
 * The memory of a camera's frames, made once. The addon writes a frame's bytes into a slot and its numbers into
 * the fields, then hands the slot's number over; it touches neither again until the slot is released.
 */
export class SlotMemory {
  readonly buffers: ArrayBuffer[];
  readonly fields: Float64Array;
  readonly #views: Uint8Array<ArrayBuffer>[];

  constructor(slots: number, slotBytes: number) {
    this.buffers = Array.from({ length: slots }, () => untransferable(slotBytes));
    this.#views = this.buffers.map((buffer) => new Uint8Array(buffer));
    this.fields = new Float64Array(slots * fieldsPerSlot);
    markAsUntransferable(this.fields.buffer);
  }

  /** All of a slot's memory; the frame is at its beginning. */
  view(slot: number): Uint8Array<ArrayBuffer> {
    const view = this.#views[slot];
    if (!view) throw new RangeError(`no slot ${String(slot)}`);
    return view;
  }

  field(slot: number, name: keyof typeof slotField): number {
    return this.fields[slot * fieldsPerSlot + slotField[name]] ?? Number.NaN;
  }

  /**
   * Whether somebody took the slot's memory away: newer versions of Node let ArrayBuffer.prototype.transfer() do
   * that in spite of markAsUntransferable().
   */
  isDetached(slot: number): boolean {
    return this.view(slot).byteLength === 0;
  }

  /** New memory for a slot that lost its own. */
  replace(slot: number, slotBytes: number): ArrayBuffer {
    const buffer = untransferable(slotBytes);
    this.buffers[slot] = buffer;
    this.#views[slot] = new Uint8Array(buffer);
    return buffer;
  }
}

export function untransferable(bytes: number): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes);
  markAsUntransferable(buffer);
  return buffer;
}

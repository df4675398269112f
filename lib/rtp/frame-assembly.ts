import { jpegFileHeaderMaxBytes, type ChromaSampling, type QuantizationTableData } from '../jpeg/index.js';
import type { NtpTimestamp } from '../util/ntp-timestamp.js';
import { FragmentList } from './fragment-list.js';
import type { FrameMemory } from './frame-memory.js';
import { jpegType } from './jpeg-main-header.js';
import type { JpegPayload } from './jpeg-payload.js';
import type { PacketDropReason } from './packet-drops.js';
import type { PictureSize } from './picture-size.js';

/** Where a frame's scan begins in its memory: in front of it is room for the header of the file. */
export const scanOffset = jpegFileHeaderMaxBytes;

/** Behind the scan is room for EOI. */
export const eoiBytes = 2;
const maxTableBytes = 256;

/**
 * A frame while its packets come, in any order. Their data is copied once, to its place in the file. One object serves
 * for many frames, one after the other.
 */
export class FrameAssembly {
  rtpTimestamp = 0;
  width = 0;
  height = 0;
  q = 0;
  restartInterval = 0;
  firstPacketUs = 0;
  lastPacketUs = 0;
  /** When the first packet of a later frame came; Infinity: none has. */
  laterFrameUs = Infinity;
  captureNtp: NtpTimestamp | undefined;
  /** Those that came with the frame. */
  tables: QuantizationTableData | undefined;
  readonly fragments = new FragmentList();
  #memory: FrameMemory;
  #type = 0;
  #widthUnits = 0;
  #heightUnits = 0;
  #scanBytes = -1;
  readonly #tableMemory = new Uint8Array(maxTableBytes);

  /** @param memory - with one lease */
  constructor(memory: FrameMemory) {
    this.#memory = memory;
  }

  /** Makes it the frame of a packet, the first one of it that came. The packet has still to be added. */
  begin(payload: JpegPayload, rtpTimestamp: number, size: PictureSize, nowUs: number): void {
    this.rtpTimestamp = rtpTimestamp;
    this.width = size.width;
    this.height = size.height;
    this.q = payload.q;
    this.restartInterval = payload.restartInterval;
    this.firstPacketUs = nowUs;
    this.lastPacketUs = nowUs;
    this.laterFrameUs = Infinity;
    this.captureNtp = undefined;
    this.tables = undefined;
    this.fragments.clear();
    this.#type = payload.type;
    this.#widthUnits = payload.widthUnits;
    this.#heightUnits = payload.heightUnits;
    this.#scanBytes = -1;
  }

  /** Where the scan is, from {@link scanOffset} on. */
  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  get sampling(): ChromaSampling {
    return (this.#type & ~jpegType.restartFlag) === jpegType.yuv420 ? '4:2:0' : '4:2:2';
  }

  /** -1 until the packet with the marker has come. */
  get scanBytes(): number {
    return this.#scanBytes;
  }

  /** Fragments don't overlap: they are all there when together they are as long as the scan. */
  get isComplete(): boolean {
    return this.fragments.receivedBytes === this.#scanBytes;
  }

  /** Of a complete frame: whether its scan is EOI alone, which is no picture. */
  get isEmpty(): boolean {
    return (
      this.#scanBytes === eoiBytes && this.bytes[scanOffset] === 0xff && this.bytes[scanOffset + 1] === 0xd9
    );
  }

  /** @returns nothing, or why the packet does not belong here: nothing has changed then */
  add(
    bytes: Uint8Array,
    payload: JpegPayload,
    hasMarker: boolean,
    nowUs: number,
  ): PacketDropReason | undefined {
    const begin = payload.fragmentOffset;
    const end = begin + payload.dataBytes;
    if (!this.#agrees(payload) || !this.#canEnd(end, hasMarker)) return 'contradictory';
    if (payload.dataBytes > 0) {
      const outcome = this.fragments.add(begin, end, payload);
      if (outcome !== 'added') return outcome;
      this.#memory.reserve(scanOffset + end + eoiBytes);
      const data = bytes.subarray(payload.dataOffset, payload.dataOffset + payload.dataBytes);
      this.#memory.bytes.set(data, scanOffset + begin);
    }
    if (hasMarker) this.#scanBytes = end;
    if (payload.tableBytes > 0) this.#keepTables(bytes, payload);
    this.lastPacketUs = nowUs;
    return undefined;
  }

  /** Hands the frame's memory over, with its lease, in exchange for that of a frame to come. */
  exchangeMemory(memory: FrameMemory): FrameMemory {
    const mine = this.#memory;
    this.#memory = memory;
    return mine;
  }

  #keepTables(bytes: Uint8Array, { tablesOffset, tableBytes, tablePrecision }: JpegPayload): void {
    const tables = this.#tableMemory.subarray(0, tableBytes);
    tables.set(bytes.subarray(tablesOffset, tablesOffset + tableBytes));
    this.tables = { bytes: tables, precision: tablePrecision };
  }

  /** Whether a packet's last byte may lie there: the marker is on the last packet, and the scan has one end. */
  #canEnd(end: number, hasMarker: boolean): boolean {
    if (this.#scanBytes >= 0) return hasMarker ? end === this.#scanBytes : end <= this.#scanBytes;
    return !hasMarker || end >= this.fragments.end;
  }

  #agrees(payload: JpegPayload): boolean {
    return (
      payload.type === this.#type &&
      payload.q === this.q &&
      payload.widthUnits === this.#widthUnits &&
      payload.heightUnits === this.#heightUnits &&
      payload.restartInterval === this.restartInterval
    );
  }
}

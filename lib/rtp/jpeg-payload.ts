import { quantizationTableCount } from '../jpeg/index.js';
import { jpegMainHeaderBytes, jpegType, parseJpegMainHeader, qInBand } from './jpeg-main-header.js';
import type { PacketDropReason } from './packet-drops.js';
import { parseQuantizationTableHeader, quantizationTableHeaderBytes } from './quantization-table-header.js';
import { parseRestartMarkerHeader, restartMarkerHeaderBytes } from './restart-marker-header.js';
import type { RtpPacket } from './rtp-header.js';

/**
 * What the headers of one RTP/JPEG payload say (RFC 2435 sections 3.1.1 to 3.1.8), and where its data lies. One object
 * serves for all packets: read() fills its fields.
 */
export class JpegPayload {
  fragmentOffset = 0;
  /** 0, 1, 64 or 65. */
  type = 0;
  /** 1..99 or 128..255. */
  q = 0;
  widthUnits = 0;
  heightUnits = 0;
  /** MCUs; 0: no restart markers. */
  restartInterval = 0;
  isChunkBegin = false;
  isChunkEnd = false;
  restartCount = 0;
  /** Quantization tables in the packet; 0 bytes: there are none. */
  tablesOffset = 0;
  tableBytes = 0;
  tablePrecision = 0;
  dataOffset = 0;
  dataBytes = 0;

  /** @returns nothing, or why the packet can't be used: some fields are of another packet then */
  read(bytes: Uint8Array, packet: RtpPacket): PacketDropReason | undefined {
    const main = parseJpegMainHeader(bytes, packet.payloadOffset);
    if (!main.ok) return 'malformed';
    const { typeSpecific, fragmentOffset, type, q, widthUnits, heightUnits } = main.value;
    // Section 4.1: other values of type-specific are fields of interlaced pictures.
    if (!isKnownType(type) || !isKnownQ(q) || typeSpecific !== 0) return 'unsupported';
    this.fragmentOffset = fragmentOffset;
    this.type = type;
    this.q = q;
    this.widthUnits = widthUnits;
    this.heightUnits = heightUnits;
    this.dataOffset = packet.payloadOffset + jpegMainHeaderBytes;
    if (!this.#readRestart(bytes) || !this.#readTables(bytes)) return 'malformed';
    // What was read may lie in the padding.
    this.dataBytes = packet.payloadOffset + packet.payloadBytes - this.dataOffset;
    // A sender that learns too late that the frame is over may say so in a packet without data.
    const mayBeEmpty = packet.marker && fragmentOffset > 0;
    return this.dataBytes > 0 || (this.dataBytes === 0 && mayBeEmpty) ? undefined : 'malformed';
  }

  // Section 3.1.7.
  #readRestart(bytes: Uint8Array): boolean {
    this.restartInterval = 0;
    if ((this.type & jpegType.restartFlag) === 0) return true;
    const restart = parseRestartMarkerHeader(bytes, this.dataOffset);
    if (!restart.ok) return false;
    this.restartInterval = restart.value.restartInterval;
    this.isChunkBegin = restart.value.first;
    this.isChunkEnd = restart.value.last;
    this.restartCount = restart.value.restartCount;
    this.dataOffset += restartMarkerHeaderBytes;
    return true;
  }

  // Section 3.1.8: in the first packet of a frame.
  #readTables(bytes: Uint8Array): boolean {
    this.tableBytes = 0;
    if (this.q < 128 || this.fragmentOffset > 0) return true;
    const tables = parseQuantizationTableHeader(bytes, this.dataOffset);
    if (!tables.ok) return false;
    this.tableBytes = tables.value.tableBytes;
    this.tablePrecision = tables.value.precision;
    this.tablesOffset = this.dataOffset + quantizationTableHeaderBytes;
    this.dataOffset = this.tablesOffset + this.tableBytes;
    // No tables: those that came before for the same Q hold.
    if (this.tableBytes === 0) return this.q !== qInBand;
    return quantizationTableCount(this.tableBytes, this.tablePrecision) > 0;
  }
}

// Section 4.1.
function isKnownType(type: number): boolean {
  const base = type & ~jpegType.restartFlag;
  return base === jpegType.yuv422 || base === jpegType.yuv420;
}

// Section 4.2: 0 and 100..127 are reserved.
function isKnownQ(q: number): boolean {
  return (q >= 1 && q <= 99) || q >= 128;
}

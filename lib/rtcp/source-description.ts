import { readUint32, writeUint32 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import { parseRtcpHeaderOf, rtcpHeaderBytes, rtcpPacketType, writeRtcpHeader } from './rtcp-header.js';
import { readText, writeText } from './text.js';

/** Item types (RFC 3550 section 6.5). */
const itemType = { end: 0, cname: 1 } as const;

/**
 * Who a source is: the SDES packet (RFC 3550 section 6.5). Of its items only CNAME has a use here.
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|   SC    |  PT=SDES=202  |             length            |
 * |                          SSRC of chunk                        |
 * |    CNAME=1    |     length    | user and domain name        ...
 * |   END=0, up to the next 32-bit boundary                       |
 * ```
 */
export interface SourceDescription {
  /** 0..31. */
  readonly chunks: readonly SourceDescriptionChunk[];
}

export interface SourceDescriptionChunk {
  /** 32 bits. */
  readonly ssrc: number;
  /** The same for all streams of one sender, also after their SSRC has changed. At most 255 bytes of UTF-8. */
  readonly cname?: string;
}

/** Writes the packet at offset, and returns its bytes. */
export function writeSourceDescription(
  bytes: Uint8Array,
  offset: number,
  { chunks }: SourceDescription,
): number {
  let at = offset + rtcpHeaderBytes;
  for (const { ssrc, cname } of chunks) {
    writeUint32(bytes, at, ssrc);
    at += 4;
    if (cname !== undefined) {
      bytes[at] = itemType.cname;
      at = writeText(bytes, at + 1, cname);
    }
    const end = nextChunk(at, offset);
    bytes.fill(itemType.end, at, end);
    at = end;
  }
  writeRtcpHeader(bytes, offset, chunks.length, rtcpPacketType.sourceDescription, at - offset);
  return at - offset;
}

/** Reads the packet at offset. Items other than CNAME are passed over. */
export function parseSourceDescription(bytes: Uint8Array, offset: number): ParseResult<SourceDescription> {
  const header = parseRtcpHeaderOf(rtcpPacketType.sourceDescription, bytes, offset);
  if (!header.ok) return header;
  const { count, packetBytes, paddingBytes } = header.value;
  const end = offset + packetBytes - paddingBytes;
  const chunks: SourceDescriptionChunk[] = [];
  let at = offset + rtcpHeaderBytes;
  while (chunks.length < count) {
    if (at + 4 > end) return malformed('SDES chunk cut short');
    const ssrc = readUint32(bytes, at);
    let cname: string | undefined;
    for (at += 4; at < end && bytes[at] !== itemType.end; at += 2 + (bytes[at + 1] ?? 0)) {
      const text = readText(bytes, at + 1, end);
      if (text === undefined) return malformed('SDES item cut short');
      if (bytes[at] === itemType.cname) cname = text;
    }
    if (at >= end) return malformed('SDES chunk without an end');
    chunks.push(cname === undefined ? { ssrc } : { ssrc, cname });
    at = nextChunk(at, offset);
  }
  return parsed({ chunks });
}

/** Where the chunk ends whose END item stands at endOffset: at least one zero, then up to a boundary of 32 bits. */
function nextChunk(endOffset: number, packetOffset: number): number {
  return packetOffset + 4 * (Math.floor((endOffset - packetOffset) / 4) + 1);
}

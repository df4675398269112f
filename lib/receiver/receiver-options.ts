import { StreamerError } from '../errors/index.js';
import { absCaptureTimeUri } from '../rtp/index.js';
import { parseIpAddress, parseSession } from '../sdp/index.js';
import { fileFailure, readRegularFile } from '../util/files.js';

/** The longest session description that is read. */
const maxDescriptionBytes = 65_536;

/** What is received, and how. */
export interface ReceiverOptions {
  /**
   * Name or address: one of this machine, a multicast group, which is joined, or `0.0.0.0` or `::` for any. Default
   * `0.0.0.0`.
   */
  readonly address?: string;
  /** UDP port, 0..65535; 0: any. */
  readonly port: number;
  /**
   * Port for RTCP, 1..65535; `port` itself means both on one (RFC 5761). Default the one after `port`, or no RTCP where
   * somebody else has that.
   */
  readonly rtcpPort?: number;
  /** `false`: no RTCP. Without it frames tell their time of capture only where the sender adds it to each. */
  readonly rtcp?: boolean;
  /** Take this stream only, 32 bits; default the first one that comes. */
  readonly ssrc?: number;
  /** 0..127, default 26. */
  readonly payloadType?: number;
  /** The picture's true size in pixels, where RTP can't say it: above 2040, or no multiple of 8. */
  readonly size?: { readonly width: number; readonly height: number };
  /** How long a frame is waited for whose packets are missing, from the first packet of the next; default 50. */
  readonly latencyMs?: number;
  /** Whether lost restart intervals are filled from the frame before, default true. */
  readonly conceal?: boolean;
  /** Longest JPEG taken, 1024..2^24, default 4 MiB. */
  readonly maxFrameBytes?: number;
  /** Identifier of the header extension abs-capture-time, 1..14, default 1. */
  readonly absCaptureTimeId?: number;
  /** Network interface for a multicast group, by name; default by the routing table. */
  readonly multicastInterface?: string;
  /** Take a multicast group's packets from this numeric address only. */
  readonly sourceAddress?: string;
}

/**
 * The options that a text stands for: `rtp://ADDRESS:PORT`, or the path of a session description (RFC 8866).
 *
 * @throws StreamerError ERR_INVALID_ARGUMENT, ERR_FILE_NOT_FOUND, ERR_FILE_FORMAT
 */
export function parseReceiverSource(source: string): ReceiverOptions {
  const url = /^rtp:\/\/(?:\[([^\]/]+)\]|([^:/[\]]*))(?::(\d{1,5}))?\/?$/i.exec(source);
  if (url) {
    const address = url[1] ?? url[2] ?? '';
    if (url[3] === undefined) throw invalid(`${source} has no port: write rtp://ADDRESS:PORT`);
    return { port: Number(url[3]), ...(address !== '' && { address }) };
  }
  if (source.includes('://')) throw invalid(`${source} is not rtp://ADDRESS:PORT, and not a file`);
  return describedOptions(source, readDescription(source));
}

function readDescription(file: string): string {
  try {
    return readRegularFile(file, maxDescriptionBytes).toString();
  } catch (error) {
    const message = `the session description ${file} cannot be read (${fileFailure(error)})`;
    throw new StreamerError('ERR_FILE_NOT_FOUND', message, error);
  }
}

function describedOptions(file: string, text: string): ReceiverOptions {
  const session = parseSession(text);
  if (!session.ok)
    throw new StreamerError('ERR_FILE_FORMAT', `the session description ${file}: ${session.reason}`);
  const { address, port, payloadType, rtcpPort, size, ssrc, sourceAddress, headerExtensions } = session.value;
  const numeric = parseIpAddress(address);
  const extension = headerExtensions.find(({ uri }) => uri === absCaptureTimeUri);
  return {
    // Who is sent to may have that address from another network's point of view only.
    address: numeric?.isMulticast ? address : numeric?.version === 6 ? '::' : '0.0.0.0',
    port,
    payloadType,
    rtcp: rtcpPort !== undefined,
    ...(rtcpPort !== undefined && { rtcpPort }),
    ...(size && { size }),
    ...(ssrc !== undefined && { ssrc }),
    ...(sourceAddress !== undefined && { sourceAddress }),
    ...(extension && { absCaptureTimeId: extension.id }),
  };
}

/** @throws StreamerError ERR_INVALID_ARGUMENT that names the option */
export function checkReceiverOptions(options: ReceiverOptions): void {
  checkRange('port', options.port, 0, 65_535);
  checkRange('rtcpPort', options.rtcpPort ?? 1, 1, 65_535);
  checkRange('ssrc', options.ssrc ?? 0, 0, 2 ** 32 - 1);
  checkRange('payloadType', options.payloadType ?? 26, 0, 127);
  checkRange('size.width', options.size?.width ?? 1, 1, 65_500);
  checkRange('size.height', options.size?.height ?? 1, 1, 65_500);
  checkRange('maxFrameBytes', options.maxFrameBytes ?? 1024, 1024, 2 ** 24);
  checkRange('absCaptureTimeId', options.absCaptureTimeId ?? 1, 1, 14);
  const { latencyMs = 0 } = options;
  if (!(latencyMs >= 0 && latencyMs <= 10_000))
    throw invalid(`latencyMs is 0..10000, not ${String(latencyMs)}`);
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(`${name} is ${String(min)}..${String(max)}, not ${String(value)}`);
}

function invalid(message: string): StreamerError {
  return new StreamerError('ERR_INVALID_ARGUMENT', message);
}

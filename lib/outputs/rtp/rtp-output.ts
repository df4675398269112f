import { randomInt } from 'node:crypto';
import type { Frame, FrameConsumer } from '../../camera/index.js';
import { StreamerError } from '../../errors/index.js';
import { JpegParser } from '../../jpeg/index.js';
import { resolveHost } from '../../net/resolve-host.js';
import { UdpSocket, type UdpStatistics } from '../../net/udp-socket.js';
import { JpegPacketizer, PacketBatch, type QuantizationTables } from '../../rtp/index.js';

export interface RtpOutputOptions {
  /** Name or address of the receiver. */
  readonly host: string;
  /** 1..65535. */
  readonly port: number;
  /** 0..65535; default 0: any. */
  readonly localPort?: number;
  /** Longest RTP packet in bytes, header and all; 256..65507, default 1400. */
  readonly mtu?: number;
  /** Differentiated services code point, 0..63, default 0. */
  readonly dscp?: number;
  /** 32 bits; default random. */
  readonly ssrc?: number;
  /** Default `in-band`: in every frame, which all receivers understand. */
  readonly quantizationTables?: QuantizationTables;
}

export interface RtpOutputStatistics {
  readonly framesSent: number;
  /** The destination's name has not been resolved yet. */
  readonly framesDroppedNotReady: number;
  /** Too many frames were still on their way. */
  readonly framesDroppedBusy: number;
  /** Absent until the socket is open. */
  readonly socket?: UdpStatistics;
}

interface BatchInFlight {
  readonly id: number;
  readonly packets: PacketBatch;
  frame: Frame | undefined;
}

/** Sends a camera's frames as RTP/JPEG (RFC 2435) to one receiver. */
export class RtpOutput implements FrameConsumer {
  readonly ssrc: number;
  readonly #options: RtpOutputOptions;
  readonly #parser = new JpegParser();
  readonly #packetizer: JpegPacketizer;
  // One for each frame on its way: as many as were needed so far, and never more than the camera has slots.
  readonly #batches: BatchInFlight[] = [];
  #socket: UdpSocket | undefined;
  #closed = false;
  #framesSent = 0;
  #framesDroppedNotReady = 0;
  #framesDroppedBusy = 0;

  /** @throws StreamerError ERR_INVALID_ARGUMENT */
  constructor(options: RtpOutputOptions) {
    const { mtu = 1400, ssrc = randomInt(2 ** 32), quantizationTables = 'in-band' } = options;
    checkRange('port', options.port, 1, 65535);
    checkRange('localPort', options.localPort ?? 0, 0, 65535);
    checkRange('mtu', mtu, 256, 65507);
    checkRange('dscp', options.dscp ?? 0, 0, 63);
    checkRange('ssrc', ssrc, 0, 2 ** 32 - 1);
    this.#options = options;
    this.ssrc = ssrc;
    this.#packetizer = new JpegPacketizer({
      mtu,
      ssrc,
      quantizationTables,
      initialSequenceNumber: randomInt(2 ** 16),
      rtpTimestampOffset: randomInt(2 ** 32),
    });
  }

  /** Where it sends to, for people. */
  get destination(): string {
    const { host, port } = this.#options;
    return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
  }

  /** Port that packets leave from; 0 until start() has resolved. */
  get localPort(): number {
    return this.#socket?.localPort ?? 0;
  }

  /**
   * Resolves the receiver's name and opens the socket. Until then frames are counted and dropped. May be called
   * again after it has failed.
   *
   * @throws StreamerError ERR_HOST_NOT_FOUND, ERR_SOCKET, ERR_CLOSED
   */
  async start(): Promise<void> {
    const { host, port, localPort = 0, dscp = 0 } = this.#options;
    const address = await resolveHost(host);
    if (this.#closed)
      throw new StreamerError('ERR_CLOSED', `the output to ${this.destination} has been closed`);
    this.#socket ??= new UdpSocket({ address, port, localPort, dscp }, (id) => {
      this.#finish(id);
    });
  }

  /**
   * Sends a frame. It is kept until its last byte has left.
   *
   * @throws StreamerError ERR_JPEG_... when RFC 2435 cannot carry it
   */
  take(frame: Frame): void {
    const socket = this.#socket;
    if (!socket) {
      this.#framesDroppedNotReady += 1;
      return;
    }
    const batch = this.#freeBatch();
    const { memory } = frame;
    const refusal =
      this.#parser.parse(memory, frame.byteLength, frame.isPassedThrough ? 'search' : 'file-end') ??
      this.#packetizer.packetize(this.#parser, memory, frame.captureTimeUs, batch.packets);
    if (refusal) throw new StreamerError(refusal.code, refusal.message);
    if (!socket.send(batch.id, batch.packets, memory)) {
      this.#framesDroppedBusy += 1;
      return;
    }
    batch.frame = frame.retain();
    this.#framesSent += 1;
  }

  statistics(): RtpOutputStatistics {
    return {
      framesSent: this.#framesSent,
      framesDroppedNotReady: this.#framesDroppedNotReady,
      framesDroppedBusy: this.#framesDroppedBusy,
      ...(this.#socket && { socket: this.#socket.statistics() }),
    };
  }

  /** Resolves when what was taken has left. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#socket?.close();
    // The last batches' completion may not have been delivered.
    for (const { id } of this.#batches) this.#finish(id);
  }

  // A plain loop: find() would make a closure for every frame.
  #freeBatch(): BatchInFlight {
    for (const batch of this.#batches) if (!batch.frame) return batch;
    const batch = { id: this.#batches.length, packets: new PacketBatch(), frame: undefined };
    this.#batches.push(batch);
    return batch;
  }

  #finish(id: number): void {
    const batch = this.#batches[id];
    const frame = batch?.frame;
    if (!batch || !frame) return;
    batch.frame = undefined;
    frame.release();
  }
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = `${String(min)}..${String(max)}`;
  throw new StreamerError('ERR_INVALID_ARGUMENT', `${name} is ${range}, not ${String(value)}`);
}

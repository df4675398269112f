import { StreamerError } from '../errors/index.js';
import type { SocketAddress } from '../util/socket-address.js';
import { writeBye } from './bye.js';
import { parseCompoundPacket, type CompoundRule } from './compound-packet.js';
import { KnownReceivers, type ReceptionStatistics } from './known-receivers.js';
import { compactNtp, ntpFromUnixUs } from './ntp-timestamp.js';
import { writeReceiverReport } from './receiver-report.js';
import type { ReportBlock } from './report-block.js';
import { deterministicIntervalUs, rtcpIntervalUs, type RtcpGroup } from './rtcp-interval.js';
import { writeSenderReport } from './sender-report.js';
import { SentReports } from './sent-reports.js';
import { writeSourceDescription } from './source-description.js';
import { maxTextBytes, textBytes } from './text.js';

export interface SenderSessionOptions {
  /** Of the stream; 32 bits. */
  readonly ssrc: number;
  /** The same for all streams of one device, so that receivers can align them. 1..255 bytes of UTF-8. */
  readonly cname: string;
  /** Of the stream's RTP timestamps. */
  readonly clockRateHz: number;
  /** Evenly distributed in 0..1, 1 excluded. */
  readonly random: () => number;
  /** What receivers' RTCP may begin with; default `report-first`. */
  readonly compoundRule?: CompoundRule;
  /**
   * The number of the first packet, 16 bits; the following packets are numbered without gaps. With it a report counts only if it
   * names a sequence number that was sent in the last 10 s, and one of the last 64 sender reports. A report may name no
   * sender report while none has reached a receiver at its address. Absent: reports are not checked.
   */
  readonly initialSequenceNumber?: number;
}

export interface SenderSessionStatistics {
  readonly reportsSent: number;
  /** Compound packets that came in, the two below included. */
  readonly packetsReceived: number;
  /** They break RFC 3550. */
  readonly packetsMalformed: number;
  /**
   * They say nothing about this stream, or come from where no receiver of it is, or name packets that were not sent
   * lately.
   */
  readonly packetsForeign: number;
  /** Those heard from lately, at most 32. */
  readonly receivers: readonly ReceptionStatistics[];
}

/** The most that a compound can have: a report of 28 bytes, SDES of 268, BYE of 264. */
const maxCompoundBytes = 560;

/** 5 % of an assumed 1 Mbit/s. With it the shortest interval decides for as many receivers as are kept. */
const rtcpBytesPerSecond = 6250;

/** IPv4 and UDP, which count as RTCP's bandwidth, too (RFC 3550 section 6.2). */
const transportBytes = 28;

/** A receiver that has received nothing since its last report, 7 s ago at most, says nothing about the stream. */
const recentUs = 10_000_000;

/** Who is silent for so many intervals has left (RFC 3550 section 6.3.5). */
const silentIntervals = 5;

/**
 * RTCP of one stream that is sent: counts it, composes reports, and keeps what receivers report (RFC 3550 section 6).
 * It knows neither clock nor socket: every `nowUs` is CLOCK_MONOTONIC, and the caller sends what it composes.
 *
 * An SSRC belongs to the address and port from which it was heard first, until it leaves or is silent for 25 s.
 */
export class SenderSession {
  readonly #options: SenderSessionOptions;
  readonly #memory = new Uint8Array(maxCompoundBytes);
  readonly #sentReports = new SentReports();
  readonly #receivers = new KnownReceivers();
  #packetCount = 0;
  #octetCount = 0;
  #nextReportUs = Infinity;
  #lastReportBytes = 0;
  // The packet count at the last two reports.
  #lastReportPackets = 0;
  #secondLastReportPackets = 0;
  #reportsSent = 0;
  #packetsReceived = 0;
  #packetsMalformed = 0;
  #packetsForeign = 0;

  /** @throws StreamerError ERR_INVALID_ARGUMENT */
  constructor(options: SenderSessionOptions) {
    const cnameBytes = textBytes(options.cname);
    if (cnameBytes === 0 || cnameBytes > maxTextBytes) {
      const message = `cname has 1..${String(maxTextBytes)} bytes, not ${String(cnameBytes)}`;
      throw new StreamerError('ERR_INVALID_ARGUMENT', message);
    }
    this.#options = options;
  }

  /** When the next report is due: Infinity before anything has been sent, then 0, which is at once. */
  get nextReportUs(): number {
    return this.#nextReportUs;
  }

  /** Counts what has been sent; for every frame, so nothing is allocated. payloadBytes: without headers and padding. */
  onSent(packets: number, payloadBytes: number): void {
    if (this.#packetCount === 0 && packets > 0) this.#nextReportUs = 0;
    this.#packetCount += packets;
    this.#octetCount += payloadBytes;
  }

  /**
   * Composes a report with SDES, and sets when the next one is due.
   *
   * @param unixOffsetUs - CLOCK_REALTIME - CLOCK_MONOTONIC
   * @param rtpTimestamp - of the moment nowUs
   * @returns memory that the next report overwrites
   */
  writeReport(nowUs: number, unixOffsetUs: number, rtpTimestamp: number): Uint8Array {
    const bytes = this.#writeReportAndSource(nowUs, unixOffsetUs, rtpTimestamp);
    this.#lastReportBytes = bytes;
    this.#reportsSent += 1;
    this.#forgetSilent(nowUs);
    this.#nextReportUs = nowUs + rtcpIntervalUs(this.#group(this.#isSending()), this.#options.random());
    this.#secondLastReportPackets = this.#lastReportPackets;
    this.#lastReportPackets = this.#packetCount;
    return this.#memory.subarray(0, bytes);
  }

  /**
   * Composes the last report, with BYE. No other is due after it.
   *
   * @returns memory that the next report overwrites; nothing when nothing has been sent: who was never heard takes no
   *   leave (RFC 3550 section 6.3.7)
   */
  writeBye(
    nowUs: number,
    unixOffsetUs: number,
    rtpTimestamp: number,
    reason?: string,
  ): Uint8Array | undefined {
    this.#nextReportUs = Infinity;
    if (this.#packetCount === 0) return undefined;
    const bytes = this.#writeReportAndSource(nowUs, unixOffsetUs, rtpTimestamp);
    const ssrcs = [this.#options.ssrc];
    const byeBytes = writeBye(this.#memory, bytes, reason === undefined ? { ssrcs } : { ssrcs, reason });
    return this.#memory.subarray(0, bytes + byeBytes);
  }

  /**
   * Takes in what has come from a receiver. Never throws: what is malformed or foreign is counted.
   *
   * @param from - absent where only one receiver can send it
   * @returns whether it says something about the stream that counts
   */
  onReceived(bytes: Uint8Array, nowUs: number, from?: SocketAddress): boolean {
    this.#packetsReceived += 1;
    const compound = parseCompoundPacket(bytes, this.#options.compoundRule);
    if (!compound.ok) {
      this.#packetsMalformed += 1;
      return false;
    }
    let concernsUs = false;
    for (const packet of compound.value) {
      switch (packet.type) {
        case 'sender-report':
        case 'receiver-report':
          for (const block of packet.reportBlocks) {
            if (this.#onReportBlock(packet.ssrc, block, nowUs, from)) concernsUs = true;
          }
          break;
        case 'bye':
          for (const ssrc of packet.ssrcs) if (this.#receivers.leave(ssrc, from)) concernsUs = true;
          break;
        case 'source-description':
          break;
      }
    }
    if (!concernsUs) this.#packetsForeign += 1;
    return concernsUs;
  }

  /** Counts what has come from an address where no receiver of the stream is. */
  onForeign(): void {
    this.#packetsReceived += 1;
    this.#packetsForeign += 1;
  }

  statistics(nowUs: number): SenderSessionStatistics {
    this.#forgetSilent(nowUs);
    return {
      reportsSent: this.#reportsSent,
      packetsReceived: this.#packetsReceived,
      packetsMalformed: this.#packetsMalformed,
      packetsForeign: this.#packetsForeign,
      receivers: this.#receivers.statistics(nowUs, this.#options.clockRateHz),
    };
  }

  #writeReportAndSource(nowUs: number, unixOffsetUs: number, rtpTimestamp: number): number {
    const { ssrc, cname } = this.#options;
    const reportBlocks: ReportBlock[] = [];
    let bytes: number;
    if (this.#isSending()) {
      const ntp = ntpFromUnixUs(nowUs + unixOffsetUs);
      const counts = { packetCount: this.#packetCount, octetCount: this.#octetCount };
      bytes = writeSenderReport(this.#memory, 0, { ssrc, ntp, rtpTimestamp, ...counts, reportBlocks });
      this.#sentReports.add(compactNtp(ntp), nowUs, this.#packetCount);
    } else {
      bytes = writeReceiverReport(this.#memory, 0, { ssrc, reportBlocks });
    }
    return bytes + writeSourceDescription(this.#memory, bytes, { chunks: [{ ssrc, cname }] });
  }

  /** @returns whether the block is about the stream, and counts */
  #onReportBlock(
    reporter: number,
    block: ReportBlock,
    nowUs: number,
    from: SocketAddress | undefined,
  ): boolean {
    if (block.ssrc !== this.#options.ssrc || !this.#isPlausible(block, nowUs, from)) return false;
    const roundTripUs = this.#sentReports.roundTripUs(block, nowUs);
    return this.#receivers.report(reporter, block, roundTripUs, nowUs, from);
  }

  /** Only a receiver knows what it was sent: sequence numbers, which can be guessed, and reports, which cannot. */
  #isPlausible(block: ReportBlock, nowUs: number, from: SocketAddress | undefined): boolean {
    const { initialSequenceNumber } = this.#options;
    if (initialSequenceNumber === undefined) return true;
    const packetsSince =
      (initialSequenceNumber + this.#packetCount - 1 - block.highestSequenceNumber) & 0xffff;
    const recentPackets = this.#packetCount - this.#sentReports.packetCountAt(nowUs - recentUs);
    if (packetsSince >= recentPackets) return false;
    if (block.lastReportCompactNtp === 0)
      return from === undefined || !this.#receivers.hasReportsAt(from.address);
    return this.#sentReports.roundTripUs(block, nowUs) !== undefined;
  }

  /** Whether anything was sent since the last report but one: if not, we are no sender (RFC 3550 section 6.4). */
  #isSending(): boolean {
    return this.#packetCount > this.#secondLastReportPackets;
  }

  #group(isSender: boolean): RtcpGroup {
    return {
      members: 1 + this.#receivers.size,
      senders: this.#isSending() ? 1 : 0,
      isSender,
      averageRtcpBytes: this.#lastReportBytes + transportBytes,
      rtcpBytesPerSecond,
    };
  }

  #forgetSilent(nowUs: number): void {
    this.#receivers.forgetSilent(nowUs, silentIntervals * deterministicIntervalUs(this.#group(false)));
  }
}

import { isSameSocketAddress, type SocketAddress } from '../util/socket-address.js';
import { parseCompoundPacket, type RtcpPacket } from './compound-packet.js';
import { compactNtp } from './ntp-timestamp.js';
import { writeBye } from './bye.js';
import { writeReceiverReport } from './receiver-report.js';
import type { ReportBlock } from './report-block.js';
import { rtcpIntervalUs } from './rtcp-interval.js';
import { SenderClock } from './sender-clock.js';
import type { SenderReport } from './sender-report.js';
import { writeSourceDescription } from './source-description.js';

export interface ReceiverSessionOptions {
  /** The receiver's own; 32 bits. */
  readonly ssrc: number;
  /** Who receives (RFC 7022). 1..255 bytes of UTF-8. */
  readonly cname: string;
  /** Of the stream's RTP timestamps. */
  readonly clockRateHz: number;
  /** Evenly distributed in 0..1, 1 excluded. */
  readonly random: () => number;
}

/** What a receiver has seen of the stream: a report block without what the sender's reports say. */
export type ReceptionFigures = Omit<ReportBlock, 'lastReportCompactNtp' | 'delaySinceLastReport'>;

/** The stream that is received, as far as its sender's reports have to agree with it. */
export interface ReceivedStream {
  /** 32 bits. */
  readonly ssrc: number;
  /** Where its RTP comes from. */
  readonly from: SocketAddress;
  /** How far an RTP timestamp lies from that of a packet which is captured now; microseconds. */
  readonly aheadUs: (rtpTimestamp: number, nowUs: number) => number;
}

/** Who sends the stream's reports, and is reported to. */
export interface RtcpPeer extends SocketAddress {
  /** Whether its reports come to the port of RTP (RFC 5761). */
  readonly isMuxed: boolean;
}

/**
 * What became of a compound: `foreign` is not of the stream's sender, `report` has its report, and `goodbye` its BYE as
 * well; `nothing` is neither.
 */
export type ReceivedCompound = 'foreign' | 'nothing' | 'report' | 'goodbye';

/**
 * A sender report is believed if its RTP timestamp lies so close to the stream's. Encoders and pacing make a difference
 * of less than a second. One forged report in 4700 is as close.
 */
const maxTimestampErrorUs = 5_000_000;

/** A peer that is silent for so long may have another port now, because a router has given it one. */
const peerSilentUs = 30_000_000;

/** A report of 32 bytes, SDES of 268, BYE of 8. */
const maxCompoundBytes = 320;

/** 5 % of an assumed 1 Mbit/s (RFC 3550 section 6.2). */
const rtcpBytesPerSecond = 6250;
const averageRtcpBytes = 128;

/**
 * RTCP of a receiver of one stream (RFC 3550 section 6): takes in the sender's reports, and composes its own. It knows
 * neither clock nor socket: every `nowUs` is CLOCK_MONOTONIC, and the caller sends what it composes.
 *
 * Reports may come from another port than RTP, but not from another address. The first one whose timestamp agrees with
 * the stream's makes its port the peer's; from then on only that port counts. A party that does not see the stream
 * cannot set its clock, end it, or turn the reports to another address. One that sees it can: RTCP has no signatures.
 */
export class ReceiverSession {
  readonly #options: ReceiverSessionOptions;
  readonly #memory = new Uint8Array(maxCompoundBytes);
  #stream: ReceivedStream | undefined;
  #peer: RtcpPeer | undefined;
  #peerHeardUs = 0;
  #clock: SenderClock;
  #lastReport: { readonly report: SenderReport; readonly arrivalUs: number } | undefined;
  #cname: string | undefined;
  #packetsReceived = 0;
  #packetsMalformed = 0;
  #packetsForeign = 0;
  #reportsSent = 0;

  constructor(options: ReceiverSessionOptions) {
    this.#options = options;
    this.#clock = new SenderClock(options.clockRateHz);
  }

  /** Another stream is received now, of which nothing is known. */
  begin(stream: ReceivedStream): void {
    this.#stream = stream;
    this.#peer = undefined;
    this.#clock = new SenderClock(this.#options.clockRateHz);
    this.#lastReport = undefined;
    this.#cname = undefined;
  }

  /** What the stream's timestamps mean. */
  get clock(): SenderClock {
    return this.#clock;
  }

  /** Where reports go; absent before the first report of the sender. */
  get peer(): RtcpPeer | undefined {
    return this.#peer;
  }

  /** Who sends; streams of one device share it. Absent until it was told. */
  get cname(): string | undefined {
    return this.#cname;
  }

  statistics(): {
    packetsReceived: number;
    packetsMalformed: number;
    packetsForeign: number;
    reportsSent: number;
  } {
    return {
      packetsReceived: this.#packetsReceived,
      packetsMalformed: this.#packetsMalformed,
      packetsForeign: this.#packetsForeign,
      reportsSent: this.#reportsSent,
    };
  }

  /**
   * Takes in what has come from the sender. Never throws: what is malformed or foreign is counted.
   *
   * @param isMuxed - whether it came to the port of RTP
   */
  onReceived(bytes: Uint8Array, from: SocketAddress, isMuxed: boolean, nowUs: number): ReceivedCompound {
    this.#packetsReceived += 1;
    if (!this.#mayBePeer(from, isMuxed, nowUs)) return this.#countForeign();
    const compound = parseCompoundPacket(bytes);
    if (!compound.ok) {
      this.#packetsMalformed += 1;
      return 'nothing';
    }
    const report = compound.value.find((packet) => this.#isStreamsReport(packet));
    if (report && !this.#agrees(report, nowUs)) return this.#countForeign();
    if (report) {
      this.#clock.onReport(report);
      this.#lastReport = { report, arrivalUs: nowUs };
      this.#peer = { address: from.address, port: from.port, isMuxed };
      this.#peerHeardUs = nowUs;
    } else if (!this.#isPeer(from, isMuxed)) {
      return this.#countForeign();
    }
    return this.#takeRest(compound.value) ? 'goodbye' : report ? 'report' : 'nothing';
  }

  /** Time from one report to the next. */
  intervalUs(): number {
    const group = { members: 2, senders: 1, isSender: false, averageRtcpBytes, rtcpBytesPerSecond };
    return rtcpIntervalUs(group, this.#options.random());
  }

  /**
   * Composes a report with SDES.
   *
   * @param figures - absent when nothing has been received since the last report
   * @param isLast - adds BYE
   * @returns memory that the next report overwrites
   */
  writeReport(nowUs: number, figures: ReceptionFigures | undefined, isLast = false): Uint8Array {
    const { ssrc, cname } = this.#options;
    const reportBlocks = figures ? [{ ...figures, ...this.#sinceLastReport(nowUs) }] : [];
    let bytes = writeReceiverReport(this.#memory, 0, { ssrc, reportBlocks });
    bytes += writeSourceDescription(this.#memory, bytes, { chunks: [{ ssrc, cname }] });
    if (isLast) bytes += writeBye(this.#memory, bytes, { ssrcs: [ssrc] });
    this.#reportsSent += 1;
    return this.#memory.subarray(0, bytes);
  }

  /** Whether the stream's sender may be there; until it is certain, any port of its address may be the one. */
  #mayBePeer(from: SocketAddress, isMuxed: boolean, nowUs: number): boolean {
    const stream = this.#stream;
    if (!stream) return false;
    if (this.#peer && nowUs - this.#peerHeardUs <= peerSilentUs) return this.#isPeer(from, isMuxed);
    return isMuxed ? isSameSocketAddress(from, stream.from) : from.address === stream.from.address;
  }

  #isPeer(from: SocketAddress, isMuxed: boolean): boolean {
    return this.#peer?.isMuxed === isMuxed && isSameSocketAddress(from, this.#peer);
  }

  #isStreamsReport(packet: RtcpPacket): packet is SenderReport & { type: 'sender-report' } {
    return packet.type === 'sender-report' && packet.ssrc === this.#stream?.ssrc;
  }

  #agrees({ rtpTimestamp }: SenderReport, nowUs: number): boolean {
    return Math.abs(this.#stream?.aheadUs(rtpTimestamp, nowUs) ?? Infinity) <= maxTimestampErrorUs;
  }

  #countForeign(): 'foreign' {
    this.#packetsForeign += 1;
    return 'foreign';
  }

  /** Takes in what the stream's sender says besides. @returns whether it says goodbye */
  #takeRest(packets: readonly RtcpPacket[]): boolean {
    const ssrc = this.#stream?.ssrc;
    let hasLeft = false;
    for (const packet of packets) {
      if (packet.type === 'source-description')
        this.#cname = packet.chunks.find((chunk) => chunk.ssrc === ssrc)?.cname ?? this.#cname;
      if (packet.type === 'bye') hasLeft ||= packet.ssrcs.some((left) => left === ssrc);
    }
    return hasLeft;
  }

  /** RFC 3550 section 6.4.1: by these the sender computes the round trip. */
  #sinceLastReport(nowUs: number): Pick<ReportBlock, 'lastReportCompactNtp' | 'delaySinceLastReport'> {
    if (!this.#lastReport) return { lastReportCompactNtp: 0, delaySinceLastReport: 0 };
    const { report, arrivalUs } = this.#lastReport;
    const delaySinceLastReport = Math.min(Math.round(((nowUs - arrivalUs) * 65_536) / 1e6), 2 ** 32 - 1);
    return { lastReportCompactNtp: compactNtp(report.ntp), delaySinceLastReport };
  }
}

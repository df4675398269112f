import { parseCompoundPacket } from './compound-packet.js';
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

/** A report of 32 bytes, SDES of 268, BYE of 8. */
const maxCompoundBytes = 320;

/** 5 % of an assumed 1 Mbit/s (RFC 3550 section 6.2). */
const rtcpBytesPerSecond = 6250;
const averageRtcpBytes = 128;

/**
 * RTCP of a receiver of one stream (RFC 3550 section 6): takes in the sender's reports, and composes its own. It knows
 * neither clock nor socket: every `nowUs` is CLOCK_MONOTONIC, and the caller sends what it composes.
 */
export class ReceiverSession {
  readonly #options: ReceiverSessionOptions;
  readonly #memory = new Uint8Array(maxCompoundBytes);
  #sourceSsrc: number | undefined;
  #clock: SenderClock;
  #lastReport: { readonly report: SenderReport; readonly arrivalUs: number } | undefined;
  #cname: string | undefined;
  #hasLeft = false;
  #packetsReceived = 0;
  #packetsMalformed = 0;
  #reportsSent = 0;

  constructor(options: ReceiverSessionOptions) {
    this.#options = options;
    this.#clock = new SenderClock(options.clockRateHz);
  }

  /** Another stream is received now, of which nothing is known. */
  begin(sourceSsrc: number): void {
    this.#sourceSsrc = sourceSsrc;
    this.#clock = new SenderClock(this.#options.clockRateHz);
    this.#lastReport = undefined;
    this.#cname = undefined;
    this.#hasLeft = false;
  }

  /** What the stream's timestamps mean. */
  get clock(): SenderClock {
    return this.#clock;
  }

  /** Whether the sender has said goodbye. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Who sends; streams of one device share it. Absent until it was told. */
  get cname(): string | undefined {
    return this.#cname;
  }

  statistics(): { packetsReceived: number; packetsMalformed: number; reportsSent: number } {
    return {
      packetsReceived: this.#packetsReceived,
      packetsMalformed: this.#packetsMalformed,
      reportsSent: this.#reportsSent,
    };
  }

  /**
   * Takes in what has come from the sender. Never throws: what is malformed is counted.
   *
   * @returns whether it is about the stream that is received
   */
  onReceived(bytes: Uint8Array, nowUs: number): boolean {
    this.#packetsReceived += 1;
    const compound = parseCompoundPacket(bytes);
    if (!compound.ok) {
      this.#packetsMalformed += 1;
      return false;
    }
    let concernsUs = false;
    for (const packet of compound.value) {
      if (packet.type === 'sender-report' && packet.ssrc === this.#sourceSsrc) {
        this.#clock.onReport(packet);
        this.#lastReport = { report: packet, arrivalUs: nowUs };
        concernsUs = true;
      }
      if (packet.type === 'source-description')
        this.#cname = packet.chunks.find(({ ssrc }) => ssrc === this.#sourceSsrc)?.cname ?? this.#cname;
      if (packet.type === 'bye' && packet.ssrcs.some((ssrc) => ssrc === this.#sourceSsrc))
        this.#hasLeft = true;
    }
    return concernsUs;
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

  /** RFC 3550 section 6.4.1: by these the sender computes the round trip. */
  #sinceLastReport(nowUs: number): Pick<ReportBlock, 'lastReportCompactNtp' | 'delaySinceLastReport'> {
    if (!this.#lastReport) return { lastReportCompactNtp: 0, delaySinceLastReport: 0 };
    const { report, arrivalUs } = this.#lastReport;
    const delaySinceLastReport = Math.min(Math.round(((nowUs - arrivalUs) * 65_536) / 1e6), 2 ** 32 - 1);
    return { lastReportCompactNtp: compactNtp(report.ntp), delaySinceLastReport };
  }
}

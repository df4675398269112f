import { coreAddon } from '../../native/core-addon.js';
import {
  ClockDrift,
  SenderSession,
  type ReceptionStatistics,
  type SenderSessionStatistics,
} from '../../rtcp/index.js';
import { jpegClockRateHz, toRtpTimestamp } from '../../rtp/index.js';
import { monotonicUs } from '../../util/clock.js';
import type { SocketAddress } from '../../util/socket-address.js';
import type { RtcpChannel } from './rtcp-channel.js';

export interface RtcpStatistics extends SenderSessionStatistics {
  /** How fast the wall clock runs against the clock of capture times; absent before the second report. */
  readonly wallClockDriftPpm?: number;
  /** How often the wall clock was set. */
  readonly wallClockSteps: number;
}

export interface RtcpReporterOptions {
  readonly ssrc: number;
  readonly cname: string;
  readonly rtpTimestampOffset: number;
  readonly initialSequenceNumber: number;
  /** Where reports go, now. */
  readonly channels: () => readonly RtcpChannel[];
  /** Whether a receiver of the stream may have this address. */
  readonly isReceiver: (address: string) => boolean;
  /** Told what is known of receivers when one of them has reported. */
  readonly onReports: (receivers: readonly ReceptionStatistics[], nowUs: number) => void;
}

/** Sends reports about one stream when they are due, and keeps what comes back. */
export class RtcpReporter {
  readonly #options: RtcpReporterOptions;
  readonly #session: SenderSession;
  readonly #drift = new ClockDrift();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RtcpReporterOptions) {
    const { ssrc, cname, initialSequenceNumber } = options;
    this.#options = options;
    this.#session = new SenderSession({
      ...{ ssrc, cname, initialSequenceNumber },
      clockRateHz: jpegClockRateHz,
      random: Math.random,
    });
  }

  /** Counts packets that were handed to the sockets. The first ones are reported at once. */
  onSent(packets: number, payloadBytes: number): void {
    this.#session.onSent(packets, payloadBytes);
    if (this.#session.nextReportUs === 0) this.#report();
  }

  /** Takes in what has come. Only the stream's receivers may say how it arrives. */
  onReceived(bytes: Uint8Array, from: SocketAddress): void {
    if (!this.#options.isReceiver(from.address)) {
      this.#session.onForeign();
      return;
    }
    const nowUs = monotonicUs();
    if (!this.#session.onReceived(bytes, nowUs, from)) return;
    this.#options.onReports(this.#session.statistics(nowUs).receivers, nowUs);
  }

  statistics(): RtcpStatistics {
    const { driftPpm, steps } = this.#drift;
    return {
      ...this.#session.statistics(monotonicUs()),
      ...(driftPpm !== undefined && { wallClockDriftPpm: driftPpm }),
      wallClockSteps: steps,
    };
  }

  /** Ends the reports. Returns the last one, with BYE; nothing when nothing was ever sent. */
  end(): Uint8Array | undefined {
    clearTimeout(this.#timer);
    const nowUs = monotonicUs();
    return this.#session.writeBye(nowUs, coreAddon().wallClockOffsetUs(), this.#rtpTimestamp(nowUs));
  }

  #report(): void {
    const nowUs = monotonicUs();
    // Read anew each time: the wall clock drifts, is slewed, and is set.
    const unixOffsetUs = coreAddon().wallClockOffsetUs();
    this.#drift.add(nowUs, unixOffsetUs);
    const report = this.#session.writeReport(nowUs, unixOffsetUs, this.#rtpTimestamp(nowUs));
    for (const channel of this.#options.channels()) channel.send(report);
    this.#timer = setTimeout(
      () => {
        this.#report();
      },
      (this.#session.nextReportUs - nowUs) / 1000,
    ).unref();
  }

  #rtpTimestamp(nowUs: number): number {
    return toRtpTimestamp(nowUs, this.#options.rtpTimestampOffset);
  }
}

import type { FrameAssembly } from './frame-assembly.js';

/** So many frames are put together at a time. */
const maxFrames = 8;

/** Nothing waits longer for more of a frame, whether or not there is a later one. */
const silenceUs = 1e6;

/**
 * So far behind the frame that went last a packet is late; further behind, the sender's timestamps began anew. 2 s:
 * longer than a network delays, and short enough to wait for.
 */
const lateTicks = 2 * 90_000;

/** The frames of which packets have come, from the oldest to the newest by their RTP timestamps. */
export class WaitingFrames {
  readonly #latencyUs: number;
  readonly #frames: FrameAssembly[] = [];
  #lastRtpTimestamp: number | undefined;

  /** @param latencyUs - so long an incomplete frame keeps later ones waiting */
  constructor(latencyUs: number) {
    this.#latencyUs = latencyUs;
  }

  get oldest(): FrameAssembly | undefined {
    return this.#frames[0];
  }

  /** When the oldest is given up; Infinity when there is none. */
  get deadlineUs(): number {
    const { oldest } = this;
    if (!oldest) return Infinity;
    return Math.min(oldest.laterFrameUs + this.#latencyUs, oldest.lastPacketUs + silenceUs);
  }

  get isFull(): boolean {
    return this.#frames.length === maxFrames;
  }

  find(rtpTimestamp: number): FrameAssembly | undefined {
    // Most packets are of the newest.
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const frame = this.#frames[i];
      if (frame?.rtpTimestamp === rtpTimestamp) return frame;
    }
    return undefined;
  }

  /** Whether a frame that is not here had its turn already. */
  isLate(rtpTimestamp: number): boolean {
    const { oldest } = this;
    if (this.isFull && oldest && ticksAfter(oldest.rtpTimestamp, rtpTimestamp) < 0) return true;
    if (this.#lastRtpTimestamp === undefined) return false;
    const ticks = ticksAfter(this.#lastRtpTimestamp, rtpTimestamp);
    return ticks <= 0 && ticks > -lateTicks;
  }

  insert(frame: FrameAssembly): void {
    let index = this.#frames.length;
    for (; index > 0; index--) {
      const other = this.#frames[index - 1];
      if (!other || ticksAfter(other.rtpTimestamp, frame.rtpTimestamp) > 0) break;
      frame.laterFrameUs = Math.min(frame.laterFrameUs, other.firstPacketUs);
    }
    for (const older of this.#frames.slice(0, index)) {
      older.laterFrameUs = Math.min(older.laterFrameUs, frame.firstPacketUs);
    }
    this.#frames.splice(index, 0, frame);
  }

  /** Takes the oldest out. Its turn is over: packets that come for it are late. */
  shift(): FrameAssembly | undefined {
    const frame = this.#frames.shift();
    if (frame) this.#lastRtpTimestamp = frame.rtpTimestamp;
    return frame;
  }

  /** Takes all out, and forgets what went before. */
  clear(): FrameAssembly[] {
    this.#lastRtpTimestamp = undefined;
    return this.#frames.splice(0);
  }
}

/** Timestamps begin again at 0 after 2^32 (RFC 3550 section 5.1): right for less than half of that. */
function ticksAfter(earlier: number, later: number): number {
  return (later - earlier) | 0;
}

/** The shortest interval between two reports before it is randomised (RFC 3550 section 6.2). */
const minIntervalUs = 5_000_000;

/**
 * The same for who sends: 360 kbit divided by the session's bandwidth (RFC 3550 section 6.2), of which there is at
 * least 360 kbit/s where video is. A receiver that joins soon knows when its pictures were taken.
 */
const minSenderIntervalUs = 1_000_000;

/** Senders' share of RTCP's bandwidth, and the share of members up to which they have one of their own. */
const senderShare = 0.25;

/** Makes up for a randomised timer that would come early on average (RFC 3550 section 6.3.1). */
const compensation = Math.E - 1.5;

/** Who takes part, and what reports may cost (RFC 3550 section 6.3). */
export interface RtcpGroup {
  /** Everybody who was heard of, ourselves included. */
  readonly members: number;
  /** Those of them who send a stream. */
  readonly senders: number;
  /** Whether the interval is that of a sender. */
  readonly isSender: boolean;
  /** Mean size of a compound packet, with UDP and IP headers. */
  readonly averageRtcpBytes: number;
  /** What all members' RTCP together may use: 5 % of the session's bandwidth (RFC 3550 section 6.2). */
  readonly rtcpBytesPerSecond: number;
}

/**
 * The calculated interval between two reports of one member (RFC 3550 section 6.3.1).
 *
 * @param minUs - the shortest; by the 5 s of the default members know who has left (RFC 3550 section 6.2)
 */
export function deterministicIntervalUs(group: RtcpGroup, minUs = minIntervalUs): number {
  const { members, senders, isSender, averageRtcpBytes, rtcpBytesPerSecond } = group;
  let sharing = members;
  let share = 1;
  if (senders <= members * senderShare) {
    sharing = isSender ? senders : members - senders;
    share = isSender ? senderShare : 1 - senderShare;
  }
  return Math.max(minUs, ((sharing * averageRtcpBytes) / (share * rtcpBytesPerSecond)) * 1e6);
}

/**
 * Time from one report to the next: half to one and a half of the calculated interval, so that members don't report
 * in step.
 *
 * @param random - evenly distributed in 0..1, 1 excluded
 */
export function rtcpIntervalUs(group: RtcpGroup, random: number): number {
  const minUs = group.isSender ? minSenderIntervalUs : minIntervalUs;
  return (deterministicIntervalUs(group, minUs) * (random + 0.5)) / compensation;
}

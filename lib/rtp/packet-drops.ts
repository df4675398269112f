/** Why a receiver of JPEG left a packet out, each with what it means. */
export const packetDropReasons = {
  malformed: 'headers are cut short or impossible, or there is no data behind them',
  unsupported: 'a type or Q that RFC 2435 reserves, or an interlaced picture',
  sizeUnknown: 'the header leaves the size to the session description, which does not say it',
  tooLarge: 'the picture, its data or its number of packets is above the limit',
  contradictory: 'type, Q, size, restart interval or end are not those of the other packets of its frame',
  overlapping: 'other data has come for the same place',
  duplicate: 'it has come before',
  late: 'its frame has been handed out or given up',
} as const;

export type PacketDropReason = keyof typeof packetDropReasons;

/** A counter for each reason, at 0. */
export function noPacketDrops(): Record<PacketDropReason, number> {
  return {
    malformed: 0,
    unsupported: 0,
    sizeUnknown: 0,
    tooLarge: 0,
    contradictory: 0,
    overlapping: 0,
    duplicate: 0,
    late: 0,
  };
}

/** Somebody who holds one of a few places: a viewer, a stream, a login that waits. */
export interface PlaceHolder {
  /** Who stands behind it, such as an IP address. One peer may hold several places. */
  readonly peer: string;
  /** Whether it has shown a token or password. */
  readonly isKnown: boolean;
}

/** The holders that belong to the peer with the most places, in their order. */
export function greediest<H extends Pick<PlaceHolder, 'peer'>>(holders: readonly H[]): readonly H[] {
  const byPeer = new Map<string, H[]>();
  for (const holder of holders) byPeer.set(holder.peer, [...(byPeer.get(holder.peer) ?? []), holder]);
  return [...byPeer.values()].reduce<readonly H[]>(
    (most, group) => (group.length > most.length ? group : most),
    [],
  );
}

/**
 * Finds the holder that gives way to a newcomer when all places are taken: the youngest one of the peer that holds most, if
 * the newcomer's peer would still hold fewer. A single place is never taken away, and a known holder never gives way to an
 * unknown newcomer. A known newcomer always gets the place of an unknown holder.
 *
 * @param holders - the oldest first
 * @returns nothing when nobody gives way, so that the newcomer is refused
 */
export function whoGivesWay<H extends PlaceHolder>(
  newcomer: PlaceHolder,
  holders: readonly H[],
): H | undefined {
  const strangers = greediest(holders.filter(({ isKnown }) => !isKnown));
  if (newcomer.isKnown && strangers.length > 0) return strangers.at(-1);
  const most = newcomer.isKnown ? greediest(holders) : strangers;
  const own = holders.filter(({ peer }) => peer === newcomer.peer);
  return most.length > own.length + 1 ? most.at(-1) : undefined;
}

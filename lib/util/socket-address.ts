/** Where a datagram came from, or goes to. */
export interface SocketAddress {
  /** Numeric. */
  readonly address: string;
  readonly port: number;
}

export function isSameSocketAddress(one: SocketAddress, other: SocketAddress): boolean {
  return one.port === other.port && one.address === other.address;
}

/** Where a packetizer of video writes: one call a packet, in their order. What is handed over is copied. */
export interface PayloadWriter {
  /** Longest payload in bytes. */
  readonly maxPayloadBytes: number;
  /**
   * Adds the payload `header` + `data` from `begin` to `end`.
   *
   * @param isLast - whether it is the frame's last one, which sets the marker
   */
  add(header: readonly number[], data: Uint8Array, begin: number, end: number, isLast: boolean): void;
}

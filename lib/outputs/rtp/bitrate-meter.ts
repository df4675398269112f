const windowUs = 1_000_000;

/** The bitrate of the last second. */
export class BitrateMeter {
  // Of each frame in it, oldest first: its time, and its bytes.
  readonly #frames: { timeUs: number; bytes: number }[] = [];
  #bytes = 0;

  add(timeUs: number, bytes: number): void {
    this.#bytes += bytes;
    this.#frames.push({ timeUs, bytes });
    this.#forgetBefore(timeUs - windowUs);
  }

  /** In the second before this moment. */
  kbps(nowUs: number): number {
    this.#forgetBefore(nowUs - windowUs);
    return (this.#bytes * 8) / 1000;
  }

  #forgetBefore(timeUs: number): void {
    for (let first = this.#frames[0]; first && first.timeUs <= timeUs; first = this.#frames[0]) {
      this.#bytes -= first.bytes;
      this.#frames.shift();
    }
  }
}

/** SIGHUP: from when this is made it does not end the process. What comes before anybody listens is kept for who does. */
export class Hangups {
  #isPending = false;
  #listener: (() => void) | undefined;

  constructor() {
    process.on('SIGHUP', () => {
      if (this.#listener) this.#listener();
      else this.#isPending = true;
    });
  }

  /** @param listener - in place of the one before */
  listen(listener: () => void): void {
    this.#listener = listener;
    if (!this.#isPending) return;
    this.#isPending = false;
    listener();
  }
}

// Faults of this program itself, in what somebody else caused: a connection, a packet, a callback. They cost what they
// belong to, and nothing else.

/** @param part - what was at work, such as `signalling` */
export type FaultListener = (part: string, error: unknown) => void;

let faults = 0;
let listener: FaultListener = (part, error) => {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)), { detail: part });
};

/** How many there were since the start. */
export function faultCount(): number {
  return faults;
}

/** Sets who is told of each fault. Until then Node's warnings show them. */
export function onFault(next: FaultListener): void {
  listener = next;
}

/** Counts a fault, and tells it. Never throws. */
export function reportFault(part: string, error: unknown): void {
  faults += 1;
  try {
    listener(part, error);
  } catch {
    // Whoever is told has a fault as well. The count shows it.
  }
}

/** Lets a promise go on by itself. A rejection is a fault. */
export function detach(part: string, promise: Promise<unknown> | undefined): void {
  promise?.catch((error: unknown) => {
    reportFault(part, error);
  });
}

/**
 * Runs what belongs to one connection: a handler, a timer, an event's listener. Never throws, and leaves no rejection
 * unhandled.
 *
 * @param part - what is at work, for the log
 * @param end - ends the connection, when `run` has thrown or rejected
 */
export function contain(part: string, run: () => void | Promise<void>, end: () => void): void {
  const fail = (error: unknown): void => {
    reportFault(part, error);
    try {
      end();
    } catch (second) {
      reportFault(part, second);
    }
  };
  try {
    const result = run();
    if (result instanceof Promise) result.catch(fail);
  } catch (error) {
    fail(error);
  }
}

import { coreAddon } from '../../native/core-addon.js';

/** What systemd told this process by its environment, see sd_notify(3) and sd_watchdog_enabled(3). */
export interface ServiceEnvironment {
  /** A path, or `@` and an abstract name; undefined: nobody wants to hear. */
  readonly socket: string | undefined;
  /** Within which the service has to say that it is alive, in milliseconds; undefined: it need not. */
  readonly watchdogMs: number | undefined;
}

const variables = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

/**
 * Reads what systemd has set, and removes it: it is for this process, not for those that this one starts.
 *
 * @param pid - this process; what is meant for another one stays as it is
 */
export function takeServiceEnvironment(environment: NodeJS.ProcessEnv, pid: number): ServiceEnvironment {
  const [socket, usec, watchdogPid] = variables.map((name) => environment[name]);
  // A parent that was started with a watchdog of its own, and did not clear up: the socket is its own, too.
  const isOthers = watchdogPid !== undefined && watchdogPid !== String(pid);
  if (isOthers) return { socket: undefined, watchdogMs: undefined };
  for (const name of variables) Reflect.deleteProperty(environment, name);
  const watchdogUs = /^[1-9]\d{0,15}$/.test(usec ?? '') ? Number(usec) : undefined;
  return {
    socket: socket === '' ? undefined : socket,
    watchdogMs: watchdogUs === undefined ? undefined : watchdogUs / 1000,
  };
}

/** Tells the service manager what becomes of this process. Without one it does nothing. */
export class ServiceNotifier {
  readonly watchdogMs: number | undefined;
  readonly #socket: string | undefined;

  constructor({ socket, watchdogMs }: ServiceEnvironment) {
    this.#socket = socket;
    this.watchdogMs = socket === undefined ? undefined : watchdogMs;
  }

  get isHeard(): boolean {
    return this.#socket !== undefined;
  }

  /**
   * Sends assignments in one datagram: they hold together. Never waits.
   *
   * @returns 0, or the errno of what failed: a message that is lost is not worth more than a line in the log
   */
  send(assignments: Readonly<Record<string, string>>): number {
    if (this.#socket === undefined) return 0;
    const lines = Object.entries(assignments).map(([name, value]) => `${name}=${oneLine(value)}`);
    return coreAddon().notifyService(this.#socket, lines.join('\n'));
  }
}

/** A line break would begin another assignment. */
function oneLine(value: string): string {
  return value.replaceAll(/\p{Cc}+/gu, ' ');
}

let ofProcess: ServiceNotifier | undefined;

/** This process's own. Its environment is read at the first call, before anything else is started. */
export function processNotifier(): ServiceNotifier {
  ofProcess ??= new ServiceNotifier(takeServiceEnvironment(process.env, process.pid));
  return ofProcess;
}

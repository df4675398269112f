import { detach } from '../../errors/faults.js';
import { getSystemErrorName } from 'node:util';
import type { Logger } from 'pino';
import type { CameraStream } from '../camera-stream.js';
import { CameraStatusMeter } from './camera-status.js';
import { processNotifier, type ServiceNotifier } from './notifier.js';
import { ProgressWatch } from './progress-watch.js';
import { statusLine } from './status-line.js';
import { threadCounters } from './thread-counters.js';

export interface SupervisionOptions {
  readonly streams: readonly CameraStream[];
  readonly logger: Logger;
  /** Resolves when all that has to be there has been started, or tried to. A camera that is absent is no part of it. */
  readonly started: Promise<void>;
  readonly notifier?: ServiceNotifier;
  readonly watch?: ProgressWatch;
}

const statusIntervalMs = 5000;
/** A camera that comes and goes many times a second is told of as often as this. */
const leastStatusIntervalMs = 250;

/**
 * Tells systemd how the application is: that it has started, its cameras in a line, and, as long as event loop, encoders
 * and senders get on, that it need not be restarted. What a camera does changes nothing but the line: the others go on.
 */
export class Supervision {
  readonly #notifier: ServiceNotifier;
  readonly #watch: ProgressWatch;
  readonly #meters: readonly CameraStatusMeter[];
  readonly #options: SupervisionOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #soon: NodeJS.Timeout | undefined;
  #lastStatus = '';
  #lastErrno = 0;
  #stuck: readonly string[] = [];
  #isOver = false;

  constructor(options: SupervisionOptions) {
    this.#options = options;
    this.#notifier = options.notifier ?? processNotifier();
    this.#watch = options.watch ?? new ProgressWatch();
    this.#meters = options.streams.map((stream) => new CameraStatusMeter(stream));
    if (!this.#notifier.isHeard) return;
    for (const stream of options.streams) stream.on('state', this.#onState);
    this.#repeat(statusIntervalMs, this.#tellStatus);
    const { watchdogMs } = this.#notifier;
    if (watchdogMs !== undefined) this.#repeat(watchdogMs / 3, this.#ping);
    const tellReady = (): void => {
      if (this.#isOver) return;
      this.#lastStatus = this.#status();
      this.#send({ READY: '1', STATUS: this.#lastStatus });
    };
    detach('service', options.started.then(tellReady));
  }

  /** The application begins to end. Idempotent. */
  stopping(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#soon);
    for (const stream of this.#options.streams) stream.off('state', this.#onState);
    this.#send({ STOPPING: '1', STATUS: 'stopping' });
  }

  readonly #onState = (): void => {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#tellStatus();
    }, leastStatusIntervalMs);
  };

  readonly #tellStatus = (): void => {
    const status = this.#status();
    if (status === this.#lastStatus) return;
    this.#lastStatus = status;
    this.#send({ STATUS: status });
  };

  readonly #ping = (): void => {
    const counters = this.#options.streams.flatMap((stream) => threadCounters(stream));
    const stuck = this.#watch.observe(counters, performance.now());
    for (const thread of stuck.filter((name) => !this.#stuck.includes(name))) {
      this.#options.logger.error(
        `${thread} is stuck: systemd hears no more of this process, and restarts it`,
      );
    }
    this.#stuck = stuck;
    if (stuck.length === 0) this.#send({ WATCHDOG: '1' });
    else this.#tellStatus();
  };

  #status(): string {
    const nowMs = performance.now();
    return statusLine(
      this.#meters.map((meter) => meter.read(nowMs)),
      this.#stuck,
    );
  }

  #send(assignments: Readonly<Record<string, string>>): void {
    const errno = this.#notifier.send(assignments);
    if (errno !== 0 && errno !== this.#lastErrno) {
      const name = getSystemErrorName(-errno);
      this.#options.logger.warn(
        `systemd could not be told of ${Object.keys(assignments).join(', ')}: ${name}`,
      );
    }
    this.#lastErrno = errno;
  }

  #repeat(intervalMs: number, action: () => void): void {
    this.#timers.push(setInterval(action, intervalMs));
  }
}

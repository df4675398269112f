// Whoever gets the cameras' streams: receives both by RTP, and watches both by WebRTC. It runs as a process of its own.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PeerClient } from '../../helpers/peer-client.js';
import { processFigures } from '../../helpers/process-figures.js';
import { viewerToken, watchedCameras } from './attacked-streamer.js';
import { WatchedStream, type StreamFigures } from './watched-stream.js';

export interface WatcherFigures {
  readonly streams: readonly StreamFigures[];
  /** Packets of the viewers; 0: one of them is not connected any more. */
  readonly viewerPackets: number;
  readonly residentMiB: number;
}

type Request =
  | { readonly type: 'open'; readonly ports: readonly number[] }
  | { readonly type: 'join'; readonly url: string }
  | { readonly type: 'begin' }
  | { readonly type: 'figures' };

/** The process, as others see it. */
export class Watcher {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it listens on these ports. */
  static async start(ports: readonly number[]): Promise<Watcher> {
    const watcher = new Watcher(fork(fileURLToPath(import.meta.url), { execArgv: ['--import', 'tsx'] }));
    await watcher.#ask({ type: 'open', ports });
    return watcher;
  }

  /** Begins to watch, by WHEP. */
  async join(url: string): Promise<void> {
    await this.#ask({ type: 'join', url });
  }

  /** Counts from now on. */
  async begin(): Promise<void> {
    await this.#ask({ type: 'begin' });
  }

  figures(): Promise<WatcherFigures> {
    return this.#ask({ type: 'figures' });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #ask(request: Request): Promise<WatcherFigures> {
    const ended = new AbortController();
    const end = (): void => {
      ended.abort(new Error('the watcher has ended'));
    };
    this.#child.once('exit', end);
    const reply = once(this.#child, 'message', { signal: ended.signal });
    this.#child.send(request);
    const [figures] = (await reply) as [WatcherFigures];
    this.#child.off('exit', end);
    return figures;
  }
}

/** The process itself. */
class WatcherProcess {
  #streams: WatchedStream[] = [];
  readonly #viewers: PeerClient[] = [];
  #packetsBefore = 0;

  async handle(request: Request): Promise<void> {
    if (request.type === 'open')
      this.#streams = await Promise.all(
        watchedCameras.map((camera, i) => WatchedStream.open(request.ports[i] ?? 0, camera)),
      );
    else if (request.type === 'join')
      this.#viewers.push(await PeerClient.join(request.url, undefined, { token: viewerToken }));
    else if (request.type === 'begin') {
      for (const stream of this.#streams) stream.begin();
      this.#packetsBefore = this.#packets();
    }
    process.send?.(this.#figures());
  }

  #packets(): number {
    return this.#viewers.reduce((sum, { packets }) => sum + packets, 0);
  }

  #figures(): WatcherFigures {
    const areConnected = this.#viewers.every(({ isConnected }) => isConnected);
    return {
      streams: this.#streams.map((stream) => stream.figures()),
      viewerPackets: areConnected ? this.#packets() - this.#packetsBefore : 0,
      residentMiB: processFigures(process.pid).rssMiB,
    };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const watcher = new WatcherProcess();
  process.on('message', (request: Request) => void watcher.handle(request));
  process.on('disconnect', () => process.exit());
}

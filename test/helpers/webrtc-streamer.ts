import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { command } from './debian13.js';
import { start, until, type RunningProcess } from './processes.js';

/** The built command in mode webrtc or both, with its servers on ports of their own. */
export class WebRtcStreamer {
  readonly process: RunningProcess;
  readonly cameras: readonly string[];

  private constructor(process: RunningProcess, cameras: readonly string[]) {
    this.process = process;
    this.cameras = cameras;
  }

  /** @param toml - all sections but [server]; cameras with a `webrtc_port` of 0 */
  static async start(
    context: TestContext,
    toml: string,
    { mode = 'webrtc', server = '', nodeOptions = [] as readonly string[] } = {},
  ): Promise<WebRtcStreamer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-webrtc-'));
    const file = path.join(folder, 'config.toml');
    writeFileSync(file, `[server]\nweb_port = 0\nbind_ip = "127.0.0.1"\n${server}\n${toml}`);
    const args = [...nodeOptions, command, '--config', file, '--mode', mode];
    const child = start(process.execPath, args);
    context.after(() => {
      child.child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    });
    const cameras = toml.match(/(?<=^\[)camera\d+(?=\])/gm) ?? [];
    const streamer = new WebRtcStreamer(child, cameras);
    const isReady = (): boolean =>
      streamer.#viewerUrl() !== undefined && cameras.every((camera) => streamer.#signallingUrl(camera));
    await until('the servers', isReady);
    await until('the cameras', () => child.stderr().match(/"state":"streaming"/g)?.length === cameras.length);
    return streamer;
  }

  /** Of the web server, without a slash at its end. */
  get url(): string {
    return this.#viewerUrl() ?? '';
  }

  whepUrl(camera: string): string {
    return `${this.url}/whep/${camera}`;
  }

  signallingUrl(camera: string): string {
    return this.#signallingUrl(camera) ?? '';
  }

  async get<T>(where: string): Promise<T> {
    return (await (await fetch(this.url + where)).json()) as T;
  }

  /** What /api/status says of a camera's viewers. */
  async viewers(camera: string): Promise<number> {
    const { webrtc } = await this.get<{ webrtc: Record<string, { peer_count: number }> }>('/api/status');
    return webrtc[camera]?.peer_count ?? NaN;
  }

  #viewerUrl(): string | undefined {
    const port = /"url":"http:[^"]+:(\d+)\/"/.exec(this.process.stderr())?.[1];
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  }

  #signallingUrl(camera: string): string | undefined {
    const port = new RegExp(`"camera":"${camera}","signalling":"ws:[^"]+:(\\d+)/ws"`).exec(
      this.process.stderr(),
    )?.[1];
    return port === undefined ? undefined : `ws://127.0.0.1:${port}/ws`;
  }
}

/** Two test patterns without a STUN server. */
export function twoPatterns({ width = 640, height = 480, codec = 'h264', more = '' } = {}): string {
  const camera = (n: number): string =>
    `[camera${String(n)}]\ndevice = "test"\nwidth = ${String(width)}\nheight = ${String(height)}\nwebrtc_port = 0\n`;
  return `${camera(1)}${camera(2)}[webrtc]\nstun_server = ""\ncodec = "${codec}"\n${more}\n`;
}

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { runApplication } from '../../lib/app/index.js';
import { loadConfig, streamedCameras, withMode } from '../../lib/config/index.js';
import { until } from './processes.js';

/** Two test patterns that are sent where nobody listens. */
export const twoCameras = `
[camera1] # the left one
device = "test"
width = 320
height = 240
[camera2]
device = "test"
width = 320
height = 240
[mjpeg-rtp.camera1]
dest_host = "127.0.0.1"
dest_port = 9
[mjpeg-rtp.camera2]
dest_host = "127.0.0.1"
dest_port = 9
`;

/** The application, in this process, with its web server on a port of its own. */
export class WebStreamer {
  readonly url: string;
  readonly configFile: string;
  readonly #log: string[];
  readonly #stop: () => Promise<void>;

  private constructor(url: string, configFile: string, log: string[], stop: () => Promise<void>) {
    this.url = url;
    this.configFile = configFile;
    this.#log = log;
    this.#stop = stop;
  }

  /**
   * @param server - keys of the section `[server]`, in TOML
   * @param cameras - all other sections, in TOML
   */
  static async start(context: TestContext, server = '', cameras = twoCameras): Promise<WebStreamer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-web-'));
    const file = path.join(folder, 'config.toml');
    writeFileSync(file, `[server]\nweb_port = 0\nbind_ip = "127.0.0.1"\n${server}\n${cameras}`);
    const log: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        log.push(chunk.toString());
        done();
      },
    });
    const stopping = new AbortController();
    const loaded = loadConfig(file);
    const config = withMode(loaded.config, 'mjpeg-rtp');
    const running = runApplication({
      loaded: { ...loaded, config },
      logger: pino(sink),
      signal: stopping.signal,
    });
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopping.abort();
      stopped ??= running
        .then(
          () => undefined,
          () => undefined, // the test has been told
        )
        .finally(() => {
          rmSync(folder, { recursive: true });
        });
      return stopped;
    };
    context.after(stop);
    const url = (): string | undefined => /"url":"([^"]+)"/.exec(log.join(''))?.[1];
    const failed = new AbortController();
    running.catch((error: unknown) => {
      failed.abort(error);
    });
    await until('the web server', () => url() !== undefined || failed.signal.aborted);
    failed.signal.throwIfAborted();
    const streamer = new WebStreamer(url()?.replace(/\/$/, '') ?? '', file, log, stop);
    // Those that are not there are none of the tests' patterns.
    const patterns = streamedCameras(config).filter(({ source }) => source.kind === 'test');
    await until('all patterns', () => streamer.log.split('streams to').length > patterns.length);
    return streamer;
  }

  /** What was logged so far. */
  get log(): string {
    return this.#log.join('');
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async stop(): Promise<void> {
    await this.#stop();
  }

  /** The JSON that a GET answers with 200. */
  async get<T>(where: string): Promise<T> {
    const response = await fetch(this.url + where);
    const text = await response.text();
    assert.equal(response.status, 200, `${where}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Any request with a JSON body. */
  async send(
    method: string,
    where: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + where, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: JSON.parse(text) as Answer['json'] };
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Host } from './network.js';
import { readMark, type Mark } from './oracle.js';
import { gstreamerLayout } from './planes.js';
import { isListening } from './ports.js';
import { start, until, type RunningProcess } from './processes.js';
import { pictureSize } from './streamer.js';

export type PlayerName = 'GStreamer' | 'FFmpeg';

export interface PlayerOptions {
  /** The port to listen on. */
  readonly port: number;
  /** A session description to play; without one, by the port alone. */
  readonly description?: string | undefined;
  /** Where it runs; without one, on this machine. */
  readonly host?: Host;
  /** Where it writes its pictures. */
  readonly folder: string;
}

const { width, height } = pictureSize;
// In this size FFmpeg's layout is the same.
const { frameBytes } = gstreamerLayout(width, height, '4:2:0');
const jpegCaps = 'application/x-rtp,media=video,clock-rate=90000,encoding-name=JPEG,payload=26';
let players = 0;

/** A real receiver that decodes the test pattern of Streamer. */
export class Player {
  readonly process: RunningProcess;
  readonly #pictures: string;

  private constructor(process: RunningProcess, pictures: string) {
    this.process = process;
    this.#pictures = pictures;
  }

  /** Resolves when it listens. */
  static async start(context: TestContext, name: PlayerName, options: PlayerOptions): Promise<Player> {
    const { host, port } = options;
    const pictures = path.join(options.folder, `pictures-${String(players++)}.yuv`);
    const [command, args] = name === 'FFmpeg' ? ffmpeg(options, pictures) : gstreamer(options, pictures);
    const process = host ? host.start(command, args) : start(command, args);
    const player = new Player(process, pictures);
    context.after(() => process.child.kill('SIGKILL'));
    await until(`${name} on port ${String(port)}`, () => {
      player.assertRunning();
      return isListening(port, process.child.pid);
    });
    return player;
  }

  /** How many pictures it has decoded. */
  get pictureCount(): number {
    return countPictures(this.#pictures);
  }

  /** Waits for so many more pictures than there are. */
  async decodes(count: number, timeoutMs?: number): Promise<void> {
    const target = this.pictureCount + count;
    const enough = (): boolean => {
      this.assertRunning();
      return this.pictureCount >= target;
    };
    await until(`${String(count)} decoded pictures`, enough, timeoutMs);
  }

  /** What the marks of all pictures say. */
  marks(): Mark[] {
    return readPictureMarks(this.#pictures);
  }

  assertRunning(): void {
    assert.equal(this.process.child.exitCode, null, this.process.stderr());
  }

  async stop(): Promise<void> {
    this.process.child.kill('SIGKILL'); // FFmpeg would wait for another packet first
    await this.process.exited;
  }
}

/**
 * Reads the marks of the test pattern in a file of raw pictures. A picture of another size, or a damaged one, has no
 * mark that can be read, which fails.
 */
export function readPictureMarks(pictures: string): Mark[] {
  const file = openSync(pictures, 'r');
  const samples = new Uint8Array(width * height);
  const marks = Array.from({ length: countPictures(pictures) }, (_, i) => {
    readSync(file, samples, 0, samples.length, i * frameBytes);
    const mark = readMark({ samples, stride: width, width, height });
    assert.ok(mark, `picture ${String(i)} is not one of ${String(width)}x${String(height)} that was sent`);
    return mark;
  });
  closeSync(file);
  return marks;
}

function countPictures(pictures: string): number {
  return Math.floor((statSync(pictures, { throwIfNoEntry: false })?.size ?? 0) / frameBytes);
}

function gstreamer({ port, description }: PlayerOptions, pictures: string): [string, string[]] {
  const source =
    description === undefined
      ? ['udpsrc', 'address=::', `port=${String(port)}`, `caps=${jpegCaps}`]
      : ['filesrc', `location=${description}`, '!', 'sdpdemux', 'latency=50'];
  const decoder = ['!', 'rtpjpegdepay', '!', 'jpegdec', '!', 'video/x-raw,format=I420'];
  const sink = ['!', 'filesink', 'buffer-mode=unbuffered', 'sync=false', `location=${pictures}`];
  return ['gst-launch-1.0', ['-q', ...source, ...decoder, ...sink]];
}

function ffmpeg({ port, description }: PlayerOptions, pictures: string): [string, string[]] {
  const input = [
    ...['-protocol_whitelist', 'file,udp,rtp', '-fpsprobesize', '0', '-analyzeduration', '1'],
    ...['-i', description ?? `rtp://0.0.0.0:${String(port)}`],
  ];
  const raw = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'yuvj420p', '-flush_packets', '1'];
  return ['ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'warning', ...input, ...raw, '-y', pictures]];
}

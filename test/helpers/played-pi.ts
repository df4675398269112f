import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { StreamReport } from '../../lib/app/stream-report.js';
import { CameraFaults } from './camera-faults.js';
import {
  barsFolder,
  cameraPhotograph,
  command,
  photoFolder,
  startInDebian13,
  writeConfig,
} from './debian13.js';
import { logLines, type LogLine } from './log-lines.js';
import { freeRtpPort } from './ports.js';
import { until, type RunningProcess } from './processes.js';
import { StreamWatch } from './stream-watch.js';

export interface PlayedPiOptions {
  /** Width and height; default 640x480. */
  readonly size?: readonly [number, number];
  readonly fps?: number;
  /** Further lines of [camera1]. */
  readonly camera?: string;
  /** Lines of [camera1.controls]. */
  readonly controls?: string;
  /** Variables of test/debian13/pi_like_camera.cpp besides the photograph. */
  readonly pi?: Readonly<Record<string, string>>;
  /** Moving bars in place of the photograph: NV12, and none of a Pi's controls. */
  readonly bars?: boolean;
}

/** The built command, which streams a camera like a Raspberry Pi's to this process. */
export class PlayedPi {
  readonly faults: CameraFaults;
  readonly process: RunningProcess;
  readonly watch: StreamWatch;
  readonly #controlsLog: string;

  private constructor(
    faults: CameraFaults,
    process: RunningProcess,
    watch: StreamWatch,
    controlsLog: string,
  ) {
    this.faults = faults;
    this.process = process;
    this.watch = watch;
    this.#controlsLog = controlsLog;
  }

  static async start(
    context: TestContext,
    { size = [640, 480], fps = 30, camera = '', controls = '', pi = {}, bars = false }: PlayedPiOptions,
  ): Promise<PlayedPi> {
    const watch = await StreamWatch.start(await freeRtpPort(), fps);
    context.after(() => watch.pause());
    const [width, height] = size;
    const config = writeConfig(
      [
        `[camera1]\ndevice = "0"\nwidth = ${String(width)}\nheight = ${String(height)}\nfps = ${String(fps)}\n${camera}`,
        `[camera1.controls]\n${controls}`,
        `[mjpeg-rtp]\nstats_interval_seconds = 1`,
        `[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = ${String(watch.port)}`,
        `[server]\nweb_port = 0\nbind_ip = "127.0.0.1"\n`,
      ].join('\n'),
    );
    const faults = new CameraFaults();
    const controlsLog = path.join(path.dirname(faults.file), 'controls');
    const shim = {
      CAMERA_FAULTS_FILE: faults.file,
      PI_LIKE_CONTROLS_LOG: controlsLog,
      ...(!bars && { PI_LIKE_PHOTO: cameraPhotograph }),
      ...pi,
    };
    const args = ['node', command, '-config', config, '-mode', 'mjpeg-rtp'];
    const process = startInDebian13(bars ? barsFolder : photoFolder, args, shim);
    context.after(() => process.child.kill('SIGKILL'));
    return new PlayedPi(faults, process, watch, controlsLog);
  }

  log(): LogLine[] {
    return logLines(this.process.stderr());
  }

  /** Waits for a line of the log, from the first one on. */
  async line(what: string, isIt: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine> {
    await until(
      what,
      () => {
        assert.equal(this.process.child.exitCode, null, this.process.stderr());
        return this.log().some(isIt);
      },
      timeoutMs,
    );
    const line = this.log().find(isIt);
    assert.ok(line);
    return line;
  }

  /** Waits until it streams. @returns how many milliseconds it took from its start to its first frame */
  async streaming(timeoutMs = 30_000): Promise<number> {
    const first = await this.line('the first frame', ({ state }) => state === 'streaming', timeoutMs);
    const start = await this.line('the start', ({ state }) => state === 'starting');
    await this.watch.framesMore(1);
    return Date.parse(first.time) - Date.parse(start.time);
  }

  /** The camera as it was last reported of. */
  report(): StreamReport {
    const reports = this.log().filter(({ msg }) => msg === 'statistics');
    // Its type does not say what a line holds besides.
    const last = reports.at(-1) as (LogLine & StreamReport) | undefined;
    assert.ok(last, this.process.stderr());
    return last;
  }

  /** Stops it as a user does. @returns its last report */
  async stop(): Promise<StreamReport> {
    this.process.child.kill('SIGINT');
    assert.equal(await this.process.exited, 0, this.process.stderr());
    return this.report();
  }

  /** The values of a control that have reached the camera, as libcamera writes them. */
  controlValues(name: string): string[] {
    if (!existsSync(this.#controlsLog)) return [];
    const lines = readFileSync(this.#controlsLog, 'utf8').split('\n');
    return lines.flatMap((line) => new RegExp(`^\\S+ ${name} (.*)$`).exec(line)?.[1] ?? []);
  }

  /** The address of its web server. */
  async url(): Promise<string> {
    const port = (): string | undefined => /"url":"[^"]+:(\d+)\/"/.exec(this.process.stderr())?.[1];
    await until('the web server', () => port() !== undefined, 30_000);
    return `http://localhost:${port() ?? ''}`;
  }
}

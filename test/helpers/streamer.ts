import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { StreamReport } from '../../lib/app/stream-report.js';
import { command } from './debian13.js';
import type { Host } from './network.js';
import { runToEnd, start, until, type RunningProcess } from './processes.js';

/** Keys of a section. */
export type Keys = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The test pattern's size: a frame has 14 packets, which every receive buffer has room for. */
export const pictureSize = { width: 320, height: 240 };

/** A folder that is gone when the test ends. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-stream-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Writes a configuration that streams the test pattern, with statistics every second. */
export function writeStreamConfig(folder: string, camera: Keys, rtp: Keys = {}): string {
  const file = path.join(folder, 'config.toml');
  const sections = [
    ['camera1', { device: 'test', fps: 30, ...pictureSize }],
    ['mjpeg-rtp', { stats_interval_seconds: 1, ...rtp }],
    ['mjpeg-rtp.camera1', camera],
  ] as const;
  // TOML writes these values as JSON does.
  const lines = sections.flatMap(([name, keys]) => [
    `[${name}]`,
    ...Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
  ]);
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** Writes the session descriptions of a configuration. Returns their files, one for each destination. */
export async function writeDescriptions(config: string, host?: Host): Promise<string[]> {
  const folder = mkdtempSync(path.join(path.dirname(config), 'sdp-'));
  const args = [command, 'sdp', '--config', config, '--out', folder];
  const run = host ? host.run(process.execPath, ...args) : runToEnd(process.execPath, args);
  return (await run).trimEnd().split('\n');
}

/** Frames that the camera itself dropped, as it does on a machine that is busy. */
export function droppedByCamera({ dropped }: StreamReport): number {
  const { source = 0, encoderBusy = 0, noSlot = 0 } = dropped;
  return source + encoderBusy + noSlot;
}

/** Fails when a frame between the first and the last of these was sent, but is not among them. */
export function assertNoneLost(sequences: readonly number[], report: StreamReport): void {
  const span = (sequences.at(-1) ?? 0) - (sequences[0] ?? 0) + 1;
  const missing = span - sequences.length;
  assert.ok(
    missing >= 0 && missing <= droppedByCamera(report),
    `${sequences.join(' ')}: ${JSON.stringify(report)}`,
  );
}

/** The built command, streaming. */
export class Streamer {
  readonly process: RunningProcess;

  /** @param host - where it runs; without one, on this machine */
  constructor(context: TestContext, config: string, host?: Host) {
    const args = [command, '--config', config, '--mode', 'mjpeg-rtp', '--no-web'];
    this.process = host ? host.start(process.execPath, args) : start(process.execPath, args);
    context.after(() => this.process.child.kill('SIGKILL'));
  }

  /** What it has logged as statistics. */
  get reports(): StreamReport[] {
    const lines = this.process.stderr().split('\n').slice(0, -1);
    return lines
      .map((line) => JSON.parse(line) as StreamReport & { readonly msg: string })
      .filter(({ msg }) => msg === 'statistics');
  }

  /** Waits for a report that is not there yet and of which this holds. */
  async report(
    what: string,
    condition: (report: StreamReport) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<StreamReport> {
    const seen = this.reports.length;
    const find = () => this.reports.slice(seen).find((report) => condition(report));
    await until(
      what,
      () => {
        this.assertRunning();
        return find() !== undefined;
      },
      timeoutMs,
    );
    const report = find();
    assert.ok(report);
    return report;
  }

  assertRunning(): void {
    assert.equal(this.process.child.exitCode, null, this.process.stderr());
  }

  /** Stops it as a user does. Returns its last report. */
  async stop(): Promise<StreamReport> {
    this.process.child.kill('SIGINT');
    assert.equal(await this.process.exited, 0, this.process.stderr());
    const last = this.reports.at(-1);
    assert.ok(last, this.process.stderr());
    return last;
  }
}

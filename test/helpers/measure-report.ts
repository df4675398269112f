// What can be said of every report of `doctor --measure`, whatever machine it comes from.
import assert from 'node:assert/strict';
import { homedir, hostname, networkInterfaces, userInfo } from 'node:os';
import type { MeasureReport } from '../../lib/app/index.js';
import type { ProcessFigures, Quantiles, StreamFigures, VideoFigures } from '../../lib/app/measure/report.js';
import type { PixelSize } from '../../lib/camera/index.js';
import { textOf } from '../../lib/util/files.js';

/** Frames that are on their way when the counts are taken. */
const framesOnTheirWay = 3;

function assertBetween(what: string, value: number, least: number, most: number): void {
  assert.ok(
    value >= least && value <= most,
    `${what} is ${String(value)}, not ${String(least)}..${String(most)}`,
  );
}

/** Every figure is one that such a machine can have: a wrong unit, or a count of another time, is not. */
export function assertPossible(report: MeasureReport): void {
  assert.equal(report.formatVersion, 1);
  assert.match(report.version, /^\d+\.\d+\.\d+/);
  const { machine, cameras, h264, together, secondsEach } = report;
  assertBetween('cores', machine.cores, 1, 1024);
  assertBetween('MiB of the machine', machine.memoryMiB, 100, 10e6);
  assert.match(machine.kernel, /^\d+\.\d+/);
  const load = (what: string, figures: ProcessFigures): void => {
    assertLoad(what, figures, secondsEach, machine.cores);
  };
  for (const { number, streams } of cameras) {
    assert.deepEqual(
      streams.map(({ width, height }) => `${String(width)}x${String(height)}`),
      ['640x480', '1280x720', '1920x1080'],
    );
    for (const stream of streams) {
      if (!stream.figures) continue;
      const what = `camera ${String(number)}, ${String(stream.height)} lines`;
      assertStream(what, stream.figures, stream, stream.figures.seconds);
      load(what, stream.figures);
    }
  }
  assert.deepEqual(
    h264.map(({ encoder }) => encoder),
    ['hardware', 'openh264'],
  );
  for (const video of h264) {
    if (!video.figures) continue;
    assertVideo(video.encoder, video.figures, video);
    load(video.encoder, video.figures);
  }
  if (!together?.figures) return;
  assert.equal(together.figures.streams.length, 2);
  for (const stream of together.figures.streams)
    assertStream('together', stream, together, together.figures.seconds);
  load('together', together.figures);
  assertQuantiles('skew', together.figures.skewMs, 0, 1000 / 30 / 2);
}

function assertLoad(what: string, figures: ProcessFigures, secondsEach: number, cores: number): void {
  const { seconds, cpuPercent, memoryMiB, temperatureC, throttled } = figures;
  assertBetween(`${what}: seconds`, seconds, secondsEach - 0.1, secondsEach + 2);
  assertBetween(`${what}: CPU`, cpuPercent, 0.5, 100 * cores);
  assertBetween(`${what}: memory`, memoryMiB, 20, 4000);
  if (temperatureC !== null) assertBetween(`${what}: temperature`, temperatureC, -20, 120);
  assert.ok(throttled === null || Array.isArray(throttled));
}

function assertStream(
  what: string,
  figures: StreamFigures,
  { width, height }: PixelSize,
  seconds: number,
): void {
  const { fps, captured, encoded, sent, dropped, frameBytes, bitrateKbps } = figures;
  const sum = (...reasons: readonly string[]): number =>
    reasons.reduce((total, reason) => total + (dropped[reason] ?? 0), 0);
  const text = `${what}: ${JSON.stringify(figures)}`;
  assertBetween(`${what}: fps`, fps, 1, 34);
  assertBetween(`${what}: sent`, sent, fps * seconds * 0.9 - 1, fps * seconds * 1.1 + 1);
  const notEncoded = captured - encoded - sum('encoderBusy', 'noSlot', 'encodeFailed');
  assert.ok(Math.abs(notEncoded) <= framesOnTheirWay, text);
  const notSent = encoded - sent - sum('notReady', 'senderBusy', 'bitrate');
  assert.ok(Math.abs(notSent) <= framesOnTheirWay, text);
  assert.ok(
    Object.values(dropped).every((count) => count > 0),
    text,
  );
  assertQuantiles(`${what}: encode`, figures.encodeMs, 0.1, 1000);
  assertQuantiles(`${what}: capture to encoded`, figures.captureToEncodedMs, 0.1, 1000);
  assert.ok(Number(figures.captureToEncodedMs?.median) >= Number(figures.encodeMs?.median), text);
  assertBetween(`${what}: capture to sent`, figures.captureToSentMeanMs ?? NaN, 0.2, 1000);
  // At least some bits a pixel's block, and less than the raw picture.
  assertBetween(`${what}: bytes a frame`, frameBytes, (width * height) / 100, width * height * 1.5);
  // The packets have headers.
  assertBetween(`${what}: kbit/s`, bitrateKbps / ((frameBytes * 8 * fps) / 1000), 0.9, 1.15);
}

function assertVideo(what: string, figures: VideoFigures, { width, height }: PixelSize): void {
  const { fps, encoded, encodeMeanMs, frameBytes, bitrateKbps } = figures;
  assertBetween(`${what}: fps`, fps, 1, 34);
  assertBetween(`${what}: encoded`, encoded, 1, 34 * 602);
  assertBetween(`${what}: encode`, encodeMeanMs ?? NaN, 0.1, 1000);
  assertQuantiles(`${what}: capture to encoded`, figures.captureToEncodedMs, 0.1, 1000);
  assertBetween(`${what}: bytes a frame`, frameBytes, 50, (width * height) / 2);
  assertBetween(`${what}: kbit/s`, bitrateKbps / ((frameBytes * 8 * fps) / 1000), 0.95, 1.05);
}

function assertQuantiles(what: string, quantiles: Quantiles | null, least: number, most: number): void {
  assert.ok(quantiles, what);
  assertBetween(`${what}: median`, quantiles.median, least, quantiles.p99);
  assertBetween(`${what}: p99`, quantiles.p99, least, most);
}

/** Nothing says whose machine it is, or how to reach it. */
export function assertNothingPrivate(text: string): void {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal }) => !internal)
    .flatMap(({ address, mac }) => [address, mac]);
  const machineId = textOf('/etc/machine-id').trim();
  const secrets = [hostname(), userInfo().username, homedir(), process.cwd(), machineId, ...addresses];
  for (const secret of secrets.filter((each) => each !== '')) {
    const escaped = secret.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // By itself: a user called pi is not named by "pi-camera-streamer".
    assert.doesNotMatch(text, new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`), `the report names ${secret}`);
  }
}

import { cpus, release, totalmem } from 'node:os';
import type { CameraDescription } from '../../camera/index.js';
import { searchCameraAddon } from '../../native/camera-addon.js';
import { packageVersion } from '../../native/package-folder.js';
import { UdpSocket } from '../../net/udp-socket.js';
import { thisMachine } from '../doctor/platform.js';
import { probe } from '../doctor/probe.js';
import { round } from '../report-values.js';
import { defaultOptions, type DefaultOptions } from './default-options.js';
import { MeasuredPair, MeasuredStream } from './measured-stream.js';
import { measureH264 } from './measured-video.js';
import type { CameraReport, MachineFacts, MeasureReport, StreamMeasurement, Wanted } from './report.js';
import { streamFor, type MeasureLimits } from './stream-for.js';

const fpsWanted = 30;
const vga: Wanted = { width: 640, height: 480, fpsWanted };
const hd: Wanted = { width: 1280, height: 720, fpsWanted };
const sizes = [vga, hd, { width: 1920, height: 1080, fpsWanted }];

export interface MeasureOptions extends MeasureLimits {
  /** Told what is measured next. */
  readonly onProgress: (text: string) => void;
}

type Camera = Pick<CameraDescription, 'id' | 'model' | 'location' | 'sensorModes'>;

/** Takes the place of a camera. */
const testPattern: Camera = { id: 'test', model: 'test pattern', location: '', sensorModes: [] };

/**
 * Streams each camera as the command does, and says what that takes. The packets go to a socket of this process.
 *
 * @throws Error whose name is AbortError, by the signal; StreamerError ERR_CAMERA_HUNG, ERR_NATIVE_MISSING
 */
export async function measure(options: MeasureOptions): Promise<MeasureReport> {
  const found = await findCameras();
  options.onProgress(announcement(found, options.seconds));
  // Nobody reads what comes to this socket, which would take processor time: the kernel throws it away.
  const sink = new UdpSocket({ address: '127.0.0.1', port: 9, localAddress: '127.0.0.1' }, () => undefined);
  try {
    const measurement = new Measurement(options, sink.state.localPort);
    return {
      formatVersion: 1,
      version: packageVersion(),
      secondsEach: options.seconds,
      machine: machineFacts(),
      withoutCamera: found.withoutCamera,
      ...(await measurement.run(found.cameras)),
    };
  } finally {
    await sink.close();
  }
}

/** The figures, one after the other. */
class Measurement {
  readonly #options: MeasureOptions;
  readonly #port: number;

  /** @param port - of this machine, where RTP goes */
  constructor(options: MeasureOptions, port: number) {
    this.#options = options;
    this.#port = port;
  }

  async run(cameras: readonly Camera[]): Promise<Pick<MeasureReport, 'cameras' | 'h264' | 'together'>> {
    const reports: CameraReport[] = [];
    for (const [index, camera] of cameras.entries()) reports.push(await this.#streams(camera, index + 1));
    return {
      cameras: reports,
      h264: await this.#h264(cameras[0], reports[0]),
      together: await this.#together(cameras[0], cameras[1]),
    };
  }

  async #streams(camera: Camera, number: number): Promise<CameraReport> {
    const streams: StreamMeasurement[] = [];
    for (const wanted of sizes) {
      this.#tell(`camera ${String(number)} (${camera.model}), JPEG by RTP`, wanted);
      const stream = new MeasuredStream(this.#defaults(camera, wanted));
      streams.push({ ...wanted, ...(await streamFor(stream, wanted, this.#options)) });
    }
    const { model, location, sensorModes } = camera;
    return { number, model, location, sensorModes, streams };
  }

  /** At 1280x720, or at the size below that the camera has. */
  async #h264(camera: Camera | undefined, report: CameraReport | undefined): Promise<MeasureReport['h264']> {
    const done = report?.streams.findLast(({ figures, height }) => figures !== null && height <= hd.height);
    if (!camera || !done) return [];
    const wanted = { width: done.width, height: done.height, fpsWanted };
    this.#tell(`camera 1 (${camera.model}), H.264`, wanted);
    return measureH264(this.#defaults(camera, wanted), wanted, this.#options);
  }

  async #together(first: Camera | undefined, second: Camera | undefined): Promise<MeasureReport['together']> {
    if (!first || !second) return null;
    this.#tell('cameras 1 and 2 together, JPEG by RTP', vga);
    const pair = new MeasuredPair(this.#defaults(first, vga), this.#defaults(second, vga), fpsWanted);
    return { ...vga, ...(await streamFor(pair, vga, this.#options)) };
  }

  #defaults({ id }: Camera, wanted: Wanted): DefaultOptions {
    return defaultOptions(id, wanted, this.#port);
  }

  #tell(what: string, { width, height }: Wanted): void {
    this.#options.onProgress(`${what}, ${String(width)}x${String(height)}`);
  }
}

interface FoundCameras {
  readonly cameras: readonly Camera[];
  /** Why it is the test pattern. */
  readonly withoutCamera: string | null;
}

/** The cameras, or the test pattern. Messages of the system stay out of the report: they may name folders. */
async function findCameras(): Promise<FoundCameras> {
  const instead = (reason: string): FoundCameras => ({ cameras: [testPattern], withoutCamera: reason });
  if (!searchCameraAddon().loaded) return instead('no camera addon can be used');
  const result = await probe('cameras');
  if ('error' in result) return instead('libcamera does not list its cameras');
  if (result.answer.length === 0) return instead('libcamera sees no camera');
  return { cameras: result.answer, withoutCamera: null };
}

/** What figures depend on. */
function machineFacts(): MachineFacts {
  const { board, system, arch } = thisMachine();
  const cores = cpus();
  return {
    board: board ?? null,
    system,
    kernel: release(),
    architecture: arch,
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryMiB: round(totalmem() / 2 ** 20, 0),
    nodeVersion: process.versions.node,
    libcameraVersion: searchCameraAddon().loaded?.addon.libcameraVersion ?? null,
  };
}

/** What will be done, and how long that takes at most. */
function announcement({ cameras, withoutCamera }: FoundCameras, seconds: number): string {
  const what = withoutCamera === null ? '' : `the test pattern, because ${withoutCamera}; `;
  const measurements = cameras.length * sizes.length + 2 + (cameras.length > 1 ? 1 : 0);
  const minutes = Math.ceil((measurements * (seconds + 2)) / 60);
  return `${what}at most ${String(measurements)} measurements of ${String(seconds)} s, about ${String(minutes)} min; Ctrl+C stops them`;
}

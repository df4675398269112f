import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  openCamera,
  type Camera,
  type CameraOptions,
  type CapturePlan,
  type CaptureStatistics,
  type ControlValue,
  type EncodingSettings,
  type Frame,
  type FrameConsumer,
  type SyncMode,
} from '../camera/index.js';
import { StreamerError } from '../errors/index.js';
import { Backoff } from '../util/backoff.js';
import { monotonicUs } from '../util/clock.js';
import { CameraRun } from './camera-run.js';
import { canRecover } from './can-recover.js';
import { FrameWatchdog } from './frame-watchdog.js';
import { opening } from './hang-limit.js';
import { Reopening } from './reopening.js';
import type { VideoFeed } from './video-feed.js';
import { waitToReopen } from './wait-to-reopen.js';

/**
 * `starting`: the camera is being opened for the first time, or with other options · `streaming`: it delivers ·
 * `stalled`: its frames have stopped, and it is stopped and started · `restarting`: it is opened again ·
 * `failed`: opening it again cannot help · `stopped`: ended or stopped.
 */
export const pipelineStates = [
  'starting',
  'streaming',
  'stalled',
  'restarting',
  'failed',
  'stopped',
] as const;
export type PipelineState = (typeof pipelineStates)[number];

/** Where a pipeline's frames go. */
export interface FrameOutput extends FrameConsumer {
  /** For people. */
  readonly destination: string;
  /** Readies the output; tried again until it resolves. */
  start(): Promise<void>;
  /** Resolves when all that was taken has left. A start() that is still going on must not open anything after it. */
  close(): Promise<void>;
}

export interface PipelineOptions {
  readonly name: string;
  readonly camera: CameraOptions;
  readonly outputs: readonly FrameOutput[];
  /** Video of the same camera. */
  readonly video?: VideoFeed;
  /** Stop after this many frames. */
  readonly maxFrames?: number;
  /** Called for every frame before the outputs take it. */
  readonly onFrame?: (frame: Frame) => void;
}

interface PipelineEvents {
  state: [state: PipelineState, plan: CapturePlan | undefined];
  /** Something failed that is tried again. Said once while it lasts. */
  warning: [error: StreamerError];
  /** As a camera's. */
  note: [note: string];
}

/** How long a camera waits for its outputs to be ready for the first time. */
const outputHeadStartMs = 500;
/** A camera that has streamed this long without fault is tried again quickly when it fails. */
const steadyAfterMs = 5000;

/** One camera, its outputs, and the supervision that keeps them going. */
export class Pipeline extends EventEmitter<PipelineEvents> implements FrameConsumer {
  readonly name: string;
  readonly outputs: readonly FrameOutput[];
  readonly #options: PipelineOptions;
  readonly #stopping = new AbortController();
  readonly #watchdog = new FrameWatchdog();
  readonly #totals = new Map<keyof CaptureStatistics, number>();
  // Changes while it runs.
  #cameraOptions: CameraOptions;
  #camera: Camera | undefined;
  #state: PipelineState = 'starting';
  #error: StreamerError | undefined;
  #lastFailure: StreamerError | undefined;
  #lastWarning = '';
  #restarts = 0;
  #framesTaken = 0;
  // Counts up whenever a camera that is being opened has to be opened anew.
  #generation = 0;
  #reopening: Reopening | undefined;
  #isRunning = false;
  #isHalfRate = false;
  #isOddFrame = false;
  #run: CameraRun | undefined;

  constructor(options: PipelineOptions) {
    super();
    this.name = options.name;
    this.outputs = options.outputs;
    this.#options = options;
    this.#cameraOptions = options.camera;
  }

  get state(): PipelineState {
    return this.#state;
  }

  /** Why the state is `failed`. */
  get error(): StreamerError | undefined {
    return this.#error;
  }

  /** Why the state is `stalled` or `restarting`: the camera's last failure. */
  get lastFailure(): StreamerError | undefined {
    return this.#lastFailure;
  }

  /** How often the camera was started or opened again because it had failed. */
  get restarts(): number {
    return this.#restarts;
  }

  /** What the camera delivers; absent while it is not open. */
  get plan(): CapturePlan | undefined {
    return this.#camera?.plan;
  }

  /** As `Camera.syncMode`. */
  get syncMode(): SyncMode | undefined {
    return this.#camera?.syncMode;
  }

  /** Sums over all times that the camera was open. */
  get captureStatistics(): Partial<CaptureStatistics> {
    const sums = Object.fromEntries(this.#totals) as Partial<Record<keyof CaptureStatistics, number>>;
    for (const [name, value] of this.#currentCounters()) sums[name] = (sums[name] ?? 0) + value;
    return sums;
  }

  /** Streams until the source ends, maxFrames have been taken, stop() is called, or nothing can help any more. */
  async run(): Promise<void> {
    this.#isRunning = true;
    this.emit('state', 'starting', undefined);
    const { signal } = this.#stopping;
    const started = Promise.all(this.outputs.map((output) => this.#startOutput(output)));
    // Outputs that are ready at once get the first frame. A name server that does not answer holds up nothing.
    const begun = new AbortController();
    const ends = AbortSignal.any([signal, begun.signal]);
    await Promise.race([
      started,
      sleep(outputHeadStartMs, undefined, { signal: ends }).catch(() => undefined),
    ]);
    begun.abort();
    await this.#supervise();
    this.#isRunning = false;
    this.#endReopening();
    this.#stopping.abort();
    await Promise.all(this.outputs.map((output) => output.close()));
    this.#setState(this.#error ? 'failed' : 'stopped');
  }

  /** libjpeg's, 1..100, from the next frame on. */
  setQuality(quality: number): void {
    this.#camera?.setQuality(quality);
    this.#cameraOptions = { ...this.#cameraOptions, quality };
  }

  /**
   * Changes some of libcamera's controls, from one of the next frames on.
   *
   * @throws StreamerError ERR_CAMERA_CONFIG, and then none is changed
   */
  setControls(controls: Readonly<Record<string, ControlValue>>): void {
    this.#camera?.setControls(controls);
    if (!this.#camera) this.#generation += 1;
    this.#cameraOptions = {
      ...this.#cameraOptions,
      controls: { ...this.#cameraOptions.controls, ...controls },
    };
  }

  /**
   * Opens the camera again with other options, for what cannot change while it runs. Resolves when it runs with them, or
   * when it is not there now and will have them once it is.
   *
   * @throws StreamerError when it cannot be opened with them; then it goes on with those it had
   */
  async reopen(camera: CameraOptions): Promise<void> {
    const fallback = this.#reopening?.fallback ?? this.#cameraOptions;
    this.#endReopening();
    this.#cameraOptions = camera;
    this.#generation += 1;
    if (!this.#isRunning) return;
    this.#reopening = new Reopening(fallback);
    this.#run?.finish();
    await this.#reopening.done;
  }

  /** Whether every second frame is passed over: captured, but not encoded. */
  setHalfRate(isHalfRate: boolean): void {
    this.#isHalfRate = isHalfRate;
  }

  /** Asks run() to come to its end. */
  stop(): void {
    this.#stopping.abort();
  }

  take(frame: Frame): void {
    if (this.#hasAllFrames()) return;
    this.#options.onFrame?.(frame);
    for (const output of this.outputs) output.take(frame);
    this.#countFrame(frame.captureTimeUs);
  }

  passOver(): void {
    if (!this.#hasAllFrames()) this.#countFrame(monotonicUs());
  }

  wantsFrames(): boolean {
    if (this.#isHalfRate) {
      this.#isOddFrame = !this.#isOddFrame;
      if (this.#isOddFrame) return false;
    }
    return this.outputs.some((output) => output.wantsFrames?.() ?? true);
  }

  takePart(frame: Frame): void {
    if (this.#hasAllFrames()) return;
    for (const output of this.outputs) output.takePart?.(frame);
  }

  abandon(frame: Frame): void {
    for (const output of this.outputs) output.abandon?.(frame);
  }

  adjust(settings: EncodingSettings): void {
    for (const output of this.outputs) output.adjust?.(settings);
  }

  /** Tries again until the output is ready or the pipeline stops. */
  async #startOutput(output: FrameOutput): Promise<void> {
    const { signal } = this.#stopping;
    const backoff = new Backoff();
    for (let warned = false; !signal.aborted; warned = true) {
      try {
        await output.start();
        return;
      } catch (error) {
        if (!(error instanceof StreamerError)) throw error;
        if (!warned) this.emit('warning', error);
        await backoff.wait(signal);
      }
    }
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopping;
    const backoff = new Backoff();
    while (!signal.aborted) {
      const openedMs = performance.now();
      try {
        if (await this.#streamOnce(signal)) return;
        this.#setState('starting');
      } catch (error) {
        if (!(error instanceof StreamerError)) throw error;
        if (!canRecover(error)) {
          if (error.code !== 'ERR_CAMERA_HUNG' && this.#fallBack(error)) continue;
          this.#error = error;
          return;
        }
        this.#endReopening();
        this.#onFailure(error, 'restarting');
        if (performance.now() - openedMs > steadyAfterMs) backoff.reset();
        await waitToReopen(error, backoff, signal, openedMs);
      }
    }
  }

  /** Resolves when the camera is closed: with false when it is to be opened again. Rejects when it fails. */
  async #streamOnce(signal: AbortSignal): Promise<boolean> {
    const generation = this.#generation;
    const options = this.#cameraOptions;
    const camera = await opening(this.name, openCamera(options));
    this.#camera = camera;
    camera.on('note', (note) => {
      this.emit('note', note);
    });
    const run = new CameraRun(camera, this.#watchdog, (error) => {
      this.#onFailure(error, 'stalled');
    });
    const finish = (): void => {
      run.finish();
    };
    try {
      this.#run = run;
      signal.addEventListener('abort', finish);
      if (signal.aborted) return true;
      if (generation !== this.#generation) return false; // while it was being opened
      const { quality } = this.#cameraOptions;
      if (quality !== undefined && quality !== options.quality) camera.setQuality(quality);
      this.#options.video?.cameraOpened(camera);
      await Promise.all([
        run.over,
        opening(this.name, camera.attach(this)).then(() => {
          if (generation === this.#generation) this.#endReopening();
        }),
      ]);
      return camera.ended || signal.aborted || this.#hasAllFrames() || generation === this.#generation;
    } finally {
      this.#run = undefined;
      signal.removeEventListener('abort', finish);
      await this.#closeCamera(run);
    }
  }

  async #closeCamera(run: CameraRun): Promise<void> {
    await this.#options.video?.cameraClosing();
    try {
      await run.close();
    } finally {
      for (const [name, value] of this.#currentCounters()) {
        this.#totals.set(name, (this.#totals.get(name) ?? 0) + value);
      }
      this.#camera = undefined;
    }
  }

  #countFrame(captureTimeUs: number): void {
    this.#framesTaken += 1;
    if (this.#run?.isSignOfLife(captureTimeUs)) this.#setState('streaming');
    if (this.#hasAllFrames()) this.#run?.finish();
  }

  #hasAllFrames(): boolean {
    return this.#framesTaken >= (this.#options.maxFrames ?? Infinity);
  }

  #endReopening(): void {
    this.#reopening?.succeed();
    this.#reopening = undefined;
  }

  /** Whether there are options that worked, to go on with. */
  #fallBack(error: StreamerError): boolean {
    const reopening = this.#reopening;
    if (!reopening) return false;
    this.#reopening = undefined;
    this.#cameraOptions = reopening.fallback;
    reopening.fail(error);
    return true;
  }

  #currentCounters(): [keyof CaptureStatistics, number][] {
    if (!this.#camera) return [];
    return Object.entries(this.#camera.statistics()) as [keyof CaptureStatistics, number][];
  }

  #onFailure(error: StreamerError, state: 'stalled' | 'restarting'): void {
    this.#lastFailure = error;
    this.#restarts += 1;
    this.#setState(state);
    const warning = `${this.#state} ${error.code}`;
    if (warning === this.#lastWarning) return;
    this.#lastWarning = warning;
    this.emit('warning', error);
  }

  #setState(state: PipelineState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'streaming') this.#lastWarning = '';
    this.emit('state', state, this.plan);
  }
}

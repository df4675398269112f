import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { CapturePlan, Frame } from '../camera/index.js';
import type { CameraConfig, CameraName, LiveSettings, RtpDestinationConfig } from '../config/index.js';
import { detach } from '../errors/faults.js';
import { StreamerError } from '../errors/index.js';
import { MjpegHttpOutput, Snapshots } from '../outputs/mjpeg-http/index.js';
import { RtpOutput } from '../outputs/rtp/index.js';
import type { WebRtcOutput, WhipPush } from '../outputs/webrtc/index.js';
import { Pipeline, type FrameOutput, type PipelineState } from '../pipeline/index.js';
import { hostPort } from '../util/host-port.js';
import type { CameraControl } from '../web/index.js';
import { toCameraOptions } from './camera-options.js';
import { CameraVideo } from './camera-video.js';
import { FrameMeter } from './frame-meter.js';
import type { LiveConfig } from './live-config.js';
import type { SheddingLevel } from './load-shedding.js';
import { toRateOptions, toRtpOutputOptions } from './rtp-output-options.js';

export interface CameraStreamOptions {
  readonly name: CameraName;
  readonly settings: LiveConfig;
  readonly logger: Logger;
  /** Stop after this many frames. */
  readonly maxFrames?: number;
  readonly onFrame: (frame: Frame) => void;
}

interface CameraStreamEvents {
  state: [state: PipelineState, plan: CapturePlan | undefined];
  /** Something failed that is tried again. */
  warning: [error: StreamerError, state: PipelineState];
  /** As a camera's. */
  note: [note: string];
  /** State, settings or destinations are others. */
  change: [];
  /** It has come to its end, and is not about to be started again. With an error when that is a fault of the program. */
  ended: [error: Error | undefined];
}

/** One camera of the application: what it sends, whether it runs, and what of it changes meanwhile. */
export class CameraStream extends EventEmitter<CameraStreamEvents> implements CameraControl {
  readonly name: CameraName;
  readonly preview = new MjpegHttpOutput();
  readonly snapshots = new Snapshots();
  readonly meter = new FrameMeter();
  readonly #video: CameraVideo | undefined;
  readonly #options: CameraStreamOptions;
  #output: RtpOutput;
  #pipeline: Pipeline;
  #running: Promise<void> | undefined;
  #stoppedByHand = false;
  #sheddingLevel: SheddingLevel = 0;
  // Somebody has started it while it was being stopped.
  #startsAgain = false;
  // One change at a time.
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(options: CameraStreamOptions) {
    super();
    this.name = options.name;
    this.#options = options;
    const { current } = options.settings;
    this.#video =
      current.video && new CameraVideo(options.name, options.settings, current.video, options.logger);
    this.push?.on('change', () => {
      this.emit('change');
    });
    this.#output = this.#makeOutput();
    this.#pipeline = this.#makePipeline();
  }

  /** As it is now. */
  get config(): CameraConfig {
    return this.#options.settings.camera(this.name);
  }

  get pipeline(): Pipeline {
    return this.#pipeline;
  }

  get output(): RtpOutput {
    return this.#output;
  }

  get video(): WebRtcOutput | undefined {
    return this.#video?.output;
  }

  /** What is reported of. */
  get cameraVideo(): CameraVideo | undefined {
    return this.#video;
  }

  /** To a media server; undefined where none is configured. */
  get push(): WhipPush | undefined {
    return this.#video?.push;
  }

  /** Whether somebody stopped it who may start it again. */
  get stoppedByHand(): boolean {
    return this.#stoppedByHand;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Harmless when it runs; while it is being stopped it is started again after that. */
  start(): void {
    if (this.#running) {
      this.#startsAgain = this.#stoppedByHand;
      return;
    }
    this.#stoppedByHand = false;
    this.#startsAgain = false;
    if (this.#pipeline.state === 'stopped' || this.#pipeline.state === 'failed') {
      this.#output = this.#makeOutput();
      this.#pipeline = this.#makePipeline();
    }
    this.#running = this.#run(this.#pipeline);
    this.push?.start();
  }

  /** Stops the camera, its packets and its push; previews wait for it to come back. */
  async stop(): Promise<void> {
    this.#stoppedByHand = true;
    this.#startsAgain = false;
    this.#pipeline.stop();
    detach('push', this.push?.stop());
    await this.#running;
  }

  /**
   * Stops it and starts it with what is configured now. One that somebody stopped stays so, for when it is started.
   *
   * @returns whether it was started
   */
  async restart(): Promise<boolean> {
    if (this.#stoppedByHand) return false;
    await this.stop();
    this.start();
    return true;
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.stop();
    await this.push?.stop();
    this.preview.close();
    this.video?.close();
  }

  /** Does without some of what it does, because memory is short. */
  shedLoad(level: SheddingLevel): void {
    this.#sheddingLevel = level;
    this.preview.setAdmits(level < 1);
    this.#pipeline.setHalfRate(level >= 2);
  }

  /** @throws StreamerError, and then nothing has changed */
  async change(settings: LiveSettings): Promise<void> {
    const done = this.#lastChange.then(() => this.#apply(settings));
    this.#lastChange = done.catch(() => undefined);
    await done;
    this.emit('change');
  }

  /** @throws StreamerError, and then nothing has changed */
  async addDestination(destination: RtpDestinationConfig): Promise<void> {
    const output = this.#output;
    this.#withDestination(destination);
    if (this.isRunning) await output.addDestination(toRtpDestination(destination));
    try {
      // Its name may have taken long, and others may have been faster.
      const settings = this.#withDestination(destination);
      if (output !== this.#output)
        throw new StreamerError('ERR_CONFLICT', `${this.name} was started anew meanwhile`);
      this.#options.settings.change(this.name, settings);
    } catch (error) {
      await output.removeDestination(toRtpDestination(destination));
      throw error;
    }
    this.emit('change');
  }

  /** @throws StreamerError, and then nothing has changed */
  async removeDestination(host: string, port: number): Promise<void> {
    const { destinations } = this.config.rtp;
    const rest = destinations.filter((other) => other.host !== host || other.port !== port);
    if (rest.length === destinations.length) {
      throw new StreamerError('ERR_NOT_FOUND', `${this.name} is not sent to ${hostPort(host, port)}`);
    }
    if (rest.length === 0) {
      throw new StreamerError(
        'ERR_CONFLICT',
        `${this.name} has no other destination; stop the camera instead`,
      );
    }
    this.#options.settings.change(this.name, { destinations: rest });
    await this.#output.removeDestination({ host, port });
    this.emit('change');
  }

  /** The settings with one more destination, which is checked. */
  #withDestination(destination: RtpDestinationConfig): LiveSettings {
    const { destinations } = this.config.rtp;
    const { host, port } = destination;
    if (destinations.some((other) => other.host === host && other.port === port)) {
      throw new StreamerError('ERR_CONFLICT', `${this.name} is sent to ${hostPort(host, port)} already`);
    }
    const settings = { destinations: [...destinations, destination] };
    this.#options.settings.preview(this.name, settings);
    return settings;
  }

  async #run(pipeline: Pipeline): Promise<void> {
    let failure: Error | undefined;
    try {
      await pipeline.run();
    } catch (error) {
      failure = error instanceof Error ? error : new Error('not an error', { cause: error });
    }
    this.#running = undefined;
    if (this.#startsAgain && !failure) this.start();
    else {
      detach('push', this.push?.stop());
      this.emit('ended', failure);
    }
  }

  async #apply(settings: LiveSettings): Promise<void> {
    const before = this.config;
    const after = this.#options.settings.preview(this.name, settings);
    const opensAgain = after.fps !== before.fps || !isDeepStrictEqual(after.crop, before.crop);
    if (opensAgain && settings.controls) {
      throw new StreamerError(
        'ERR_INVALID_ARGUMENT',
        'change fps or crop, and controls, one after the other',
      );
    }
    if (settings.controls) this.#setControls(settings.controls);
    if (opensAgain) await this.#pipeline.reopen(toCameraOptions(after, this.#options.settings.current.rtp));
    this.#options.settings.change(this.name, settings);
    if (after.rtp.quality !== before.rtp.quality) this.#pipeline.setQuality(after.rtp.quality);
    const rate = toRateOptions(after);
    if (!isDeepStrictEqual(rate, toRateOptions(before))) this.#output.setRate(rate);
  }

  /** While the camera is open only: it knows what it can do, and a wrong value must not keep it from opening. */
  #setControls(controls: NonNullable<LiveSettings['controls']>): void {
    if (!this.#pipeline.plan) {
      throw new StreamerError(
        'ERR_NOT_STREAMING',
        `${this.name} is not open, so that its controls are not known`,
      );
    }
    this.#pipeline.setControls(controls);
  }

  #makeOutput(): RtpOutput {
    return new RtpOutput(toRtpOutputOptions(this.config, this.#options.settings.current));
  }

  #makePipeline(): Pipeline {
    const { settings, maxFrames, onFrame } = this.#options;
    const pipeline = new Pipeline({
      name: this.name,
      camera: toCameraOptions(this.config, settings.current.rtp),
      outputs: [this.#output, standing(this.preview), standing(this.snapshots)],
      onFrame: (frame) => {
        this.meter.observe(frame);
        onFrame(frame);
      },
      ...(this.#video && { video: this.#video.feed }),
      ...(maxFrames !== undefined && { maxFrames }),
    });
    pipeline.setHalfRate(this.#sheddingLevel >= 2);
    pipeline.on('warning', (error) => {
      this.emit('warning', error, pipeline.state);
    });
    pipeline.on('note', (note) => {
      this.emit('note', note);
    });
    pipeline.on('state', (state, plan) => {
      this.emit('state', state, plan);
      this.emit('change');
    });
    return pipeline;
  }
}

/** An output of the pipeline that goes on when the pipeline ends, because clients wait there. */
function standing(consumer: MjpegHttpOutput | Snapshots): FrameOutput {
  return {
    destination: 'HTTP',
    start: () => Promise.resolve(),
    take: (frame) => {
      consumer.take(frame);
    },
    wantsFrames: () => consumer.wantsFrames(),
    close: () => Promise.resolve(),
  };
}

function toRtpDestination({ host, port, rtcpPort }: RtpDestinationConfig) {
  return { host, port, ...(rtcpPort !== undefined && { rtcpPort }) };
}

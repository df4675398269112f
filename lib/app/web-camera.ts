import { listCameras, type ControlDescription } from '../camera/index.js';
import { dotted, type CameraConfig } from '../config/index.js';
import { detach } from '../errors/faults.js';
import { jpegPayloadType } from '../rtp/index.js';
import type { CameraControl, CameraDetail, CameraStatistics, StreamedCamera } from '../web/index.js';
import { toDevice } from './camera-options.js';
import type { CameraStream } from './camera-stream.js';
import type { LiveConfig } from './live-config.js';
import { StreamReporter } from './stream-report.js';

/** A camera of the application as the web server sees it. */
export class WebCamera implements StreamedCamera {
  readonly id: string;
  readonly control: CameraControl;
  readonly #stream: CameraStream;
  readonly #settings: LiveConfig;
  readonly #reporter: StreamReporter;
  #controls: readonly ControlDescription[] = [];
  // Whose controls those are.
  #controlsOf = '';
  #lastRefused = 0;

  constructor(stream: CameraStream, settings: LiveConfig) {
    this.id = stream.name;
    this.control = stream;
    this.#stream = stream;
    this.#settings = settings;
    this.#reporter = new StreamReporter(stream);
    stream.on('state', (state, plan) => {
      if (state !== 'streaming' || !plan || plan.name === this.#controlsOf) return;
      detach('controls', this.#readControls(plan.name));
    });
  }

  describe(): CameraDetail {
    const { pipeline, output, name } = this.#stream;
    const config = this.#settings.camera(name);
    const { plan, state } = pipeline;
    const isDown = state === 'stalled' || state === 'restarting';
    const failure = state === 'failed' ? pipeline.error : isDown ? pipeline.lastFailure : undefined;
    return {
      id: name,
      state,
      ...(failure && { error: { code: failure.code, message: failure.message } }),
      restarts: pipeline.restarts,
      device: toDevice(config.source),
      ...(plan && { source: plan.name, colorLabel: plan.colorLabel }),
      // JPEG files have each their own.
      ...(plan && plan.width > 0 && { width: plan.width, height: plan.height }),
      settings: settingsOf(config),
      controls: this.#controls.map((control) => ({ ...control, ...limitsOf(control) })),
      destinations: this.#destinations(config),
      rtp: {
        enabled: config.rtp.enabled,
        payloadType: jpegPayloadType,
        ssrc: output.ssrc,
        profile: config.rtp.profile,
      },
      ...this.#webrtc(config),
      unsaved: this.#unsaved(),
    };
  }

  statistics(): CameraStatistics {
    const { meter, preview, output, pipeline } = this.#stream;
    const report = this.#reporter.report(false);
    const refused = output
      .statistics()
      .destinations.reduce((total, { socket }) => total + (socket?.errorsRefused ?? 0), 0);
    const isRefused = refused > this.#lastRefused;
    this.#lastRefused = refused;
    const { receivers = [] } = report;
    return {
      state: pipeline.state,
      restarts: report.restarts,
      frame: meter.lastSequence,
      fps: report.fps,
      bitrateKbps: report.bitrateKbps,
      captured: report.captured,
      encoded: report.encoded,
      sent: report.sent,
      packets: report.packets,
      frameBytes: report.frameBytes,
      quality: meter.lastQuality,
      dropped: report.dropped,
      errors: report.errors,
      latencyMs: report.latencyMs,
      ...(report.departureErrorP99Us !== undefined && { departureErrorP99Us: report.departureErrorP99Us }),
      receivers: [...receivers],
      ...(isRefused ? { hasReceiver: false } : receivers.length > 0 && { hasReceiver: true }),
      previews: preview.statistics().clients,
      ...(report.video && { video: report.video }),
    };
  }

  onChange(listener: () => void): void {
    this.#stream.on('change', listener);
  }

  #destinations({ name, rtp }: CameraConfig): CameraDetail['destinations'] {
    const saved = this.#settings.savedCamera(name).rtp.destinations;
    return rtp.destinations.map(({ host, port, rtcpPort }) => ({
      ...{ host, port },
      ...(rtcpPort !== undefined && { rtcpPort }),
      isSaved: saved.some((other) => other.host === host && other.port === port),
    }));
  }

  #webrtc({ webrtcPort: signallingPort }: CameraConfig): Pick<CameraDetail, 'webrtc'> {
    const { video, webrtc } = this.#settings.current;
    const statistics = this.#stream.video?.statistics();
    if (!video || !statistics) return {};
    return {
      webrtc: {
        codec: video.codec,
        bitrateKbps: statistics.bitrateBps / 1e3,
        viewers: statistics.viewers.length,
        maxViewers: webrtc.maxClients,
        signallingPort,
        ...(this.#stream.push && { push: this.#stream.push.status }),
      },
    };
  }

  #unsaved(): string[] {
    const { name } = this.#stream;
    return this.#settings.edits.filter(({ path }) => path.includes(name)).map(({ path }) => dotted(path));
  }

  /** Of a camera that libcamera knows; the test pattern and files have none. */
  async #readControls(id: string): Promise<void> {
    const { source } = this.#settings.camera(this.#stream.name);
    if (source.kind === 'test' || source.kind === 'file') return;
    const cameras = await listCameras().catch(() => []);
    this.#controlsOf = id;
    this.#controls = cameras.find((camera) => camera.id === id)?.controls ?? [];
    this.#stream.emit('change');
  }
}

function settingsOf({ fps, crop, controls, rtp }: CameraConfig): CameraDetail['settings'] {
  return {
    quality: rtp.quality,
    minQuality: rtp.minQuality,
    maxBitrateKbps: rtp.maxBitrateKbps ?? 0,
    minBitrateKbps: rtp.minBitrateKbps ?? 0,
    fps,
    ...(crop && { crop }),
    controls: Object.fromEntries(
      Object.entries(controls).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
    ),
  };
}

function limitsOf({ min, max, default: usual }: ControlDescription) {
  const copy = (value: ControlDescription['min']) =>
    typeof value === 'object' && value !== null ? [...value] : value;
  return { min: copy(min), max: copy(max), default: copy(usual) };
}

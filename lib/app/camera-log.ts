import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { CapturePlan, PixelSize } from '../camera/index.js';
import type { CameraConfig, Config } from '../config/index.js';
import type { PacketSocketState } from '../net/packet-socket.js';
import type { PipelineState } from '../pipeline/index.js';
import type { CameraStream } from './camera-stream.js';
import type { LiveConfig } from './live-config.js';
import { rtcpCollision } from './rtp-output-options.js';

/** The log remembers so many notes of a camera, and writes each of them once. */
const maxNotes = 100;

/** Logs what a camera does: its states, and what of the configuration it cannot do. */
export function logCamera(stream: CameraStream, settings: LiveConfig, logger: Logger): void {
  const { name } = stream;
  const neighbour = rtcpCollision(settings.camera(name), settings.current);
  if (neighbour) {
    logger.warn(
      `no RTCP: its port is the one that ${neighbour.name} is sent to; set rtcp_port in [mjpeg-rtp.${name}], or leave a port between the two`,
    );
  }
  if (!settings.current.video && settings.camera(name).whip) {
    logger.warn(`whip_url in [${name}] has no effect without WebRTC: start with -mode webrtc, or -mode both`);
  }
  let lastTransport: unknown;
  stream.on('state', (state, plan) => {
    logState(logger, stream, state, plan, settings.camera(name));
    const { transport: socket } = stream.output;
    if (state !== 'streaming' || !socket) return;
    const transport = transportOf(socket, settings.current);
    if (!isDeepStrictEqual(transport, lastTransport)) logger.info(transport, 'transport');
    lastTransport = transport;
  });
  const notes = new Set<string>();
  stream.on('note', (note) => {
    if (notes.has(note)) return;
    if (notes.size >= maxNotes) notes.clear();
    notes.add(note);
    logger.info(note);
  });
  stream.on('warning', ({ code, message }, state) => {
    const what = state === 'stalled' ? 'stopping and starting it' : 'trying again';
    logger.warn({ state, code }, `${message}; ${what}`);
  });
}

function logState(
  log: Logger,
  { pipeline, output }: CameraStream,
  state: PipelineState,
  plan: CapturePlan | undefined,
  wanted: CameraConfig,
): void {
  if (state === 'failed') {
    const { code, message } = pipeline.error ?? {};
    log.error({ state, code }, message);
    return;
  }
  if (state === 'stalled' || state === 'restarting') return; // the warning says it, with its reason
  if (state !== 'streaming' || !plan) {
    log.info({ state }, state);
    return;
  }
  const { name: source, width, height, fps, colorLabel } = plan;
  const { destination } = output;
  log.info(
    { state, source, width, height, fps, colorLabel, ...(destination !== '' && { destination }) },
    destination === '' ? `${source} is there for viewers` : `${source} streams to ${destination}`,
  );
  if (wanted.syncMode && !pipeline.syncMode) {
    log.warn(`${source} has no control SyncMode: sync_mode = "${wanted.syncMode}" has no effect`);
  }
  const isCamera = wanted.source.kind.startsWith('camera') || wanted.source.kind === 'auto';
  const refusal = isCamera ? cannotDeliver(plan, wanted) : undefined;
  if (refusal !== undefined) log.warn(refusal);
}

/** Says that a camera delivers another size than it was asked for; undefined where it delivers that one. */
export function cannotDeliver(
  { sourceWidth, sourceHeight }: CapturePlan,
  { width, height }: PixelSize,
): string | undefined {
  if (sourceWidth === width && sourceHeight === height) return undefined;
  const delivered = `${String(sourceWidth)}x${String(sourceHeight)}`;
  return `the camera cannot deliver ${String(width)}x${String(height)} and delivers ${delivered}`;
}

/** What the kernel does for the first destination. */
function transportOf({ localPort, segmentation, kernelDepartureTimes }: PacketSocketState, { rtp }: Config) {
  const pacedBy = rtp.pacing.mode === 'off' ? 'nobody' : kernelDepartureTimes ? 'kernel' : 'thread';
  return { localPort, segmentation, pacedBy };
}

// From the keys of the file to the configuration that the application uses. The only place that knows both.
import type {
  CameraConfig,
  CameraRtpConfig,
  Config,
  RtpConfig,
  RtpDestinationConfig,
  SensorModeConfig,
  ServerConfig,
  SourceConfig,
  VideoConfig,
  WebrtcConfig,
  WhipConfig,
} from './config.js';
import {
  cameraNumberOf,
  type CameraFileSection,
  type CameraName,
  type FileConfig,
  type RtpCameraFileSection,
} from './schema/file.js';

export function resolveConfig(file: FileConfig, cameras: readonly CameraName[]): Config {
  const rtp = file['mjpeg-rtp'];
  const video = resolveVideo(file);
  return {
    cameras: cameras.flatMap((name) => {
      const camera = file[name];
      const cameraRtp = rtp[name];
      return camera && cameraRtp ? [resolveCamera(name, camera, cameraRtp)] : [];
    }),
    rtp: resolveRtp(rtp),
    server: resolveServer(file.server),
    webrtc: resolveWebrtc(file.webrtc, video),
    video,
    shutdownTimeoutMs: file.timeouts.shutdown_timeout_seconds * 1000,
    maxMemoryBytes: file.limits.max_memory_usage_mb * 1_048_576,
  };
}

function resolveWebrtc(webrtc: FileConfig['webrtc'], { bitrateBps }: VideoConfig): WebrtcConfig {
  const [first, last] = webrtc.udp_ports.split('-').map(Number);
  return {
    stunServer: nonEmpty(webrtc.stun_server),
    maxClients: webrtc.max_clients,
    mtuBytes: webrtc.mtu,
    timeoutMs: webrtc.timeout,
    minBitrateBps: webrtc.min_bitrate ?? Math.min(150_000, bitrateBps),
    bindAddress: nonEmpty(webrtc.bind_address),
    portRange: first && last ? { first, last } : undefined,
  };
}

/** Three sections say the same: the Go system grew that way. */
function resolveVideo({ webrtc, video, encoding }: FileConfig): VideoConfig {
  const preset = video['encoder-preset'];
  return {
    codec: webrtc.codec ?? video.codec ?? encoding.codec ?? 'h264',
    hardware: webrtc.hardware_encoder,
    bitrateBps: webrtc.bitrate ?? video.bitrate ?? encoding.bitrate ?? 2_000_000,
    keyframeInterval: video['keyframe-interval'] ?? encoding.keyframe_interval ?? 300,
    effort: preset === 'medium' ? 1 : preset.startsWith('slow') || preset === 'veryslow' ? 2 : 0,
    // Of libvpx's two ways to count, the one that is fast at all times, not the one that fills the time there is.
    cpuUsed: -Math.max(Math.abs(video['cpu-used'] ?? encoding.cpu_used ?? 8), 1),
  };
}

/** The file's sections with what holds where they say nothing, as the Go system has it. */
export function withVideoDefaults(file: FileConfig): Readonly<Record<string, unknown>> {
  const { codec, bitrateBps: bitrate, keyframeInterval, cpuUsed } = resolveVideo(file);
  return {
    ...file,
    encoding: { codec, bitrate, keyframe_interval: keyframeInterval, cpu_used: -cpuUsed, ...file.encoding },
    video: { codec, bitrate, 'keyframe-interval': keyframeInterval, 'cpu-used': -cpuUsed, ...file.video },
    webrtc: { codec, bitrate, ...file.webrtc },
  };
}

function resolveServer(server: FileConfig['server']): ServerConfig {
  const { tls_cert_file: certFile, tls_key_file: keyFile } = server;
  return {
    enabled: server.enabled,
    webPort: server.web_port,
    bindIp: server.bind_ip,
    piIp: nonEmpty(server.pi_ip),
    maxPreviews: server.max_previews,
    readAccess: server.read_access,
    controlAccess: server.control_access,
    tokens: Object.entries(server.tokens).map(([name, entry]) =>
      'token' in entry
        ? { name, rights: entry.rights, token: entry.token }
        : { name, rights: entry.rights, tokenFile: entry.token_file },
    ),
    users: Object.entries(server.users).map(([name, { rights, password_hash: passwordHash }]) => ({
      ...{ name, rights, passwordHash },
    })),
    allowedHosts: server.allowed_hosts,
    corsOrigins: server.cors_origins,
    tls: certFile || keyFile ? { certFile, keyFile } : undefined,
  };
}

function resolveRtp(rtp: FileConfig['mjpeg-rtp']): RtpConfig {
  return {
    mtuBytes: rtp.mtu,
    dscp: rtp.dscp,
    ttl: rtp.ttl || undefined,
    bindAddress: nonEmpty(rtp.bind_address),
    multicastInterface: nonEmpty(rtp.multicast_interface),
    multicastLoopback: rtp.multicast_loopback,
    pacing: { mode: rtp.pacing, spread: rtp.pacing_spread },
    subFrame: rtp.sub_frame,
    rtcp: rtp.rtcp,
    rtcpMux: rtp.rtcp_mux,
    absCaptureTime: rtp.abs_capture_time,
    socket: rtp.socket,
    statsIntervalSeconds: rtp.stats_interval_seconds,
  };
}

function resolveCamera(name: CameraName, camera: CameraFileSection, rtp: RtpCameraFileSection): CameraConfig {
  const { x, y, width, height } = camera.crop;
  return {
    name,
    source: resolveSource(camera.device, name),
    isRequired: camera.required,
    width: camera.width,
    height: camera.height,
    fps: camera.fps,
    flipMethod: camera.flip_method === '' ? 'none' : camera.flip_method,
    crop: x || y || width || height ? camera.crop : undefined,
    scaleTo: camera.scaling_enabled
      ? { width: camera['target-width'], height: camera['target-height'] }
      : undefined,
    colorRange: camera.color_range,
    sensorMode: resolveSensorMode(camera.sensor_mode),
    syncMode: camera.sync_mode === 'off' ? undefined : camera.sync_mode,
    tuningFile: nonEmpty(camera.tuning_file),
    controls: camera.controls,
    loop: camera.loop,
    paced: camera.paced,
    webrtcPort: camera.webrtc_port,
    whip: resolveWhip(camera),
    rtp: resolveCameraRtp(rtp),
  };
}

function resolveWhip({ whip_url, whip_token, whip_token_file }: CameraFileSection): WhipConfig | undefined {
  const url = nonEmpty(whip_url);
  if (url === undefined) return undefined;
  return { url, token: nonEmpty(whip_token), tokenFile: nonEmpty(whip_token_file) };
}

function resolveCameraRtp(rtp: RtpCameraFileSection): CameraRtpConfig {
  const host = nonEmpty(rtp.dest_host);
  const further = rtp.destinations.map(resolveDestination);
  const first = { host: host ?? '127.0.0.1', port: rtp.dest_port, rtcpPort: rtp.rtcp_port || undefined };
  return {
    enabled: rtp.enabled ?? (host !== undefined || further.length > 0),
    // A list without dest_host says it all.
    destinations: host === undefined && further.length > 0 ? further : [first, ...further],
    localPort: rtp.local_port,
    rtcpLocalPort: rtp.rtcp_local_port,
    profile: rtp.profile,
    restartInterval: rtp.restart_interval,
    encodeThreads: rtp.encode_threads,
    quality: rtp.quality,
    maxBitrateKbps: rtp.max_bitrate_kbps || undefined,
    minBitrateKbps: rtp.min_bitrate_kbps || undefined,
    minQuality: rtp.min_quality,
    quantizationTables: rtp.quantization_tables ?? (rtp.profile === 'restart' ? 'numbered' : 'in-band'),
    // Number() reads "0x12345678" as well. 0 is random, as in the Go system.
    ssrc: Number(rtp.ssrc ?? 0) || undefined,
  };
}

/** "HOST:PORT" or "[ADDRESS]:PORT", which the schema has checked. */
function resolveDestination(text: string): RtpDestinationConfig {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(text.slice(colon + 1)), rtcpPort: undefined };
}

/** The `device` of a camera, also as the option --source gives it. */
export function resolveSource(device: string | number, camera: CameraName): SourceConfig {
  if (device === '') return { kind: 'camera-index', index: cameraNumberOf(camera) - 1 };
  if (device === 'auto' || device === 'test') return { kind: device };
  const text = String(device);
  if (/^\d+$/.test(text)) return { kind: 'camera-index', index: Number(text) };
  if (text.startsWith('file:')) return { kind: 'file', path: text.slice('file:'.length) };
  return { kind: 'camera-id', id: text };
}

/** "WIDTHxHEIGHT" or "WIDTHxHEIGHT:BITS", which the schema has checked. */
function resolveSensorMode(text: string): SensorModeConfig | undefined {
  const [width, height, bitDepth] = text.split(/[x:]/).map(Number);
  return width && height ? { width, height, bitDepth } : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

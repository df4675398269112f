// What the schema cannot see: settings that are each valid but do not go together.
import type { CameraConfig, Config, SizeConfig } from './config.js';
import { outputSize, rotatedSize } from './picture-size.js';
import type { Problem } from './problem.js';

/** RFC 2435 section 3.1.5 and 3.1.6: 8 bits hold the width and height in units of 8 pixels. */
const largestRtpSize = 2040;

/** Static tables are those of Q 1 to 99, RFC 2435 section 4.2. */
const largestStaticQuality = 99;

export function findConflicts(config: Config): Problem[] {
  return [
    ...config.cameras.flatMap(cameraConflicts),
    ...localPortConflicts(config.cameras),
    ...rtcpConflicts(config),
    ...serverConflicts(config),
    ...webrtcConflicts(config),
  ];
}

function cameraConflicts(camera: CameraConfig): Problem[] {
  // Without a sound crop and scaling there is no size to judge.
  const picture = scalingConflict(camera) ?? cropConflict(camera) ?? sizeConflict(camera);
  const conflicts = [
    qualityConflict,
    rateConflict,
    bitrateConflict,
    tablesConflict,
    threadsConflict,
    tokenConflict,
  ];
  return [picture, ...conflicts.map((find) => find(camera))].filter((problem) => problem !== undefined);
}

function scalingConflict({ name, scaleTo }: CameraConfig): Problem | undefined {
  if (!scaleTo || (scaleTo.width && scaleTo.height)) return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: [name, 'scaling_enabled'],
    message: `${name}.scaling_enabled is true, but there is no size to scale to; set target-width and target-height`,
  };
}

function cropConflict(camera: CameraConfig): Problem | undefined {
  const { name, crop } = camera;
  const picture = rotatedSize(camera);
  if (!crop || !picture) return undefined;
  const fitsX = crop.x < picture.width && crop.x + crop.width <= picture.width;
  const fitsY = crop.y < picture.height && crop.y + crop.height <= picture.height;
  if (fitsX && fitsY) return undefined;
  const rectangle = `${sizeText(crop)} at ${String(crop.x)},${String(crop.y)}`;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: [name, 'crop'],
    message: `${name}.crop, ${rectangle}, reaches out of the picture, which is ${sizeText(picture)} after rotation; make it smaller`,
  };
}

function sizeConflict(camera: CameraConfig): Problem | undefined {
  const size = outputSize(camera);
  if (!camera.rtp.enabled || !size) return undefined;
  if (size.width <= largestRtpSize && size.height <= largestRtpSize) return undefined;
  const limit = `RFC 2435 carries at most ${String(largestRtpSize)} pixels in width and in height`;
  return {
    code: 'ERR_JPEG_SIZE',
    path: [camera.name, size.width > largestRtpSize ? 'width' : 'height'],
    message: `${camera.name} would send ${sizeText(size)}, but ${limit}; lower width and height, crop, or scale with scaling_enabled, target-width and target-height`,
  };
}

function qualityConflict({ name, rtp }: CameraConfig): Problem | undefined {
  if (rtp.quantizationTables !== 'static' || rtp.quality <= largestStaticQuality) return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: ['mjpeg-rtp', name, 'quality'],
    message: `mjpeg-rtp.${name}.quality is ${String(rtp.quality)}, but RFC 2435 has static tables up to ${String(largestStaticQuality)} only; lower it, or set quantization_tables = "${rtp.profile === 'restart' ? 'numbered' : 'in-band'}"`,
  };
}

function rateConflict({ name, rtp }: CameraConfig): Problem | undefined {
  if (rtp.maxBitrateKbps === undefined || rtp.minQuality <= rtp.quality) return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: ['mjpeg-rtp', name, 'min_quality'],
    message: `mjpeg-rtp.${name}.min_quality is ${String(rtp.minQuality)}, but quality, which is only lowered to keep to max_bitrate_kbps, is ${String(rtp.quality)}; lower min_quality, or raise quality`,
  };
}

function bitrateConflict({ name, rtp }: CameraConfig): Problem | undefined {
  const { maxBitrateKbps, minBitrateKbps } = rtp;
  if (maxBitrateKbps === undefined || minBitrateKbps === undefined) return undefined;
  if (minBitrateKbps <= maxBitrateKbps) return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: ['mjpeg-rtp', name, 'min_bitrate_kbps'],
    message: `mjpeg-rtp.${name}.min_bitrate_kbps is ${String(minBitrateKbps)}, but max_bitrate_kbps is ${String(maxBitrateKbps)}; lower min_bitrate_kbps, or raise max_bitrate_kbps`,
  };
}

/** RFC 2435 section 3.1.8: tables that came with Q 255 may not be used for another frame. */
function tablesConflict({ name, rtp }: CameraConfig): Problem | undefined {
  if (rtp.quantizationTables !== 'in-band' || rtp.profile !== 'restart') return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: ['mjpeg-rtp', name, 'quantization_tables'],
    message: `mjpeg-rtp.${name}.quantization_tables is "in-band", but with profile "restart" a frame is to be of use without its first packet, which would be the only one with the tables; set quantization_tables = "numbered", or profile = "universal"`,
  };
}

function threadsConflict({ name, rtp }: CameraConfig): Problem | undefined {
  if (rtp.encodeThreads === 1 || rtp.profile === 'restart') return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: ['mjpeg-rtp', name, 'encode_threads'],
    message: `mjpeg-rtp.${name}.encode_threads is ${String(rtp.encodeThreads)}, but the threads' parts of a frame are joined by restart markers, which profile "universal" does not have; set profile = "restart", or encode_threads = 1`,
  };
}

function tokenConflict({ name, whip }: CameraConfig): Problem | undefined {
  if (whip?.token === undefined || whip.tokenFile === undefined) return undefined;
  return {
    code: 'ERR_CONFIG_CONFLICT',
    path: [name, 'whip_token_file'],
    message: `${name}.whip_token and ${name}.whip_token_file are both set; remove one of them`,
  };
}

function rtcpConflicts({ rtp }: Config): Problem[] {
  if (!rtp.rtcpMux || rtp.socket === 'native') return [];
  const message =
    'mjpeg-rtp.rtcp_mux is true, but only the native socket can receive on the port of RTP; set socket = "native", or rtcp_mux = false';
  return [{ code: 'ERR_CONFIG_CONFLICT', path: ['mjpeg-rtp', 'rtcp_mux'], message }];
}

function serverConflicts({ server }: Config): Problem[] {
  const { tls } = server;
  if (!tls || (tls.certFile && tls.keyFile)) return [];
  const [has, lacks] = tls.certFile ? ['tls_cert_file', 'tls_key_file'] : ['tls_key_file', 'tls_cert_file'];
  const message = `server.${has} is set, but server.${lacks} is not; HTTPS needs both`;
  return [{ code: 'ERR_CONFIG_CONFLICT', path: ['server', has], message }];
}

function localPortConflicts(cameras: readonly CameraConfig[]): Problem[] {
  const owners = new Map<number, string>();
  const problems: Problem[] = [];
  for (const { name, rtp } of cameras) {
    if (!rtp.enabled || rtp.localPort === 0) continue;
    const owner = owners.get(rtp.localPort);
    owners.set(rtp.localPort, owner ?? name);
    if (owner === undefined) continue;
    problems.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: ['mjpeg-rtp', name, 'local_port'],
      message: `mjpeg-rtp.${name}.local_port is ${String(rtp.localPort)}, as for ${owner}; give each its own, or 0`,
    });
  }
  return problems;
}

function sizeText({ width, height }: SizeConfig): string {
  return `${String(width)}x${String(height)}`;
}

function webrtcConflicts({ webrtc, video }: Config): Problem[] {
  const problems: Problem[] = [];
  const { portRange, minBitrateBps } = webrtc;
  if (portRange && (portRange.first > portRange.last || portRange.last > 65535)) {
    problems.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: ['webrtc', 'udp_ports'],
      message: `webrtc.udp_ports is ${String(portRange.first)}-${String(portRange.last)}; it goes from a lower to a higher port, 65535 at most`,
    });
  }
  if (video && minBitrateBps > video.bitrateBps) {
    problems.push({
      code: 'ERR_CONFIG_CONFLICT',
      path: ['webrtc', 'min_bitrate'],
      message: `webrtc.min_bitrate is ${String(minBitrateBps)}, but the bitrate is ${String(video.bitrateBps)} at most; lower min_bitrate`,
    });
  }
  return problems;
}

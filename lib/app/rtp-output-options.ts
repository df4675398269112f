import type { CameraConfig, Config } from '../config/index.js';
import type { RateOptions, RtpOutputOptions } from '../outputs/rtp/index.js';

/** The bounds of a camera's bitrate as RtpOutput takes them; absent without max_bitrate_kbps. */
export function toRateOptions({ rtp }: CameraConfig): RateOptions | undefined {
  const { maxBitrateKbps, minBitrateKbps, minQuality } = rtp;
  if (maxBitrateKbps === undefined) return undefined;
  return { maxBitrateKbps, minQuality, ...(minBitrateKbps !== undefined && { minBitrateKbps }) };
}

/** A camera's RTP of the configuration as RtpOutput takes it. */
export function toRtpOutputOptions(camera: CameraConfig, config: Config): RtpOutputOptions {
  const { rtp } = config;
  const { localPort, rtcpLocalPort, profile, quantizationTables, ssrc } = camera.rtp;
  const rate = toRateOptions(camera);
  const destinations = camera.rtp.destinations.map(({ host, port, rtcpPort }) => ({
    host,
    port,
    ...(rtcpPort !== undefined && { rtcpPort }),
  }));
  const [first, ...further] = destinations;
  return {
    ...first,
    destinations: further,
    localPort,
    mtu: rtp.mtuBytes,
    dscp: rtp.dscp,
    multicastLoopback: rtp.multicastLoopback,
    profile,
    quantizationTables,
    absCaptureTime: rtp.absCaptureTime,
    pacing: rtp.pacing,
    rtcp: rtp.rtcp && !rtcpCollision(camera, config) && { mux: rtp.rtcpMux, localPort: rtcpLocalPort },
    socket: rtp.socket,
    ...(rtp.ttl !== undefined && { ttl: rtp.ttl }),
    ...(rtp.bindAddress !== undefined && { localAddress: rtp.bindAddress }),
    ...(rtp.multicastInterface !== undefined && { multicastInterface: rtp.multicastInterface }),
    ...(rate && { rate }),
    ...(ssrc !== undefined && { ssrc }),
  };
}

/**
 * The camera whose RTP goes where this one's RTCP would go by default: ports that follow each other were fine for the
 * Go system, which has no RTCP.
 */
export function rtcpCollision(camera: CameraConfig, { rtp, cameras }: Config): CameraConfig | undefined {
  if (!rtp.rtcp || rtp.rtcpMux) return undefined;
  return cameras.find(
    (other) =>
      other.rtp.enabled &&
      other.rtp.destinations.some(({ host, port }) =>
        camera.rtp.destinations.some((own) => own.host === host && (own.rtcpPort ?? own.port + 1) === port),
      ),
  );
}

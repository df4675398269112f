import {
  outputSize,
  type CameraConfig,
  type CameraName,
  type Config,
  type RtpDestinationConfig,
} from '../config/index.js';
import { localAddressTowards } from '../net/local-address.js';
import { resolveHost } from '../net/resolve-host.js';
import { absCaptureTimeId, absCaptureTimeUri, jpegClockRateHz, jpegPayloadType } from '../rtp/index.js';
import { describeSession, parseIpAddress } from '../sdp/index.js';
import { defaultCname } from '../util/cname.js';
import { ntpSeconds } from '../util/ntp-timestamp.js';
import { toRtpOutputOptions } from './rtp-output-options.js';

/** How one destination of a camera is received. */
export interface StreamDescription {
  readonly camera: CameraName;
  /** From 0, in the order of the configuration. */
  readonly destination: number;
  /** RFC 8866. */
  readonly sdp: string;
}

/**
 * Describes what the configuration sends: every destination of every camera that is enabled.
 *
 * @throws StreamerError ERR_HOST_NOT_FOUND
 */
export async function describeStreams(config: Config): Promise<StreamDescription[]> {
  const enabled = config.cameras.filter(({ rtp }) => rtp.enabled);
  const descriptions = enabled.flatMap((camera) =>
    camera.rtp.destinations.map(async (to, destination) => ({
      camera: camera.name,
      destination,
      sdp: await describeDestination(config, camera, to),
    })),
  );
  return Promise.all(descriptions);
}

async function describeDestination(
  config: Config,
  camera: CameraConfig,
  { host, port, rtcpPort }: RtpDestinationConfig,
): Promise<string> {
  const { rtcp, localAddress, ttl, ssrc } = toRtpOutputOptions(camera, config);
  const address = await resolveHost(host);
  const size = outputSize(camera);
  const nowSeconds = ntpSeconds(Date.now() * 1000);
  const isMuxed = rtcp !== false && rtcp?.mux === true;
  const isMulticast = parseIpAddress(address)?.isMulticast === true;
  return describeSession({
    sessionId: nowSeconds,
    sessionVersion: nowSeconds,
    originAddress: config.server.piIp ?? localAddress ?? (await localAddressTowards(address)) ?? '127.0.0.1',
    sessionName: camera.name,
    address,
    port,
    payloadType: jpegPayloadType,
    clockRateHz: jpegClockRateHz,
    frameRate: camera.fps,
    ...(size && { size }),
    ...(ttl !== undefined && { multicastTtl: ttl }),
    ...(isMulticast && localAddress !== undefined && { sourceAddress: localAddress }),
    ...(rtcp !== false && { rtcpPort: isMuxed ? port : (rtcpPort ?? port + 1) }),
    ...(ssrc !== undefined && { source: { ssrc, cname: defaultCname() } }),
    ...(config.rtp.absCaptureTime && {
      headerExtensions: [{ id: absCaptureTimeId, uri: absCaptureTimeUri }],
    }),
  });
}

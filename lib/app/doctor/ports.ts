import { createServer, isIPv6 } from 'node:net';
import type { CameraConfig, Config } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import { bindDgram } from '../../net/bind-dgram.js';
import { toRtpOutputOptions } from '../rtp-output-options.js';
import type { Facts } from './facts.js';
import { worstStatus, type CheckResult, type Part } from './finding.js';
import { findPortOwner } from './port-owner.js';

/** Characters of a command line. */
const shownLength = 100;

interface LocalPort {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  /** Whether several sockets of this program are bound to it. */
  readonly isShared: boolean;
  /** For people. */
  readonly purpose: string;
  /** What it is that somebody else has it: streaming by RTP fails, or only a server has to wait. */
  readonly ifTaken: 'failure' | 'warning';
}

/** Whether the ports that the configuration names are free, by binding them for a moment. */
export async function checkPorts({
  configuration,
}: Pick<Facts, 'configuration'>): Promise<CheckResult | undefined> {
  if (configuration instanceof Error) return undefined;
  const ports = localPorts(configuration.config);
  const parts: Part[] = [];
  // One after the other: the same port may be named twice.
  for (const port of ports) parts.push(...(await checkPort(port)));
  if (parts.length === 0) {
    const names = ports.map(({ protocol, port }) => `${protocol} ${String(port)}`);
    return { status: 'ok', title: `free: ${names.join(', ')}`, details: [] };
  }
  const details = parts.map(({ text }) => text);
  const status = worstStatus(parts);
  if (status === 'warning') {
    const remedy = 'end the program that has the port, or set another web_port or webrtc_port';
    return { status, title: 'a server has to wait for its port; streams by RTP do not', details, remedy };
  }
  return {
    status,
    title: 'not all can be bound that are to be streamed from',
    details,
    remedy: 'end the program that has the port, or set another local_port, or 0 for any',
  };
}

function localPorts(config: Config): LocalPort[] {
  const { cameras, server } = config;
  const enabled = cameras.filter(({ rtp }) => rtp.enabled);
  return [
    ...enabled.flatMap((camera) => rtpPorts(camera, config)),
    ...(server.enabled && server.webPort > 0 ? [webPort(server)] : []),
    ...cameras.map(({ name, webrtcPort }): LocalPort => ({
      protocol: 'tcp',
      address: server.bindIp,
      port: webrtcPort,
      isShared: false,
      purpose: `webrtc_port of ${name}`,
      ifTaken: 'warning',
    })),
  ];
}

function webPort({ bindIp, webPort: port }: Config['server']): LocalPort {
  return { protocol: 'tcp', address: bindIp, port, isShared: false, purpose: 'web_port', ifTaken: 'warning' };
}

/** Those of RTP and RTCP that are not for the system to choose. */
function rtpPorts(camera: CameraConfig, config: Config): LocalPort[] {
  const {
    host = '',
    destinations = [],
    localAddress,
    localPort = 0,
    rtcp,
  } = toRtpOutputOptions(camera, config);
  const common = {
    protocol: 'udp',
    address: localAddress ?? (isIPv6(host) ? '::' : '0.0.0.0'),
    isShared: destinations.length > 0,
    ifTaken: 'failure',
  } as const;
  const rtpPort: LocalPort = { ...common, port: localPort, purpose: `RTP of ${camera.name}` };
  if (!rtcp || rtcp.mux) return [rtpPort].filter(({ port }) => port > 0);
  const { localPort: own = 0 } = rtcp;
  const next = localPort > 0 ? localPort + 1 : 0;
  const rtcpPort: LocalPort = { ...common, port: own > 0 ? own : next, purpose: `RTCP of ${camera.name}` };
  return [rtpPort, rtcpPort].filter(({ port }) => port > 0);
}

/** Nothing when it is free. */
async function checkPort(local: LocalPort): Promise<Part[]> {
  const { protocol, port, purpose, ifTaken } = local;
  const reason = await (protocol === 'udp' ? bindUdp(local) : bindTcp(local));
  if (reason === undefined) return [];
  const name = `${protocol} ${String(port)} (${purpose})`;
  if (reason !== 'EADDRINUSE') return [{ status: ifTaken, text: `${name}: ${reason}` }];
  const owner = findPortOwner(protocol, port);
  const text = `${name}: in use${owner ? ` by process ${String(owner.processId)}: ${owner.commandLine.slice(0, shownLength)}` : ''}`;
  // A streamer that runs already, as a service does.
  const isOurs = owner?.commandLine.includes('pi-camera-streamer') === true;
  return [{ status: isOurs ? 'note' : ifTaken, text }];
}

/** The system's code for the reason why not; undefined when it can be bound. */
async function bindUdp({ address, port, isShared }: LocalPort): Promise<string | undefined> {
  try {
    const options = { address, port: 9, localAddress: address, localPort: port, localPortShared: isShared };
    const socket = await bindDgram(options);
    await new Promise<void>((resolve) => socket.close(resolve));
    return undefined;
  } catch (error) {
    return codeOf(error instanceof StreamerError ? error.cause : error);
  }
}

async function bindTcp({ address, port }: LocalPort): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, host: address }, resolve);
    });
    await new Promise((resolve) => server.close(resolve));
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

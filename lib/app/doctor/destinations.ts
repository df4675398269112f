import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Config } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import { localAddressTowards } from '../../net/local-address.js';
import { UdpSocket } from '../../net/udp-socket.js';
import { parseIpAddress } from '../../sdp/index.js';
import type { Facts } from './facts.js';
import { worstStatus, type CheckResult, type Part } from './finding.js';
import { probe } from './probe.js';

interface Destination {
  /** For people. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Whether the hosts have addresses, and by which way packets go there. Nothing to say where nothing is streamed. */
export async function checkDestinations({
  configuration,
  core,
  enabled,
}: Pick<Facts, 'configuration' | 'core' | 'enabled'>): Promise<CheckResult | undefined> {
  if (configuration instanceof Error || enabled.length === 0) return undefined;
  const destinations = enabled.flatMap(({ name, rtp }) =>
    rtp.destinations.map(({ host, port }) => {
      const shown = host.includes(':') ? `[${host}]` : host;
      return { name: `${name} to ${shown}:${String(port)}`, host, port };
    }),
  );
  const parts = await Promise.all(
    destinations.map((destination) =>
      checkDestination(destination, configuration.config, core.loaded !== undefined),
    ),
  );
  const status = worstStatus(parts);
  const details = parts.map(({ text }) => text);
  if (status === 'ok') return { status, title: 'all can be sent to', details };
  return {
    status,
    title: 'not all can be sent to',
    details,
    remedy: 'check names by getent hosts NAME, cables, and routes by ip route get ADDRESS',
  };
}

async function checkDestination(
  { name, host, port }: Destination,
  config: Config,
  hasCore: boolean,
): Promise<Part> {
  const result = isIP(host) ? { answer: host } : await probe('host', host);
  if ('error' in result) return { status: 'failure', text: `${name}: ${result.error}` };
  const address = result.answer;
  const way = await wayTo(address, config);
  if (way === undefined) return { status: 'warning', text: `${name}: no route to ${address}` };
  const text = `${name}: ${address === host ? '' : `${address}, `}${way}`;
  if (!hasCore || config.rtp.socket === 'dgram') return { status: 'ok', text };
  try {
    return { status: 'ok', text: `${text}, ${await pacingTo(address, port, config)}` };
  } catch (error) {
    if (!(error instanceof StreamerError)) throw error;
    return { status: 'failure', text: `${name}: ${error.message}` };
  }
}

/** Undefined when there is none. */
async function wayTo(address: string, { rtp }: Config): Promise<string | undefined> {
  if (rtp.multicastInterface !== undefined && parseIpAddress(address)?.isMulticast) {
    return `by ${rtp.multicastInterface}`;
  }
  const localAddress = await localAddressTowards(address);
  return localAddress && `by ${interfaceOf(localAddress)} from ${rtp.bindAddress ?? localAddress}`;
}

/** Who paces packets to there: the interface's queue is looked at when the socket is opened. */
async function pacingTo(address: string, port: number, { rtp }: Config): Promise<string> {
  const { bindAddress, multicastInterface, pacing } = rtp;
  const socket = new UdpSocket(
    {
      address,
      port,
      kernelDepartureTimes: pacing.mode === 'auto',
      ...(bindAddress !== undefined && { localAddress: bindAddress }),
      ...(multicastInterface !== undefined && { multicastInterface }),
    },
    () => undefined,
  );
  const { kernelDepartureTimes } = socket.state;
  await socket.close();
  if (pacing.mode === 'off') return 'not paced';
  return kernelDepartureTimes ? 'paced by the kernel (fq, SO_TXTIME)' : 'paced by a thread';
}

function interfaceOf(address: string): string {
  const [name = 'an unknown interface'] =
    Object.entries(networkInterfaces()).find(([, addresses]) =>
      addresses?.some((candidate) => candidate.address === address),
    ) ?? [];
  return name;
}

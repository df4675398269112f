import { release } from 'node:os';
import { UdpSocket } from '../../net/udp-socket.js';
import type { Facts } from './facts.js';
import type { CheckResult } from './finding.js';

/** What the kernel does for packets, by asking a socket. Without it there are other ways. */
export async function checkKernel({ core }: Pick<Facts, 'core'>): Promise<CheckResult> {
  const title = `Linux ${release()}`;
  if (!core.loaded) {
    return {
      status: 'note',
      title: `${title}; its sockets were not looked at, for want of a core addon`,
      details: [],
    };
  }
  const socket = new UdpSocket({ address: '127.0.0.1', port: 9 }, () => undefined);
  const { segmentation } = socket.state;
  await socket.close();
  if (segmentation) {
    return { status: 'ok', title: `${title}, cuts messages into packets (UDP_SEGMENT)`, details: [] };
  }
  return {
    status: 'note',
    title: `${title} does not cut messages into packets (UDP_SEGMENT, from 4.18 on): sending costs more CPU`,
    details: [],
  };
}

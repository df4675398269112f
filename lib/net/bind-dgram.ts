import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { StreamerError } from '../errors/index.js';
import { packetSocketDefaults, type PacketSocketOptions } from './packet-socket.js';

/**
 * A socket of node's own, bound to its local address, with what of the options dgram can do.
 *
 * @throws StreamerError ERR_SOCKET
 */
export async function bindDgram(options: PacketSocketOptions): Promise<Socket> {
  const { address, localAddress, localPort, localPortShared } = { ...packetSocketDefaults, ...options };
  const type = isIPv6(address.split('%')[0] ?? '') ? 'udp6' : 'udp4';
  const socket = createSocket({ type, reuseAddr: localPortShared });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port: localPort, ...(localAddress !== '' && { address: localAddress }) }, resolve);
    });
    setHeaderFields(socket, options);
  } catch (error) {
    socket.close();
    throw socketError(options, error);
  }
  socket.removeAllListeners('error');
  return socket;
}

function socketError(options: PacketSocketOptions, error: unknown): StreamerError {
  const { address, port, localPort = 0 } = options;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `no UDP socket on local port ${String(localPort)} for ${address} port ${String(port)}: ${reason}`;
  return new StreamerError('ERR_SOCKET', message, error);
}

function setHeaderFields(socket: Socket, options: PacketSocketOptions): void {
  const { hopLimit, multicastInterface, multicastLoopback, sendBufferBytes } = {
    ...packetSocketDefaults,
    ...options,
  };
  socket.setSendBufferSize(sendBufferBytes);
  if (hopLimit > 0) {
    socket.setTTL(hopLimit);
    socket.setMulticastTTL(hopLimit);
  }
  socket.setMulticastLoopback(multicastLoopback);
  if (multicastInterface !== '') socket.setMulticastInterface(interfaceAddress(socket, multicastInterface));
}

/** dgram takes an interface of IPv6 by name, of IPv4 by its address. */
function interfaceAddress(socket: Socket, name: string): string {
  if (socket.address().family === 'IPv6') return `::%${name}`;
  const addresses = networkInterfaces()[name] ?? [];
  const address = addresses.find(({ family }) => family === 'IPv4')?.address;
  if (address === undefined) throw new Error(`no interface ${name} with an IPv4 address`);
  return address;
}

import { lookup } from 'node:dns/promises';
import { StreamerError } from '../errors/index.js';

/**
 * The address of a host, IPv4 or IPv6, as the system prefers.
 *
 * @param host - a name or an address
 * @throws StreamerError ERR_HOST_NOT_FOUND
 */
export async function resolveHost(host: string): Promise<string> {
  try {
    const { address } = await lookup(host);
    return address;
  } catch (error) {
    throw new StreamerError(
      'ERR_HOST_NOT_FOUND',
      `the host ${host} cannot be resolved: check the name, or give an IP address`,
      error,
    );
  }
}

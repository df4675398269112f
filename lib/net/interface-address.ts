import { networkInterfaces } from 'node:os';

/**
 * A network interface as dgram takes it: one of IPv6 by name, one of IPv4 by its address.
 *
 * @param name - such as eth0
 * @throws Error when there is no such interface
 */
export function interfaceAddress(family: 4 | 6, name: string): string {
  if (family === 6) return `::%${name}`;
  const addresses = networkInterfaces()[name] ?? [];
  const address = addresses.find((candidate) => candidate.family === 'IPv4')?.address;
  if (address === undefined) throw new Error(`no interface ${name} with an IPv4 address`);
  return address;
}

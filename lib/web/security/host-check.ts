import { isIP } from 'node:net';
import os from 'node:os';
import type { ServerConfig } from '../../config/index.js';

/**
 * Whether the name by which a browser reached this server is one of ours. A page of another site can make its own name
 * point here (DNS rebinding), and would then be of our origin; a page cannot do that with an address.
 */
export function isOwnHost(
  hostHeader: string | undefined,
  { allowedHosts, piIp }: Pick<ServerConfig, 'allowedHosts' | 'piIp'>,
): boolean {
  if (hostHeader === undefined) return true; // HTTP/1.0: no browser
  const name = hostNameOf(hostHeader);
  if (name === undefined) return false;
  if (isIP(name) !== 0) return true;
  const own = ['localhost', os.hostname(), piIp ?? '', ...allowedHosts].map((host) => host.toLowerCase());
  return name.endsWith('.local') || name.endsWith('.localhost') || own.includes(name);
}

/** Without port and brackets, in lower case; nothing when it is no such header. */
function hostNameOf(hostHeader: string): string | undefined {
  const [, address, name, port] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(hostHeader) ?? [];
  if (Number(port ?? 0) > 65_535) return undefined;
  return (address ?? name)?.toLowerCase().replace(/\.$/, '');
}

import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { namesIn, textOf } from '../../util/files.js';

/** The process that has a port. */
export interface PortOwner {
  readonly processId: number;
  /** The program and its arguments. */
  readonly commandLine: string;
}

/**
 * The process that has a local port.
 *
 * @returns undefined when there is none, or it is of a user whose processes this one may not look into
 */
export function findPortOwner(protocol: 'udp' | 'tcp', port: number): PortOwner | undefined {
  const links = new Set([protocol, `${protocol}6`].flatMap((table) => socketsOn(table, port)));
  if (links.size === 0) return undefined;
  const processId = namesIn('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((id) => hasSocket(id, links));
  if (processId === undefined) return undefined;
  const commandLine = textOf(`/proc/${processId}/cmdline`)
    .replaceAll(/[\0\s]+/g, ' ')
    .trim();
  return { processId: Number(processId), commandLine };
}

/** The sockets bound to a port, as the descriptors of their process show them. */
function socketsOn(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  // man proc_pid_net: sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
  // Without IPv6 in the kernel its tables are not there.
  return textOf(`/proc/net/${table}`)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local?.endsWith(suffix))
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
}

function hasSocket(processId: string, links: ReadonlySet<string>): boolean {
  const folder = `/proc/${processId}/fd`;
  try {
    return readdirSync(folder).some((name) => links.has(readlinkSync(path.join(folder, name))));
  } catch {
    return false; // it has ended, or is another user's
  }
}

import path from 'node:path';
import { textOf } from './files.js';

/**
 * The memory that this process's control group (cgroup v2: systemd's MemoryMax and MemoryHigh, a container's limit) lets
 * it have, in bytes. Undefined when there is no bound.
 *
 * @param root - where the hierarchy is mounted
 * @param membership - the file that names the process's group
 */
export function controlGroupMemoryLimit(
  root = '/sys/fs/cgroup',
  membership = '/proc/self/cgroup',
): number | undefined {
  // One line for the unified hierarchy, such as 0::/system.slice/pi-camera-streamer.service
  const group = /^0::(\/.*)$/m.exec(textOf(membership))?.[1];
  if (group === undefined) return undefined;
  const limits: number[] = [];
  // The groups around it have bounds, too.
  for (let folder = group; ; folder = path.dirname(folder)) {
    for (const file of ['memory.max', 'memory.high']) {
      const bytes = parseInt(textOf(path.join(root, folder, file)), 10); // "max" is not a number
      if (!Number.isNaN(bytes)) limits.push(bytes);
    }
    if (folder === '/') break;
  }
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

import type { SystemFiles } from './file-system.js';

/**
 * Whether a user may be called so, or is given by number. systemd ignores a User= that is neither a name nor a number, and
 * some versions run the service as root then; `id` would take what begins with a dash for an option.
 */
export function isUserName(name: string): boolean {
  return /^(\d+|[A-Za-z_][\w.@-]*)$/.test(name);
}

/** Whether the system's own files know the user. Users of a directory service are found by their name service only. */
export function hasUser(files: SystemFiles, name: string): boolean {
  return hasEntry(files.read('/etc/passwd'), name);
}

/** Those of the groups that there are. */
export function presentGroups(files: SystemFiles, names: readonly string[]): string[] {
  const text = files.read('/etc/group');
  return names.filter((name) => hasEntry(text, name));
}

function hasEntry(text: string, name: string): boolean {
  return text.split('\n').some((line) => line.split(':', 1)[0] === name);
}

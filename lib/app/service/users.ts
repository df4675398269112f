import type { SystemFiles } from './file-system.js';

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
  return text.split('\n').some((line) => line.startsWith(`${name}:`));
}

import type { SystemFiles } from './file-system.js';
import { recordFile } from './service-paths.js';

/** What the installation has made, and the removal removes. */
export interface ServiceRecord {
  readonly files: readonly string[];
  /** That were not there before. */
  readonly folders: readonly string[];
  /** Undefined: it was there before. */
  readonly createdUser: string | undefined;
}

/** Undefined where nothing has been installed. */
export function readRecord(files: SystemFiles): ServiceRecord | undefined {
  try {
    const { createdUser, ...lists } = JSON.parse(files.read(recordFile)) as Partial<ServiceRecord>;
    return {
      files: (lists.files ?? []).filter((name) => typeof name === 'string'),
      folders: (lists.folders ?? []).filter((name) => typeof name === 'string'),
      createdUser: typeof createdUser === 'string' ? createdUser : undefined,
    };
  } catch {
    return undefined;
  }
}

export function recordText(record: ServiceRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

import type { LoadedConfig } from '../../config/index.js';
import type { Command } from './commands.js';
import { dropInText } from './drop-in.js';
import type { PlannedFile, SystemFiles } from './file-system.js';
import {
  defaultUser,
  dropInFile,
  dropInFolder,
  mark,
  recordFile,
  sysusersFile,
  unitFile,
  unitName,
} from './service-paths.js';
import { readRecord, recordText, type ServiceRecord } from './record.js';
import { unitText } from './unit.js';
import { hasUser, presentGroups } from './users.js';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface InstallOptions {
  readonly loaded: LoadedConfig;
  readonly mode: string;
  /** Undefined: one of its own. */
  readonly user: string | undefined;
  /** Whether the service is started, or started anew. */
  readonly start: boolean;
}

/** What of the machine goes into the files. */
export interface MachineFacts {
  readonly files: SystemFiles;
  readonly node: string;
  readonly script: string;
  readonly totalBytes: number;
}

/** All that an installation does. */
export interface InstallPlan {
  readonly files: readonly PlannedFile[];
  /** That an earlier one made, and this one does not. */
  readonly staleFiles: readonly string[];
  /** After the files, in their order. */
  readonly commands: readonly Command[];
}

/** Who may use cameras, and the graphics processor that libcamera may convert pictures by. */
const cameraGroups = ['video', 'render'];

export function planInstall({ loaded, mode, user, start }: InstallOptions, facts: MachineFacts): InstallPlan {
  const { files, node, script, totalBytes } = facts;
  const groups = presentGroups(files, cameraGroups);
  const configFile = loaded.file === undefined ? undefined : path.resolve(loaded.file);
  const unit = unitText({ node, script, configFile, mode, user: user ?? defaultUser, groups });
  const made: PlannedFile[] = [
    { path: unitFile, content: unit },
    { path: dropInFile, content: dropInText(loaded, totalBytes) },
    ...(user === undefined ? [{ path: sysusersFile, content: sysusersText(groups) }] : []),
  ];
  const before = readRecord(files);
  const record = makeRecord(made, before, user, files);
  const isChanged = made.some((file) => files.compare(file) !== 'unchanged');
  return {
    // The record first: what is made after it is removed by it, whatever happens in between.
    files: [{ path: recordFile, content: recordText(record) }, ...made],
    staleFiles: (before?.files ?? []).filter((file) => !record.files.includes(file)),
    commands: commandsFor(files, user === undefined, start, isChanged),
  };
}

function makeRecord(
  made: readonly PlannedFile[],
  before: ServiceRecord | undefined,
  user: string | undefined,
  files: SystemFiles,
): ServiceRecord {
  const folders = [dropInFolder, path.dirname(sysusersFile), path.dirname(recordFile)];
  const isMissing = (folder: string): boolean => !existsSync(files.at(folder));
  const makesUser = user === undefined && !hasUser(files, defaultUser);
  return {
    files: made.map((file) => file.path),
    folders: folders.filter((folder) => before?.folders.includes(folder) ?? isMissing(folder)),
    createdUser: before?.createdUser ?? (makesUser ? defaultUser : undefined),
  };
}

/** The user is a system's own: no password, no shell, no home. */
function sysusersText(groups: readonly string[]): string {
  const members = groups.map((group) => `m ${defaultUser} ${group}\n`).join('');
  return `${mark}\nu ${defaultUser} - "Streams cameras" /nonexistent /usr/sbin/nologin\n${members}`;
}

function commandsFor(files: SystemFiles, makesUser: boolean, start: boolean, isChanged: boolean): Command[] {
  const root = files.isRunning ? [] : [`--root=${files.root}`];
  return [
    ...(makesUser ? [['systemd-sysusers', ...root, files.at(sysusersFile)] as const] : []),
    ...(files.isRunning ? [['systemctl', 'daemon-reload'] as const] : []),
    ['systemctl', ...root, 'enable', unitName],
    // One that runs as it should is not interrupted.
    ...(start && files.isRunning ? [['systemctl', isChanged ? 'restart' : 'start', unitName] as const] : []),
  ];
}

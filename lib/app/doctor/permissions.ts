import { accessSync, constants } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { namesIn, textOf } from '../../util/files.js';
import type { Facts } from './facts.js';
import type { CheckResult } from './finding.js';

/** A file in /dev that libcamera opens. */
export interface Device {
  readonly file: string;
  readonly kind: 'media' | 'video' | 'dma_heap';
  /** Whether this user may read and write it. */
  readonly isAllowed: boolean;
}

/** This user, and the group that Debian and Raspberry Pi OS give cameras to. */
export interface VideoGroup {
  /** Undefined where the user has no name. */
  readonly user: string | undefined;
  /** Whether the user is listed in it. */
  readonly isListed: boolean;
  /** Whether this process is in it: after a change only once the user has logged in again. */
  readonly isMember: boolean;
}

/** Whether this user may open the devices of cameras. */
export function checkPermissions(
  { withoutCamera }: Pick<Facts, 'withoutCamera'>,
  devices: readonly Device[] = cameraDevices(),
  group: VideoGroup = videoGroup(),
): CheckResult {
  if (devices.length === 0) {
    return {
      status: 'note',
      title: 'no /dev/media*, /dev/video* or /dev/dma_heap: no camera to open',
      details: [],
    };
  }
  const denied = devices.filter(({ isAllowed }) => !isAllowed);
  if (denied.length === 0) {
    return { status: 'ok', title: `may open all ${String(devices.length)} devices of cameras`, details: [] };
  }
  // One device of many may be somebody else's; all of a kind means that no camera can be opened.
  const isShut = (['media', 'video'] as const).some((kind) => {
    const ofKind = devices.filter((device) => device.kind === kind);
    return ofKind.length > 0 && ofKind.every(({ isAllowed }) => !isAllowed);
  });
  return {
    status: isShut ? withoutCamera : 'warning',
    title: `${group.user ?? 'this user'} may not open ${String(denied.length)} of ${String(devices.length)} devices of cameras`,
    details: [denied.map(({ file }) => file).join(' ')],
    remedy: remedy(group),
  };
}

function remedy({ user, isListed, isMember }: VideoGroup): string {
  if (isMember)
    return 'give the group video these devices: by a rule of udev, or for now by chgrp video and chmod g+rw';
  if (isListed) return 'log in again: the group video counts from the next login on';
  return `sudo usermod -aG video ${user ?? 'USER'}, then log in again`;
}

function cameraDevices(): Device[] {
  const inFolder = (folder: string, kind: Device['kind'], pattern: RegExp): Device[] =>
    namesIn(folder)
      .filter((name) => pattern.test(name))
      .map((name) => {
        const file = path.join(folder, name);
        return { file, kind, isAllowed: mayOpen(file) };
      });
  return [
    ...inFolder('/dev', 'media', /^media\d+$/),
    ...inFolder('/dev', 'video', /^video\d+$/),
    ...inFolder('/dev/dma_heap', 'dma_heap', /./),
  ];
}

function mayOpen(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function videoGroup(): VideoGroup {
  const user = userName();
  const [, id, members = ''] = /^video:[^:]*:(\d+):(.*)$/m.exec(textOf('/etc/group')) ?? [];
  return {
    user,
    isListed: user !== undefined && members.split(',').includes(user),
    isMember: id !== undefined && process.getgroups?.().includes(Number(id)) === true,
  };
}

/** In a container a user may have none. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

import { arch, platform, release } from 'node:os';
import { textOf } from '../../util/files.js';
import type { CheckResult } from './finding.js';

/** What this machine calls itself. */
export interface Machine {
  /** As node calls it. */
  readonly platform: string;
  readonly arch: string;
  /** Such as `Raspberry Pi 5 Model B Rev 1.0`; undefined where no device tree says. */
  readonly board: string | undefined;
  /** The system, such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly system: string;
}

/** Board and system: streaming works on Linux only. */
export function checkPlatform(machine: Machine = thisMachine()): CheckResult {
  const { board, system } = machine;
  const title = [board, system, machine.arch].filter((text) => text !== undefined).join(', ');
  if (machine.platform === 'linux') return { status: 'ok', title, details: [] };
  return {
    status: 'failure',
    title: `${title}: streaming works on Linux only`,
    details: [
      'what works here: the command `receive`, and in programs openReceiver() and the subpaths /rtp, /jpeg and /sdp',
    ],
    remedy: 'stream from a Raspberry Pi, or another machine with Linux',
  };
}

export function thisMachine(): Machine {
  // The device tree's strings end with a zero byte.
  const board = textOf('/proc/device-tree/model').replaceAll('\0', '') || undefined;
  const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(textOf('/etc/os-release'))?.[1];
  return { platform: platform(), arch: arch(), board, system: name ?? `${platform()} ${release()}` };
}

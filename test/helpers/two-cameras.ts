import { constants, setPriority } from 'node:os';
import type { CameraFaults } from './camera-faults.js';
import { barsFolder, cameraIds, command, startInDebian13, writeConfig } from './debian13.js';
import type { RunningProcess } from './processes.js';

/** Of both cameras. */
export const fps = 30;

/** Where a camera is sent to. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** The built command. */
export function streamWith(config: string, ...args: readonly string[]): string[] {
  return [command, '-config', config, ...args];
}

/** The configuration of both virtual cameras, with statistics every second. More: further sections. */
export function writeTwoCameras(destinations: readonly [Destination, Destination], more = ''): string {
  const cameras = destinations.map(({ host, port }, i) => {
    const name = `camera${String(i + 1)}`;
    const camera = `[${name}]\ndevice = "${cameraIds[i] ?? ''}"\nfps = ${String(fps)}\nwebrtc_port = 0\n`;
    return `${camera}[mjpeg-rtp.${name}]\ndest_host = "${host}"\ndest_port = ${String(port)}\n`;
  });
  const others = [
    '[mjpeg-rtp]\nstats_interval_seconds = 1\n',
    '[server]\nweb_port = 0\nbind_ip = "127.0.0.1"\n',
    '[webrtc]\nstun_server = ""\n',
  ];
  return writeConfig([...cameras, ...others, more].join(''));
}

/**
 * Puts this process, and those that it starts from now on, ahead of whatever else the machine does: that must not look
 * like a fault of the streamer. Needs root, as the Debian 13 root does.
 */
export function goFirst(): void {
  setPriority(constants.priority.PRIORITY_HIGH);
}

/**
 * Starts a program with cameras that pace themselves, and fail when they are told to.
 *
 * @param program - its file and arguments; of the built command by streamWith()
 * @param prefix - as of startInDebian13()
 */
export function startTwoCameras(
  program: readonly string[],
  faults: CameraFaults,
  prefix?: readonly string[],
): RunningProcess {
  return startInDebian13(
    barsFolder,
    ['node', ...program],
    { PI_LIKE_DEVICE: String(fps), CAMERA_FAULTS_FILE: faults.file },
    prefix,
  );
}

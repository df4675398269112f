import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import path from 'node:path';
import { dropInText } from '../../../lib/app/service/drop-in.js';
import { loadConfig } from '../../../lib/config/index.js';
import { hashPassword } from '../../../lib/web/security/password-hash.js';
import { command } from '../../helpers/debian13.js';
import { freeRtpPort, freeTcpPort } from '../../helpers/ports.js';
import { processFigures } from '../../helpers/process-figures.js';
import { start, until, type RunningProcess } from '../../helpers/processes.js';
import type { AttackedPorts } from './attacker.js';
import { ssrcs } from './datagram-attackers.js';

/** Of the honest viewer, which so keeps its place. */
export const viewerToken = 'a-token-that-nobody-knows';
/** Of the owner. */
export const controlToken = 'a-token-of-the-owner-alone';
/** These are there to be pushed, and are started and stopped meanwhile. */
export const pushedCameras = ['camera3', 'camera4'] as const;

/** The two cameras that every frame counts of. */
export const watchedCameras = [
  { name: 'camera1', width: 640, height: 480, fps: 30, ssrc: ssrcs[0] },
  { name: 'camera2', width: 320, height: 240, fps: 15, ssrc: ssrcs[1] },
] as const;

/** In the log: errors that nobody caught, and warnings about a part of the program, which nobody outside may cause. */
const problem = /unhandled|uncaught|"level":[456]0,[^\n]*"part":/gi;

type Ports = Omit<AttackedPorts, 'web' | 'signalling'>;

async function writeConfig(file: string, { rtp, rtcp, receivers, whip }: Ports): Promise<void> {
  const push = `whip_url = "http://127.0.0.1:${String(whip)}/whip?key=secret"\nwhip_token = "a-token-for-the-server"`;
  const cameras = watchedCameras.map(({ name, width, height, fps, ssrc }, i) => {
    const isFirst = i === 0;
    // Far more than the stream has: a bound that reports can lower.
    const first = `local_port = ${String(rtp)}\nrtcp_local_port = ${String(rtcp)}\nmax_bitrate_kbps = 200000`;
    return `[${name}]
device = "test"
width = ${String(width)}
height = ${String(height)}
fps = ${String(fps)}
webrtc_port = 0
${isFirst ? '' : push}
[mjpeg-rtp.${name}]
dest_host = "127.0.0.1"
dest_port = ${String(receivers[i])}
ssrc = ${String(ssrc)}
${isFirst ? first : ''}`;
  });
  const pushed = pushedCameras.map(
    (name) => `[${name}]\ndevice = "test"\nwidth = 64\nheight = 48\nfps = 5\nwebrtc_port = 0\n${push}`,
  );
  writeFileSync(
    file,
    `[server]
web_port = 0
bind_ip = "127.0.0.1"
control_access = "strict"
[server.tokens.viewer]
token = "${viewerToken}"
rights = "read"
[server.tokens.owner]
token = "${controlToken}"
[server.users.owner]
password_hash = "${await hashPassword('a word that nobody says')}"
[webrtc]
stun_server = ""
timeout = 2000
[mjpeg-rtp]
stats_interval_seconds = 0
abs_capture_time = true
${[...cameras, ...pushed].join('\n')}
`,
  );
}

/** The built command with cameras that are received, watched, pushed, and attacked. It runs as the service does. */
export class AttackedStreamer {
  readonly ports: AttackedPorts;
  readonly #process: RunningProcess;
  readonly #folder: string;

  private constructor(process: RunningProcess, folder: string, ports: AttackedPorts) {
    this.#process = process;
    this.#folder = folder;
    this.ports = ports;
  }

  /** @param receivers - the ports that the two cameras are sent to */
  static async start(receivers: readonly number[]): Promise<AttackedStreamer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-fuzz-'));
    const config = path.join(folder, 'config.toml');
    const rtp = await freeRtpPort();
    const ports = { rtp, rtcp: rtp + 1, receivers, whip: await freeTcpPort() };
    await writeConfig(config, ports);
    const settings = dropInText(loadConfig(config), totalmem()).matchAll(
      /^Environment="?([^="]+)=([^"\n]+)"?$/gm,
    );
    const environment = Object.fromEntries(Array.from(settings, ([, name = '', value]) => [name, value]));
    const running = start(process.execPath, [command, '--config', config, '--mode', 'both'], {
      env: { ...process.env, ...environment },
    });
    const log = (): string => running.stderr();
    const web = (): number => portIn(log(), /"url":"http:[^"]+:(\d+)\/"/);
    const signalling = (): number[] =>
      watchedCameras.map(({ name }) =>
        portIn(log(), new RegExp(`"camera":"${name}","signalling":"ws:[^"]+:(\\d+)/ws"`)),
      );
    const isReady = (): boolean => [web(), ...signalling()].every((port) => port > 0);
    await until('the servers', () => running.child.exitCode !== null || isReady(), 30_000);
    if (!isReady()) throw new Error(`the streamer has ended: ${log()}`);
    return new AttackedStreamer(running, folder, { ...ports, web: web(), signalling: signalling() });
  }

  get log(): string {
    return this.#process.stderr();
  }

  get isRunning(): boolean {
    return this.#process.child.exitCode === null && this.#process.child.signalCode === null;
  }

  /** Resident memory; NaN: it has ended. */
  get residentMiB(): number {
    return this.isRunning ? processFigures(this.#process.child.pid ?? 0).rssMiB : Number.NaN;
  }

  /** What it has counted of its own faults, and logged as problems; NaN: it does not answer. */
  async faults(): Promise<number> {
    const url = `http://127.0.0.1:${String(this.ports.web)}/metrics`;
    const text = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.text(),
      () => '',
    );
    const counted = Number(/^pi_camera_streamer_faults_total (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
    return counted + (this.log.match(problem)?.length ?? 0);
  }

  /** As a user ends it. @returns its exit code */
  async stop(): Promise<number> {
    this.#process.child.kill('SIGINT');
    const late = setTimeout(() => this.#process.child.kill('SIGKILL'), 10_000);
    const code = await this.#process.exited;
    clearTimeout(late);
    rmSync(this.#folder, { recursive: true });
    return code;
  }
}

function portIn(log: string, pattern: RegExp): number {
  return Number(pattern.exec(log)?.[1] ?? 0);
}

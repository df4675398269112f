// All attackers by name. Started as a program it is one of them: attackers.ts NAME PORTS-AS-JSON
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { attack, type AttackedPorts, type Attacker, type AttackOptions } from './attacker.js';
import { RtcpAttacker, RtpAttacker } from './datagram-attackers.js';
import { HttpAttacker } from './http-attacker.js';
import { SignallingAttacker } from './signalling-attacker.js';
import { WhepAttacker } from './whep-attacker.js';
import { WhipAttacker } from './whip-attacker.js';

export const attackerNames = ['http', 'signalling', 'whep', 'whip', 'rtcp', 'rtp'] as const;
export type AttackerName = (typeof attackerNames)[number];

/** Half of a processor. */
const attackersShare = 0.5;

const attackers: Readonly<Record<AttackerName, (ports: AttackedPorts) => Promise<Attacker>>> = {
  http: (ports) => HttpAttacker.begin(ports),
  signalling: (ports) => Promise.resolve(new SignallingAttacker(ports)),
  whep: (ports) => WhepAttacker.begin(ports),
  whip: (ports) => WhipAttacker.begin(ports),
  rtcp: (ports) => RtcpAttacker.begin(ports),
  rtp: (ports) => RtpAttacker.begin(ports),
};

export function isAttackerName(name: string): name is AttackerName {
  return attackerNames.some((known) => known === name);
}

/**
 * An attacker in a process of its own. What its start costs is over before it attacks, because that would take more than its
 * share of the processors.
 */
export class AttackerProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it is ready. */
  static async start(name: AttackerName, ports: AttackedPorts): Promise<AttackerProcess> {
    const options = { execArgv: ['--import', 'tsx'] };
    const started = new AttackerProcess(
      fork(fileURLToPath(import.meta.url), [name, JSON.stringify(ports)], options),
    );
    await started.#message();
    return started;
  }

  /** Attacks for so long. @returns the number of steps */
  async attack(seed: number, seconds: number): Promise<number> {
    this.#child.send({ seed, seconds, share: attackersShare } satisfies AttackOptions);
    return this.#message();
  }

  /** It does not end by itself: what of the WebRTC stack is still open keeps it from that. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #message(): Promise<number> {
    const ended = new AbortController();
    const end = (): void => {
      ended.abort(new Error('the attacker has failed'));
    };
    this.#child.once('exit', end);
    const [message] = (await once(this.#child, 'message', { signal: ended.signal })) as [number];
    this.#child.off('exit', end);
    return message;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , name = '', ports = ''] = process.argv;
  if (!isAttackerName(name)) throw new Error(`there is no attacker ${name}`);
  const attacker = await attackers[name](JSON.parse(ports) as AttackedPorts);
  process.once('message', (options: AttackOptions) => {
    void attack(attacker, options).then(async (steps) => {
      await attacker.close();
      process.send?.(steps);
    });
  });
  process.on('disconnect', () => process.exit());
  process.send?.(0);
}

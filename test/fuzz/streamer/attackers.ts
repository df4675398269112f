// All attackers by name. Started as a program it is one of them: attackers.ts NAME SEED SECONDS PORTS-AS-JSON
import { fileURLToPath } from 'node:url';
import { start, until } from '../../helpers/processes.js';
import { attack, type AttackedPorts, type Attacker } from './attacker.js';
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

/** Attacks for so long, in a process of its own. Resolves with the number of steps. */
export async function attackWith(
  name: AttackerName,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
  ports: AttackedPorts,
): Promise<number> {
  const numbers = [String(seed), String(seconds), JSON.stringify(ports)];
  const program = ['--import', 'tsx', fileURLToPath(import.meta.url), name, ...numbers];
  const running = start(process.execPath, program);
  const hasEnded = (): boolean => running.stdout().includes('\n') || running.child.exitCode !== null;
  await until('the end of the attack', hasEnded, 1000 * (seconds + 30));
  // What of the WebRTC stack is still open would keep it from its end.
  running.child.kill('SIGKILL');
  await running.exited;
  if (running.stdout() === '') throw new Error(`the attacker ${name} has failed: ${running.stderr()}`);
  return Number(running.stdout());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , name = '', seed = '', seconds = '', ports = ''] = process.argv;
  if (!isAttackerName(name)) throw new Error(`there is no attacker ${name}`);
  const attacker = await attackers[name](JSON.parse(ports) as AttackedPorts);
  const options = { seed: Number(seed), seconds: Number(seconds), share: attackersShare };
  const steps = await attack(attacker, options);
  await attacker.close();
  process.stdout.write(`${String(steps)}\n`);
}

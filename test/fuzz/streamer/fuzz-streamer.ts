// The part of `npm run fuzz` that attacks the whole running streamer.
import { attackerNames, isAttackerName, type AttackerName } from './attackers.js';
import { requireReceiveBuffers } from '../../helpers/receivers.js';
import { runTrial, type TrialFigures } from './trial.js';
import { watchedCameras } from './attacked-streamer.js';

export interface StreamerFuzzOptions {
  readonly seed: number;
  readonly minutes: number;
  /** Names of attackers; default: all of them. */
  readonly only: readonly string[];
  readonly isJson: boolean;
}

/** What the streamer may take more than without an attacker. */
const maxGrowthMiB = 10;

/** Prints what came of each attacker. @returns whether all is as it should be */
export async function fuzzStreamer({ seed, minutes, only, isJson }: StreamerFuzzOptions): Promise<boolean> {
  requireReceiveBuffers();
  const names = chosen(only);
  const say = (line: string): void => {
    process[isJson ? 'stderr' : 'stdout'].write(`${line}\n`);
  };
  const results: { readonly figures: TrialFigures; readonly failures: readonly string[] }[] = [];
  for (const attacker of [undefined, ...names]) {
    const name = attacker ?? 'control';
    say(`${name}: ${String(minutes)} min, seed ${String(seed)}`);
    const onProgress = (line: string): void => {
      say(`  ${line}`);
    };
    const figures = await runTrial({ attacker, seed, seconds: 60 * minutes, onProgress });
    const failures = failuresOf(figures, results[0]?.figures ?? figures);
    results.push({ figures, failures });
    if (failures.length > 0) say(`  ${failures.join('; ')}\n${figures.logEnd}`);
  }
  process.stdout.write(isJson ? `${JSON.stringify(results)}\n` : table(results));
  return results.every(({ failures }) => failures.length === 0);
}

function chosen(only: readonly string[]): readonly AttackerName[] {
  const unknown = only.find((name) => !isAttackerName(name));
  if (unknown !== undefined)
    throw new Error(`there is no attacker ${unknown}; there are ${attackerNames.join(', ')}`);
  return attackerNames.filter((name) => only.length === 0 || only.includes(name));
}

/** What is not as it should be. */
function failuresOf(figures: TrialFigures, control: TrialFigures): string[] {
  const failures: string[] = [];
  const demand = (holds: boolean, failure: string): void => {
    if (!holds) failures.push(failure);
  };
  demand(figures.exits === 0, 'the streamer has ended, or not as it should when it was stopped');
  demand(figures.faults === 0, `${String(figures.faults)} faults`);
  demand(figures.framesLost === 0, `${String(figures.framesLost)} frames lost`);
  demand(figures.framesWrong === 0, `${String(figures.framesWrong)} frames wrong`);
  demand(figures.viewerPackets > 0, 'a viewer has lost its connection');
  demand(figures.residentMiB <= control.residentMiB + maxGrowthMiB, 'too much memory');
  for (const [i, { name, fps }] of watchedCameras.entries()) {
    const lateness = figures.latenessP999Ms[i] ?? Number.NaN;
    const allowed = (control.latenessP999Ms[i] ?? Number.NaN) + 1000 / fps;
    demand(lateness <= allowed, `${name}: frames are late by ${String(lateness)} ms`);
  }
  return failures;
}

function table(results: readonly { figures: TrialFigures; failures: readonly string[] }[]): string {
  const rows = results.map(({ figures, failures }) => [
    ...[figures.name, figures.steps, figures.exits, figures.faults, figures.frames, figures.framesLost],
    ...[figures.framesWrong, figures.latenessP999Ms.join(' / '), figures.viewerPackets],
    ...[
      figures.residentMiB.toFixed(1),
      figures.receiverMiB.toFixed(1),
      failures.length > 0 ? 'FAILS' : 'holds',
    ],
  ]);
  const head = [
    '',
    'steps',
    'exits',
    'faults',
    'frames',
    'lost',
    'wrong',
    'p99.9 late, ms',
    'viewer packets',
    'MiB',
    'receiver MiB',
    '',
  ];
  const lines = [head, ...rows].map((cells) => cells.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const padded = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return `${lines.map(padded).join('\n')}\n`;
}

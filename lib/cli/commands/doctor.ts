import { canStream, examine, findingIds, type Finding, type FindingStatus } from '../../app/index.js';
import { StreamerError } from '../../errors/index.js';
import { packageVersion } from '../../native/package-folder.js';
import { ExitCode } from '../exit-code.js';
import { measureCameras } from './measure.js';

export interface DoctorOptions {
  readonly config?: string;
  /** With the name of a file only for `measure`. */
  readonly json?: true | string;
  readonly measure?: boolean;
  /** How long each measurement takes. */
  readonly seconds?: number;
}

/** Looks at this machine, or measures how it streams. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const { measure = false, json, seconds } = options;
  if (measure) return measureCameras({ json, seconds });
  if (seconds !== undefined) throw new StreamerError('ERR_USAGE', '--seconds needs --measure');
  if (typeof json === 'string') {
    const message = `--json ${json} needs --measure: findings go to standard output, so write --json > ${json}`;
    throw new StreamerError('ERR_USAGE', message);
  }
  return lookAround(options);
}

/** Says what is installed, what is missing and what to do: a finding as soon as it is there, the verdict last. */
async function lookAround(options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [];
  for await (const finding of examine(options.config)) {
    findings.push(finding);
    if (!options.json) process.stdout.write(`${describe(finding, hasColors())}\n`);
  }
  if (options.json) {
    const report = { version: packageVersion(), canStream: canStream(findings), findings };
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  } else {
    process.stdout.write(`\n${verdict(findings)}\n`);
  }
  return canStream(findings) ? ExitCode.done : ExitCode.failed;
}

/** Not on a pipe, and not with NO_COLOR (no-color.org). */
function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** ECMA-48, SGR. */
const colors: Readonly<Record<FindingStatus, number>> = { ok: 32, note: 36, warning: 33, failure: 31 };

const statusWidth = 'failure'.length;
const idWidth = Math.max(...findingIds.map((id) => id.length));

function describe({ id, status, title, details, remedy }: Finding, isColored: boolean): string {
  const padded = status.padEnd(statusWidth);
  const shown = isColored ? `\x1b[${String(colors[status])}m${padded}\x1b[0m` : padded;
  const indent = ' '.repeat(statusWidth + idWidth + 4);
  return [
    `${shown}  ${id.padEnd(idWidth)}  ${title}`,
    ...details.map((line) => `${indent}${line}`),
    ...(remedy === undefined ? [] : [`${indent}-> ${remedy}`]),
  ].join('\n');
}

/** Whether it works, and the first thing to do. */
function verdict(findings: readonly Finding[]): string {
  const has = (wanted: FindingStatus) => findings.find(({ status }) => status === wanted);
  const worst = has('failure') ?? has('warning');
  if (!worst) return 'Ready to stream.';
  const { id, title, remedy } = worst;
  const ability = worst.status === 'failure' ? 'Streaming cannot run' : 'Streaming can run';
  return `${ability}. First: ${id}: ${remedy ?? title}`;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StreamerError } from '../../errors/index.js';
import { packageFolder } from '../../native/package-folder.js';

/** What the caller is told while addons are built. */
export interface BuildReport {
  /** What happens now, in a line. */
  progress(line: string): void;
  /** All that the tools printed, when they fail. */
  failure(output: string): void;
}

/** One run of the build script. */
export interface BuildRun {
  /** Whether to build the core, too. */
  readonly core: boolean;
  /** For the build tree. */
  readonly tree: string;
  /** For the addons. */
  readonly output: string;
  readonly signal: AbortSignal;
  readonly report: BuildReport;
}

const script = path.join(packageFolder, 'scripts', 'build-native.mjs');

/**
 * Builds the addons by the script that builds them everywhere.
 *
 * @throws StreamerError ERR_BUILD_FAILED
 */
export async function runBuild({ core, tree, output, signal, report }: BuildRun): Promise<void> {
  const args = [script, `--tree=${tree}`, `--output=${output}`, `--PCS_CORE=${core ? 'ON' : 'OFF'}`];
  // A process group of its own, so that a signal reaches the compilers, and all have ended before their files go.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // all have ended by themselves
    }
  };
  signal.addEventListener('abort', stop);
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      printed.push(line);
      const step = buildStep(line);
      if (step && !signal.aborted) report.progress(step);
    });
  }
  const [code] = (await once(child, 'close')) as (number | null)[];
  signal.removeEventListener('abort', stop);
  if (signal.aborted)
    throw new StreamerError('ERR_BUILD_FAILED', 'stopped: what was there before is unchanged');
  if (code === 0) return;
  report.failure(printed.join('\n'));
  throw new StreamerError('ERR_BUILD_FAILED', 'the addon could not be built: the output above says why');
}

/**
 * `[3/9] camera-system` or `[33%] camera-system` while that is compiled, and `[100%] system.node` when it is linked, of what
 * ninja or make says; empty for other lines.
 */
function buildStep(line: string): string {
  const step = /^\[ *(\S+)\] (?:Building .*?CMakeFiles\/([^/]+)\.dir\/|Linking .*?([^/ ]+)$)/.exec(line);
  return step ? `[${step[1] ?? ''}] ${step[2] ?? step[3] ?? ''}` : '';
}

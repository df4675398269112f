import { CommanderError } from 'commander';
import { StreamerError, type ErrorCode } from '../errors/index.js';
import { coreAddon } from '../native/core-addon.js';
import { makeProgram } from './program.js';
import { exitCodeOf, ExitCode } from './exit-code.js';

const isStuck: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ERR_CAMERA_HUNG', 'ERR_SHUTDOWN_TIMEOUT']);

/**
 * Runs the command line.
 *
 * @param args - without node and script
 * @returns the exit code
 */
export async function run(args: readonly string[]): Promise<number> {
  const outcome: { exitCode: number } = { exitCode: ExitCode.done };
  const program = makeProgram(outcome);
  try {
    await program.parseAsync(args.map(withTwoDashes), { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.done; // help, version
    report(error, args);
    const exitCode = exitCodeOf(error);
    // Every other way out waits for threads that may never end.
    if (error instanceof StreamerError && isStuck.has(error.code)) coreAddon().exitAtOnce(exitCode);
    return exitCode;
  }
}

/** The Go system's flags have one dash: `-config` and `--config` mean the same. */
export function withTwoDashes(arg: string): string {
  return /^-[a-z]{2,}/.test(arg) ? `-${arg}` : arg;
}

/** One line, unless debugging. */
function report(error: unknown, args: readonly string[]): void {
  const debugging = /-log-level[= ]debug/.test(args.join(' '));
  if (debugging && error instanceof Error && !(error instanceof CommanderError)) {
    console.error(error);
    return;
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    console.error(`ERR_USAGE: ${message} (pi-camera-streamer --help shows what there is)`);
    return;
  }
  const code = error instanceof StreamerError ? error.code : 'ERR_INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${code}: ${message.replaceAll('\n', ' ')}`);
}

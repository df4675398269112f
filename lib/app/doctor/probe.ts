import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CameraDescription } from '../../camera/index.js';

/** What may be asked of a process of its own, and what it answers. */
export interface ProbeAnswers {
  /** The cameras that libcamera sees. */
  readonly cameras: readonly CameraDescription[];
  /** The address of a host. */
  readonly host: string;
}

/** What the process writes, as JSON, to the last line of its standard output. */
export type ProbeOutput<T> = { readonly answer: T } | { readonly error: string };

export type ProbeResult<T> = ProbeOutput<T> & {
  /** The last lines of what the process wrote to its standard error. */
  readonly log: readonly string[];
};

const timeoutMs = 5000;
const logLines = 3;

// This module may be the compiled one or, in tests, its source.
const script = fileURLToPath(new URL(`probe-process${path.extname(import.meta.url)}`, import.meta.url));

/**
 * Asks what a broken system may never answer, or answer by a crash: a thread that hangs in libcamera or in the
 * resolver would keep this process from ending.
 *
 * @param subject - the host
 */
export function probe<K extends keyof ProbeAnswers>(
  question: K,
  subject = '',
): Promise<ProbeResult<ProbeAnswers[K]>> {
  return runProbe([...process.execArgv, script, question, subject], timeoutMs);
}

/** @param args - of node */
export async function runProbe<T>(args: readonly string[], limitMs: number): Promise<ProbeResult<T>> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LIBCAMERA_LOG_NO_COLOR: '1' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const fault = await endOf(child, limitMs);
  const log = linesOf(stderr).slice(-logLines);
  return { ...(fault ? { error: fault } : parseOutput<T>(stdout)), log };
}

/** Waits for the process to end, but not for longer than the limit. Returns what is wrong with its end. */
async function endOf(child: ChildProcessByStdio<null, Readable, Readable>, limitMs: number): Promise<string> {
  const fault = await new Promise<string>((resolve) => {
    const timer = setTimeout(resolve, limitMs, `no answer within ${String(limitMs / 1000)} s`);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? '' : `the process that asked ended with ${signal ?? `code ${String(code)}`}`);
    });
  });
  // Let go also of a process that no signal ends, because it waits in the kernel.
  child.kill('SIGKILL');
  child.unref();
  child.stdout.destroy();
  child.stderr.destroy();
  return fault;
}

function parseOutput<T>(stdout: string): ProbeOutput<T> {
  try {
    return JSON.parse(linesOf(stdout).at(-1) ?? '') as ProbeOutput<T>;
  } catch {
    return { error: 'the process that asked gave no answer' };
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

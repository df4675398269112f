import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start, type RunningProcess } from './processes.js';

const testFolder = path.join(import.meta.dirname, '..');
const script = path.join(testFolder, 'debian13', 'run.sh');
export const projectRoot = path.join(testFolder, '..');
export const command = path.join(projectRoot, 'dist', 'cli', 'main.js');

/** Folders whose virtual.yaml says which cameras there are: with moving bars, or with a photograph. */
export const barsFolder = path.join(testFolder, 'debian13', 'bars');
export const photoFolder = path.join(testFolder, 'debian13', 'photo');

/** The ids of the virtual cameras: index 0 and 1, as rpicam has them. */
export const cameraIds = [
  '/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a',
  '/base/axi/pcie@120000/rp1/i2c@80000/imx708@1a',
] as const;

/** The photograph that the cameras of photoFolder show. */
export const cameraPhotograph = '/usr/share/backgrounds/mate/nature/TwoWings.jpg';

/**
 * Starts a command in the Debian 13 root, where libcamera has virtual cameras.
 *
 * @param folder - the working directory, whose virtual.yaml says which cameras there are
 * @param shim - variables for the library that turns them into cameras like a Pi's, or makes them fail
 * @param prefix - a command and arguments that run another one in its place, as `ip netns exec NAME` does
 */
export function startInDebian13(
  folder: string,
  args: readonly string[],
  shim?: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
): RunningProcess {
  const variables = Object.entries(shim ?? {}).map(([name, value]) => `${name}=${value}`);
  const wrapped = shim ? ['--shim', 'env', ...variables, ...args] : args;
  const [program = script, ...rest] = [...prefix, script, ...wrapped];
  return start(program, rest, { cwd: folder });
}

/** Runs to its end. Fails with what it printed when it does not succeed. */
export async function runInDebian13(
  folder: string,
  args: readonly string[],
  shim?: Readonly<Record<string, string>>,
): Promise<string> {
  const process = startInDebian13(folder, args, shim);
  const code = await process.exited;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${process.stderr()}`);
  return process.stdout();
}

/** A configuration file in a folder of its own, below /tmp, which the root shares. */
export function writeConfig(text: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'pcs-config-')), 'config.toml');
  writeFileSync(file, text);
  return file;
}

/** Builds the addons in the root, for its libcamera, and the library that is preloaded; nothing when they are built already. Takes minutes the first time. */
export async function buildInDebian13(): Promise<void> {
  await runInDebian13(barsFolder, ['node', path.join(projectRoot, 'scripts/build-native.mjs')], {});
}

/** How long that may take. */
export const buildTimeoutMs = 400_000;

// Running the steps of a script, with what they are and how long they took.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** What is fetched or made once, and may be removed at any time. */
export const cache = path.join(root, '.cache');

/** Runs a command in the project's folder. Returns whether it succeeded. */
export function succeeds(command, args, environment = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

/** Runs a command that has to succeed. */
export function must(what, command, args, environment) {
  console.log(`\n== ${what}`);
  if (succeeds(command, args, environment)) return;
  console.error(`\nFailed: ${what} (${command} ${args.join(' ')})`);
  process.exit(1);
}

/** Node 20.19 is the oldest that loads ES modules by require(). */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node 20.19 or newer is needed, and this is ${process.version}.`);
  process.exit(1);
}

/** npm's packages, as package-lock.json says, unless they are there already. */
export function ensureModules() {
  const stamp = path.join(root, 'node_modules', '.package-lock.json');
  const isCurrent =
    existsSync(stamp) && succeeds('npm', ['ls', '--silent', '--depth=0'], { npm_config_loglevel: 'silent' });
  if (!isCurrent) must('npm packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

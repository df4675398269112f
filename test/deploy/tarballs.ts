import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyFolder } from '../helpers/copy.js';
import { packFresh } from '../helpers/packed.js';
import { runToEnd } from '../helpers/processes.js';

/** Releases to deploy. */
export interface Tarballs {
  readonly good: string;
  readonly better: string;
  /** Says that every configuration is good, and ends as soon as it has to stream. */
  readonly broken: string;
  /** Of npm's, with all that they depend on. */
  readonly npmCache: string;
}

export async function makeTarballs(workspace: string): Promise<Tarballs> {
  const folder = mkdtempSync(path.join(workspace, 'pack-'));
  const packed = await packFresh(folder);
  const good = path.join(workspace, 'good.tgz');
  renameSync(packed, good);
  const source = path.join(folder, 'package');
  const npmCache = path.join(workspace, 'npm-cache');
  const elsewhere = ['--prefix', path.join(workspace, 'elsewhere')];
  await runToEnd('npm', ['install', '--silent', ...elsewhere, '--cache', npmCache, good]);
  const streams = "!['check-config', 'install', 'uninstall'].some((word) => process.argv.includes(word))";
  return {
    good,
    better: await repack(workspace, source, '9.0.0', (main) => main),
    broken: await repack(workspace, source, '9.9.9', (main) =>
      main.replace('\n', `\nif (${streams}) { console.error('a broken release'); process.exit(1); }\n`),
    ),
    npmCache,
  };
}

/** The package with another version, and another dist/cli/main.js. */
async function repack(
  workspace: string,
  source: string,
  version: string,
  change: (main: string) => string,
): Promise<string> {
  const folder = mkdtempSync(path.join(workspace, 'pack-'));
  copyFolder(source, folder);
  const edit = (name: string, make: (text: string) => string): void => {
    writeFileSync(path.join(folder, name), make(readFileSync(path.join(folder, name), 'utf8')));
  };
  edit('package.json', (text) => text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  edit('dist/cli/main.js', change);
  const pack = ['pack', '--silent', '--ignore-scripts', folder, '--pack-destination', workspace];
  return path.join(workspace, (await runToEnd('npm', pack)).trim());
}

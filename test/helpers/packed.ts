import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { copyFolder, copyParts } from './copy.js';
import { projectRoot } from './debian13.js';
import { runToEnd } from './processes.js';

/** Addons that were built from the sources as they are now; `npm test` makes them. */
export const freshPrebuilds = path.join(projectRoot, 'build', 'fresh-prebuilds');

/** `npm pack`, with these addons in place of those in prebuilds/, which are of the last release. Returns the tarball in the folder. */
export async function packFresh(folder: string): Promise<string> {
  const check = [path.join(projectRoot, 'scripts', 'prebuilds.mjs'), '--check', '--output', freshPrebuilds];
  await runToEnd(process.execPath, check);
  const copy = path.join(folder, 'package');
  const description = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
  const { files } = JSON.parse(description) as { readonly files: readonly string[] };
  mkdirSync(copy);
  const parts = files.filter((name) => name !== 'prebuilds');
  copyParts([...parts, 'package.json', 'README.md', 'LICENSE'], copy);
  copyFolder(freshPrebuilds, path.join(copy, 'prebuilds'));
  // Its prepack would build dist/, and look at the addons.
  const pack = ['pack', '--silent', '--ignore-scripts', copy, '--pack-destination', folder];
  return path.join(folder, (await runToEnd('npm', pack)).trim());
}

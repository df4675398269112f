import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyFolder, copyParts } from './copy.js';
import { projectRoot } from './debian13.js';
import { start } from './processes.js';

const parts = [
  ...['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md', 'package.json', 'package-lock.json'],
  ...['config.schema.json', 'config.toml.example', 'tsconfig.json', 'tsconfig.build.json', 'binding.gyp'],
  ...['CMakeLists.txt', 'cmake', 'deploy', 'docs', 'examples', 'lib', 'native', 'scripts'],
  ...['dist', 'build/dist.sha256'], // or it would be compiled again
];

/**
 * A copy of all that a release is made of, for `npm run release:check`. Returns its folder.
 *
 * @param prebuilds - the folder of addons that become its own
 */
export function copyRelease(prebuilds: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-release-check-'));
  copyParts(parts, folder);
  copyFolder(prebuilds, path.join(folder, 'prebuilds'));
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, '.gitignore'), 'node_modules\ndist/\nbuild/\n');
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  // As it is in the commit of a release, whatever it is between two.
  writeFileSync(
    path.join(folder, 'CHANGELOG.md'),
    `# Changelog\n\n## [${version}] - 2026-01-31\n\nAll of it.\n`,
  );
  return folder;
}

interface Found {
  readonly check: string;
  readonly problem: string;
}

/** What these checks find in such a copy. */
export async function checkRelease(folder: string, ...only: readonly string[]): Promise<readonly string[]> {
  const all = ['tree', 'version', 'generated', 'prebuilds', 'notices', 'tarball', 'install'];
  const skipped = all.filter((name) => !only.includes(name)).flatMap((name) => ['--skip', name]);
  const script = path.join(folder, 'scripts', 'release-check.mjs');
  const process_ = start(process.execPath, [script, '--json', ...skipped]);
  const code = await process_.exited;
  const { problems } = JSON.parse(process_.stdout()) as { readonly problems: readonly Found[] };
  assert.equal(code, problems.length > 0 ? 1 : 0, process_.stderr());
  return problems.map(({ check, problem }) => `${check}: ${problem}`);
}

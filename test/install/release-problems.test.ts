// Whether `npm run release:check` finds what may not be released, all of it at once.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { runToEnd, start } from '../helpers/processes.js';
import { checkRelease, copyRelease } from '../helpers/release-copy.js';

const folder = copyRelease(path.join(projectRoot, 'prebuilds'));
const check = (...only: readonly string[]): Promise<readonly string[]> => checkRelease(folder, ...only);
const edit = (name: string, change: (text: string) => string): void => {
  writeFileSync(path.join(folder, name), change(readFileSync(path.join(folder, name), 'utf8')));
};
const git = (...args: readonly string[]): Promise<string> =>
  runToEnd('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args]);

before(async () => {
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'A release');
});
beforeEach(() => git('reset', '--hard', '--quiet'));
after(() => {
  rmSync(folder, { recursive: true });
});

test('nothing is found in the state of a release', async () => {
  assert.deepEqual(await check('tree', 'version', 'generated', 'notices', 'tarball'), []);
});

test('all problems are listed, not only the first', async () => {
  edit('package.json', (text) => text.replace(/"version": ".*?"/, '"version": "7.0.0"'));
  edit('CHANGELOG.md', (text) => text.replace('## [', '## [Unreleased]\n\n- Something new.\n\n## ['));
  edit('config.toml.example', (text) => `${text}# by hand\n`);
  edit('THIRD-PARTY-NOTICES.md', (text) => text.replace('\n## openh264\n', '\n'));
  edit('package-lock.json', (text) =>
    text.replace(/("node_modules\/zod": \{[^}]*"license": ")MIT/, '$1SSPL-1.0'),
  );
  const found = (await check('tree', 'version', 'generated', 'notices')).join('\n');
  assert.match(found, /^tree: .*not committed:\n.*CHANGELOG\.md/m);
  assert.match(found, /^version: package-lock\.json has version .*, and package\.json 7\.0\.0/m);
  assert.match(found, /^version: .*entries under \[Unreleased\]/m);
  assert.match(found, /^version: CHANGELOG\.md begins with .*, and package\.json has 7\.0\.0/m);
  assert.match(found, /^generated: config\.toml\.example is stale: npm run generate/m);
  assert.match(found, /^notices: .*no section of openh264_/m);
  assert.match(found, /^notices: zod has the licence SSPL-1\.0/m);
});

test('a version without a day, or of one that is still to come, is found', async () => {
  for (const date of ['', ' - soon', ' - 2999-01-01', ' - 2026-02-31']) {
    edit('CHANGELOG.md', (text) => text.replace(/(## \[[\d.]+\]).*/, `$1${date}`));
    assert.match((await check('version')).join(), /^version: CHANGELOG\.md dates /, date);
  }
});

test('what is missing in the tarball, does not belong there, or can not be run is found', async () => {
  rmSync(path.join(folder, 'prebuilds', 'linux-arm64', 'core.node'));
  rmSync(path.join(folder, 'README.md'));
  writeFileSync(path.join(folder, 'docs', 'server.key'), 'secret');
  writeFileSync(path.join(folder, 'native', 'left-over.o'), 'x'.repeat(12_000_000));
  chmodSync(path.join(folder, 'deploy', 'deploy'), 0o644);
  assert.deepEqual(
    (await check('tarball')).map((problem) => problem.replace(/\d{8,}/, 'N')),
    [
      'tarball: README.md is not in the tarball.',
      'tarball: prebuilds/linux-arm64/core.node is not in the tarball.',
      'tarball: docs/server.key is a secret or a setting of somebody, and in the tarball.',
      'tarball: native/left-over.o is something that is made anew, and in the tarball.',
      "tarball: deploy/deploy can't be run in the tarball.",
      'tarball: Unpacked it has N bytes, more than 11500000.',
    ],
  );
});

test('a check of another name is refused', async () => {
  const process_ = start(process.execPath, [
    path.join(folder, 'scripts', 'release-check.mjs'),
    ...['--skip', 'nothing'],
  ]);
  assert.equal(await process_.exited, 2);
  assert.match(process_.stderr(), /No such check: nothing/);
});

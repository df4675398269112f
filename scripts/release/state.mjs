// Whether the repository is in the state of a release: all committed, one version everywhere, generated files fresh.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

const read = (name) => readFileSync(path.join(root, name), 'utf8');
const run = (command, ...args) => spawnSync(command, args, { cwd: root, encoding: 'utf8' });

/** That is not committed. */
export function treeProblems() {
  const { status, stdout, stderr } = run('git', 'status', '--porcelain');
  if (status !== 0) return [`git can't be asked: ${stderr.trim()}`];
  return stdout === '' ? [] : [`There are changes that are not committed:\n${stdout.trimEnd()}`];
}

/** Version and date in package.json, package-lock.json and CHANGELOG.md. */
export function versionProblems() {
  const { version } = JSON.parse(read('package.json'));
  const lock = JSON.parse(read('package-lock.json'));
  const problems = [lock.version, lock.packages[''].version]
    .filter((locked) => locked !== version)
    .map((locked) => `package-lock.json has version ${locked}, and package.json ${version}: npm install.`);
  return [...new Set(problems), ...changelogProblems(version, read('CHANGELOG.md'))];
}

function changelogProblems(version, text) {
  const sections = [...text.matchAll(/^## \[(.*?)\](?: - ([^\n]*))?\n(.*?)(?=^## |(?![^]))/gms)].map(
    ([, name, date, content]) => ({ name, date, content: content.trim() }),
  );
  const problems = [];
  const unreleased = sections.find(({ name }) => name === 'Unreleased');
  if (unreleased && unreleased.content !== '')
    problems.push(
      'CHANGELOG.md has entries under [Unreleased]: they belong to the version that is released.',
    );
  const newest = sections.find(({ name }) => name !== 'Unreleased');
  if (newest?.name !== version) {
    const name = newest === undefined ? 'no version' : newest.name;
    problems.push(`CHANGELOG.md begins with ${name}, and package.json has ${version}.`);
  } else if (!isPastDay(newest.date)) {
    problems.push(
      `CHANGELOG.md dates ${version} ${newest.date ?? 'not at all'}: a day is wanted, as 2026-01-31.`,
    );
  }
  return problems;
}

function isPastDay(date = '') {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return false;
  const day = new Date(date);
  // 2026-02-31 would be a day in March.
  return day <= new Date() && day.toISOString().startsWith(date);
}

/** Generated files that are not what their sources give now. */
export function generatedProblems() {
  const { status, stdout, stderr } = run('npx', 'tsx', 'scripts/generate.ts', '--check');
  if (status === 0) return [];
  const stale = stdout.split('\n').filter((line) => line !== '');
  if (stale.length === 0) return [`npm run generate fails: ${stderr.trim()}`];
  return stale.map((file) => `${file} is stale: npm run generate.`);
}

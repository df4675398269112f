#!/usr/bin/env node
// `npm run release:check`: what keeps this version from being released, all of it.
//   --json           the problems for programs, on standard output
//   --skip NAME      without one of the checks; may be repeated
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { problemsOf } from './prebuild-manifest.mjs';
import { noticeProblems } from './release/notices.mjs';
import { generatedProblems, treeProblems, versionProblems } from './release/state.mjs';
import { installProblems, tarballProblems } from './release/tarball.mjs';
import { root } from './run.mjs';

/** Each returns what is wrong, in sentences. The quick ones come first. */
const checks = {
  tree: treeProblems,
  version: versionProblems,
  generated: generatedProblems,
  prebuilds: () => problemsOf(path.join(root, 'prebuilds')),
  notices: noticeProblems,
  tarball: tarballProblems,
  install: installProblems,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    skip: { type: 'string', multiple: true, default: [] },
  },
});
const unknown = values.skip.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}

/** One that can't be made is a problem, too, and the others are made all the same. */
function run(check) {
  try {
    return check();
  } catch (error) {
    return [`could not be checked: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const problems = Object.entries(checks)
  .filter(([name]) => !values.skip.includes(name))
  .flatMap(([name, check]) => run(check).map((problem) => ({ check: name, problem })));
if (values.json) console.log(JSON.stringify({ version, problems }, undefined, 2));
else for (const { check, problem } of problems) console.error(`${check}: ${problem}`);
const isPartly = values.skip.length > 0;
if (!values.json && problems.length === 0)
  console.log(isPartly ? 'Nothing found by these checks.' : `${version} can be released.`);
process.exitCode = problems.length > 0 ? 1 : 0;

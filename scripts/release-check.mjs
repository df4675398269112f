#!/usr/bin/env node
// `npm run release:check`: what keeps this version from being released, all of it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { problemsOf } from './prebuild-manifest.mjs';
import { root } from './run.mjs';

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();

const problems = problemsOf(path.join(root, 'prebuilds'));
if (!new RegExp(`^## \\[${version}\\] - \\d`, 'm').test(changelog))
  problems.push(`CHANGELOG.md has no date for ${version}.`);
if (git('status', '--porcelain') !== '') problems.push('There are changes that are not committed.');
for (const problem of problems) console.error(`release: ${problem}`);
if (problems.length === 0) console.log(`${version} can be released.`);
process.exitCode = problems.length > 0 ? 1 : 0;

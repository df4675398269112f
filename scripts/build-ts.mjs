#!/usr/bin/env node
// Compiles lib/ to dist/, from nothing, so that no file of an older version stays behind; nothing when dist/ is what it
// would give.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { hashOf } from './file-hash.mjs';
import { root } from './run.mjs';

const sources = ['lib', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];
const dist = path.join(root, 'dist');
const stamp = path.join(root, 'build', 'dist.sha256');
const hash = () => hashOf([...sources, 'scripts/build-ts.mjs', 'dist']);

if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash()) process.exit();
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
// The viewer's files go to the browser as they are.
const viewer = path.join('web', 'static');
cpSync(path.join(root, 'lib', viewer), path.join(dist, viewer), {
  recursive: true,
  filter: (file) => !file.endsWith('.json'),
});
chmodSync(path.join(dist, 'cli', 'main.js'), 0o755);
mkdirSync(path.dirname(stamp), { recursive: true });
writeFileSync(stamp, hash());

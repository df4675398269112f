#!/usr/bin/env node
// Compiles lib/ to dist/, from nothing, so that no file of an older version stays behind.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
// The viewer's files go to the browser as they are.
const viewer = path.join('web', 'static');
cpSync(path.join(root, 'lib', viewer), path.join(root, 'dist', viewer), {
  recursive: true,
  filter: (file) => !file.endsWith('.json'),
});
chmodSync(path.join(root, 'dist', 'cli', 'main.js'), 0o755);

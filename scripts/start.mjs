#!/usr/bin/env node
// `npm start`: from a clean clone to the running demo, with what it takes to receive it. What is there already is not done again.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { buildPackages, ensureLibcameraHeaders, ensurePackages, receiverPackages } from './packages.mjs';
import { ensureModules, must, requireNode, root } from './run.mjs';

requireNode();
ensurePackages([...buildPackages, ...receiverPackages]);
ensureLibcameraHeaders();
ensureModules();
must('native build', process.execPath, ['scripts/build-native.mjs']);
must('TypeScript build', process.execPath, ['scripts/build-ts.mjs']);
console.log('\n== demo\n');

const args = process.argv.slice(2);
const command = args.length > 0 ? args : ['demo'];
const streamer = spawn(process.execPath, [path.join(root, 'dist', 'cli', 'main.js'), ...command], {
  stdio: 'inherit',
});
// A terminal's Ctrl-C reaches the streamer itself; a signal to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => streamer.kill(signal));
streamer.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

// What has to be there before anything is measured. A program of its own, so that what it prints can go elsewhere.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { benchPackages, buildPackages, ensurePackages } from '../scripts/packages.mjs';
import { ensureModules, must, requireNode, root } from '../scripts/run.mjs';

const folder = path.join('build', 'bench');
const programs = ['cpu_of', 'departures', 'encode_send', 'packet_send', 'receiver', 'sink'];

requireNode();
ensurePackages([...buildPackages, ...benchPackages]);
ensureModules();
must('native build', process.execPath, ['scripts/build-native.mjs']);
must('TypeScript build', process.execPath, ['scripts/build-ts.mjs']);
mkdirSync(path.join(root, folder), { recursive: true });
for (const name of programs) {
  // As Debian compiles libjpeg-turbo and GStreamer.
  const options = ['-O2', '-Wall', '-Wextra', '-pthread', '-o', path.join(folder, name)];
  must(name, 'gcc', [...options, path.join('bench', 'c', `${name}.c`), '-ljpeg']);
}

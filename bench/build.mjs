// What has to be there before anything is measured. A program of its own, so that what it prints can go elsewhere.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { benchPackages, buildPackages, ensurePackages, prebuildPackages } from '../scripts/packages.mjs';
import { cache, ensureModules, must, requireNode, root } from '../scripts/run.mjs';

const folder = path.join('build', 'bench');
const programs = ['cpu_of', 'departures', 'encode_send', 'packet_send', 'receiver', 'sink'];

requireNode();
ensurePackages([...buildPackages, ...prebuildPackages, ...benchPackages]);
ensureModules();
// With the libraries of the prebuilt addons, which is what users have.
const libraries = path.join(cache, 'static-libraries');
const library = path.join(libraries, `linux-${process.arch}`);
must('static libraries', 'scripts/static-libraries.sh', [libraries, process.arch]);
must('native build', process.execPath, [
  'scripts/build-native.mjs',
  `--tree=${path.join(root, 'build', 'cmake-static')}`,
  `--PCS_STATIC_LIBRARIES=${library}`,
]);
must('TypeScript build', process.execPath, ['scripts/build-ts.mjs']);
mkdirSync(path.join(root, folder), { recursive: true });
// The video codecs of the addon, as it compiles them.
const codecs = ['h264_codec', 'vp8_codec'].map((name) => path.join('native', 'video', `${name}.cpp`));
const videoLibraries = ['openh264', 'vpx'].map((name) => path.join(library, 'lib', `lib${name}.a`));
must('encode_video', 'g++', [
  ...['-std=c++17', '-O2', '-Wall', '-Wextra', '-pthread', '-o', path.join(folder, 'encode_video')],
  ...['-I', 'native', '-I', path.join(library, 'include'), path.join('bench', 'c', 'encode_video.cpp')],
  ...[...codecs, ...videoLibraries, '-lm'],
]);
for (const name of programs) {
  // The same encoder as ours; the rest as Debian compiles GStreamer.
  const options = ['-O2', '-Wall', '-Wextra', '-pthread', '-o', path.join(folder, name)];
  const jpeg = ['-I', path.join(library, 'include'), path.join(library, 'lib', 'libjpeg.a'), '-lm'];
  must(name, 'gcc', [...options, path.join('bench', 'c', `${name}.c`), ...jpeg]);
}

// prebuilds/manifest.json: what the prebuilt addons were made of, and whether they still are.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

/** Architectures that addons are prebuilt for, by node's name. */
export const architectures = {
  x64: { debian: 'amd64', gnu: 'x86_64-linux-gnu' },
  arm64: { debian: 'arm64', gnu: 'aarch64-linux-gnu' },
};

/** Whether a folder is that of a libcamera, such as 0.7, among others that come and go. */
export const isVersion = (name) => /^\d+\.\d+$/.test(name);

/** Of all prebuilt addons together. */
const maxBytes = 8_000_000;

/** Whatever changes here may change the addons. */
const sources = [
  ...['CMakeLists.txt', 'cmake', 'native'],
  ...[
    'build-native.mjs',
    'prebuild-addons.mjs',
    'static-libraries.sh',
    'libcamera-sysroots.sh',
    'private-apt.sh',
  ].map((script) => path.join('scripts', script)),
];

/** The files below a file or folder, sorted. */
function filesBelow(file) {
  if (!statSync(file).isDirectory()) return [file];
  return readdirSync(file)
    .sort()
    .flatMap((name) => filesBelow(path.join(file, name)));
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 over names and contents of all that the addons are made of. */
export function sourceHash() {
  const lines = sources
    .flatMap((source) => filesBelow(path.join(root, source)))
    .map((file) => `${sha256(readFileSync(file))}  ${path.relative(root, file)}\n`);
  return sha256(lines.join(''));
}

/** Size and SHA-256 of each addon below a folder of prebuilds. */
export function describeAddons(folder) {
  const addons = Object.keys(architectures)
    .map((arch) => path.join(folder, `linux-${arch}`))
    .filter((file) => existsSync(file))
    .flatMap(filesBelow);
  return Object.fromEntries(
    addons.map((file) => {
      const content = readFileSync(file);
      return [path.relative(folder, file), { bytes: content.length, sha256: sha256(content) }];
    }),
  );
}

/** What keeps a folder of prebuilds from being released, in sentences. */
export function problemsOf(folder) {
  const file = path.join(folder, 'manifest.json');
  if (!existsSync(file)) return [`${file} is not there.`];
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const found = describeAddons(folder);
  const names = [...new Set([...Object.keys(found), ...Object.keys(manifest.addons)])];
  const problems = names
    .filter((name) => found[name]?.sha256 !== manifest.addons[name]?.sha256)
    .map((name) => `${name} ${name in found ? 'is not the one in manifest.json' : 'is missing'}.`);
  if (manifest.sourceHash !== sourceHash())
    problems.push('The addons are stale: their sources have changed since they were built.');
  const bytes = Object.values(found).reduce((sum, addon) => sum + addon.bytes, 0);
  if (bytes > maxBytes) problems.push(`${bytes} bytes of addons are more than ${maxBytes}.`);
  return problems;
}

// prebuilds/manifest.json: what the prebuilt addons were made of, and whether they still are.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, hashOf, sha256 } from './file-hash.mjs';

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

/** SHA-256 over all that the addons are made of. */
export const sourceHash = () => hashOf(sources);

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

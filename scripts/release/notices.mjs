// Whether the licences of all that is delivered are there: of libraries in the addons, and of what npm installs beside them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

const read = (name) => readFileSync(path.join(root, name), 'utf8');

/** That ask for no more than to be named, or, as the MPL, for their own source. */
const accepted = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'],
  ...['MPL-2.0', 'MPL 2.0'],
];

export function noticeProblems() {
  const notices = read('THIRD-PARTY-NOTICES.md');
  return [...staticLibraryProblems(notices), ...dependencyProblems(notices)];
}

/** What the addons contain, of which manifest.json says the versions. */
function staticLibraryProblems(notices) {
  const { builtWith } = JSON.parse(read('prebuilds/manifest.json'));
  const sources = new Set(Object.values(builtWith).flatMap((platform) => platform.sources));
  return [...sources]
    .filter((source) => {
      const [, section = ''] = notices.split(`\n## ${source.replace(/_.*/, '')}\n`);
      const ownText = section.split('\n## ')[0];
      return !ownText.includes(`\`${source}\``) || !/copyright/i.test(ownText);
    })
    .map((source) => `THIRD-PARTY-NOTICES.md has no section of ${source}, which the addons contain.`);
}

/** What npm installs: each has a licence that may be delivered, and its text, or a line in the notices. */
function dependencyProblems(notices) {
  const { packages } = JSON.parse(read('package-lock.json'));
  const delivered = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && !dev);
  return delivered.flatMap(([folder, { license = 'none', optional }]) => {
    const name = folder.replace(/.*node_modules\//, '');
    const problems = isAccepted(license)
      ? []
      : [`${name} has the licence ${license}, which nobody has looked at.`];
    const isElsewhere = optional && !existsSync(path.join(root, folder)); // of another platform
    if (!isElsewhere && !hasLicenceFile(folder) && !isNamed(name, notices))
      problems.push(`${name} has no licence file, and THIRD-PARTY-NOTICES.md does not name it.`);
    return problems;
  });
}

/** Of several in the form `(A OR B)` one will do. */
function isAccepted(license) {
  return license
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((one) => accepted.includes(one));
}

function hasLicenceFile(folder) {
  const full = path.join(root, folder);
  return existsSync(full) && readdirSync(full).some((name) => /^(licen[cs]e|copying)/i.test(name));
}

/** Packages for one platform each, `@NAME/linux-x64-gnu`, go by the name of the whole. */
function isNamed(name, notices) {
  return notices.includes(`\`${name.replace(/^@([^/]*)\/(linux|darwin|win32|android)-.*/, '$1')}\``);
}

#!/usr/bin/env node
// `npm run prebuilds`: makes prebuilds/ on a Debian 12 machine (x64): the addons for x64 and arm64, and manifest.json, which
// says what they were made of. The same sources give the same bytes.
//   --output FOLDER    instead of prebuilds
//   --check            makes nothing; fails where prebuilds/ could not be released, such as when it is stale
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages, prebuildPackages } from './packages.mjs';
import { architectures, describeAddons, isVersion, problemsOf, sourceHash } from './prebuild-manifest.mjs';
import { cache, ensureModules, must, requireNode, root } from './run.mjs';

const work = path.join(root, 'build', 'prebuilds');
const staticLibraries = path.join(cache, 'static-libraries');
const libcamera = (arch) => path.join(cache, `libcamera-${arch}`);

const { values } = parseArgs({
  options: {
    output: { type: 'string', default: 'prebuilds' },
    check: { type: 'boolean', default: false },
  },
});
const output = path.resolve(root, values.output);

/** By prebuildify, whose result is <work>/prebuilds/linux-<arch>. */
function prebuild(arch) {
  must(`${arch}: static libraries`, 'scripts/static-libraries.sh', [staticLibraries, arch]);
  must(`${arch}: libcamera`, 'scripts/libcamera-sysroots.sh', [libcamera(arch)], {
    ARCH: architectures[arch].debian,
  });
  const folder = path.join(work, arch);
  mkdirSync(folder, { recursive: true });
  must(`${arch}: addons`, 'npx', [
    ...['prebuildify', '--napi', '--name', 'core', '--arch', arch, '--cwd', folder, '--out', work],
    ...['--node-gyp', path.join(root, 'scripts', 'prebuild-addons.mjs')],
    ...['--artifacts', path.join(folder, 'build', 'Release')],
  ]);
}

const firstLine = (command, ...args) => spawnSync(command, args, { encoding: 'utf8' }).stdout.split('\n')[0];
const linesOf = (file) => readFileSync(file, 'utf8').trim().split('\n');

/** Compiler and Debian packages that an architecture's addons come from. */
function provenance(arch) {
  const versions = readdirSync(libcamera(arch)).filter(isVersion).sort();
  return {
    compiler: firstLine(`${architectures[arch].gnu}-g++`, '--version'),
    sources: linesOf(path.join(staticLibraries, `linux-${arch}`, 'versions')),
    headers: versions.flatMap((version) => linesOf(path.join(libcamera(arch), version, '.version'))),
  };
}

function check(folder) {
  const problems = problemsOf(folder);
  for (const problem of problems) console.error(`prebuilds: ${problem}`);
  if (problems.length > 0) console.error('Make them anew: npm run prebuilds');
  process.exitCode = problems.length > 0 ? 1 : 0;
}

function make() {
  requireNode();
  const release = /^VERSION_ID="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (release !== '12' || process.arch !== 'x64') {
    console.error(
      'Prebuilt addons are made on Debian 12 (x64): what is built elsewhere needs a newer C library.',
    );
    process.exit(1);
  }
  ensurePackages(prebuildPackages);
  ensureModules();
  rmSync(work, { recursive: true, force: true });
  const names = Object.keys(architectures);
  for (const arch of names) prebuild(arch);
  const made = path.join(work, 'prebuilds');
  const manifest = {
    sourceHash: sourceHash(),
    builtWith: Object.fromEntries(names.map((arch) => [`linux-${arch}`, provenance(arch)])),
    addons: describeAddons(made),
  };
  writeFileSync(path.join(made, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const name of [...names.map((arch) => `linux-${arch}`), 'manifest.json']) {
    mkdirSync(output, { recursive: true });
    rmSync(path.join(output, name), { recursive: true, force: true });
    renameSync(path.join(made, name), path.join(output, name));
  }
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.addons))
    console.log(`${sha256}  ${String(bytes).padStart(8)}  ${name}`);
  check(output);
}

if (values.check) check(output);
else make();

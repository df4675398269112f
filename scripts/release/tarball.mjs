// What is in the tarball that would be published, and whether it installs and streams.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../run.mjs';

/** Bytes: what a Pi on a slow line has to load, and to keep. */
const maxPacked = 4_500_000;
const maxUnpacked = 11_500_000;

const topNames = [
  ...['CHANGELOG.md', 'CMakeLists.txt', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md', 'binding.gyp'],
  ...[
    'cmake',
    'config.schema.json',
    'config.toml.example',
    'deploy',
    'dist',
    'docs',
    'examples',
    'native',
    'package.json',
  ],
  ...['prebuilds', 'scripts'],
];

const required = [
  ...['LICENSE', 'README.md', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md', 'config.schema.json', 'package.json'],
  ...[
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'dist/web/static/viewer.html',
    'prebuilds/manifest.json',
  ],
  ...['prebuilds/linux-x64/core.node', 'prebuilds/linux-arm64/core.node', 'docs/installation.md'],
  ...['scripts/build-native.mjs', 'CMakeLists.txt', 'native/addon/core_addon.cpp'],
];

const executables = ['dist/cli/main.js', 'deploy/deploy', 'deploy/on-target', 'deploy/pi-camera-streamer'];

/** Whatever folder they lie in. */
const forbidden = [
  { what: 'a source in TypeScript', pattern: /(?<!\.d)\.ts$/ },
  { what: 'a test', pattern: /\.test\.|(^|\/)tests?\// },
  {
    what: 'a secret or a setting of somebody',
    pattern: /(^|\/)(\.env|\.npmrc|\.git|id_\w+|.*\.(pem|key|token))($|\/)/,
  },
  {
    what: 'something that is made anew',
    pattern: /(^|\/)(node_modules|build|\.cache|core\.\d+)\/|\.(tgz|log|o|a)$/,
  },
];

/** Runs what has to succeed, and returns its standard output. */
function must(command, args, cwd = root) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${(stderr || stdout).trim()}`);
  return stdout;
}

let packed;

/** `npm pack`, without its look at the prebuilt addons, which is a check of its own. Returns what npm says of the tarball. */
function pack() {
  if (packed) return packed;
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-release-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  must(process.execPath, ['scripts/build-ts.mjs']);
  const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const [description] = JSON.parse(must('npm', args));
  packed = { ...description, file: path.join(folder, description.filename) };
  return packed;
}

export function tarballProblems() {
  const { files, size, unpackedSize } = pack();
  const modes = new Map(files.map(({ path: name, mode }) => [name, mode]));
  const names = [...modes.keys()];
  const { addons } = JSON.parse(readFileSync(path.join(root, 'prebuilds', 'manifest.json'), 'utf8'));
  const wanted = [...required, ...Object.keys(addons).map((name) => `prebuilds/${name}`)];
  return [
    ...[...new Set(wanted)]
      .filter((name) => !modes.has(name))
      .map((name) => `${name} is not in the tarball.`),
    ...names
      .filter((name) => !topNames.includes(name.split('/')[0]))
      .map((name) => `${name} does not belong into the tarball.`),
    ...forbidden.flatMap(({ what, pattern }) =>
      names.filter((name) => pattern.test(name)).map((name) => `${name} is ${what}, and in the tarball.`),
    ),
    ...executables
      .filter((name) => ((modes.get(name) ?? 0) & 0o111) === 0)
      .map((name) => `${name} can't be run in the tarball.`),
    ...(size > maxPacked ? [`The tarball has ${size} bytes, more than ${maxPacked}.`] : []),
    ...(unpackedSize > maxUnpacked
      ? [`Unpacked it has ${unpackedSize} bytes, more than ${maxUnpacked}.`]
      : []),
  ];
}

/** Installs the tarball into an empty folder, and streams a second of the test pattern from there. */
export function installProblems() {
  const { file, version } = pack();
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-installed-'));
  try {
    must('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, file]);
    const streamer = (...args) => must('npx', ['pi-camera-streamer', ...args], folder).trim();
    const said = streamer('--version');
    const problems = said.includes(version)
      ? []
      : [`The installed command says version ${said}, not ${version}.`];
    // To a port of this machine where nobody listens.
    const stream = ['-mode', 'mjpeg-rtp', '--no-web', '--source', 'test', '--dest', '127.0.0.1:9'];
    streamer(...stream, '--frames', '30');
    return problems;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Debian packages that the build and the tests need, and how they get here.
import { spawnSync } from 'node:child_process';

/** What compiles the addons. */
export const buildPackages = [
  ...['cmake', 'g++', 'make', 'pkg-config'],
  ...['libjpeg62-turbo-dev', 'libyuv-dev', 'libopenh264-dev', 'libvpx-dev'],
];

/** What makes the prebuilt addons. */
export const prebuildPackages = [
  ...['cmake', 'g++', 'make', 'g++-aarch64-linux-gnu', 'nasm', 'ninja-build', 'dpkg-dev'],
];

/** What the README receives the demo with. */
export const receiverPackages = [
  'gstreamer1.0-tools',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'ffmpeg',
];

/** What the tests run besides: formatters, photographs, roots of Debian, peers, networks to take apart, arm64, Prometheus, a service manager, and what deploys. */
export const testPackages = [
  ...receiverPackages,
  ...['python3-opencv', 'gstreamer1.0-libav', 'mate-backgrounds', 'libjpeg-turbo-progs'],
  ...['clang-format-19', 'clang-tidy-19', 'doctest-dev', 'debootstrap', 'ccache'],
  ...[
    'gstreamer1.0-plugins-bad',
    'gstreamer1.0-nice',
    'python3-gi',
    'gir1.2-gstreamer-1.0',
    'gir1.2-gst-plugins-bad-1.0',
    'tshark',
    'iproute2',
    'ethtool',
  ],
  ...(process.arch === 'x64' ? prebuildPackages : []), // made there only, as Debian has it
  ...['qemu-user-static', 'chromium', 'openssl', 'prometheus', 'python3', 'systemd'],
  ...['openssh-client', 'rsync', 'shellcheck'],
];

/** What the benchmarks compare with and encode. */
export const benchPackages = [
  ...['gcc', 'libc6-dev', 'libjpeg62-turbo-dev', 'ffmpeg', 'mate-backgrounds', 'gstreamer1.0-tools'],
  ...['gstreamer1.0-plugins-base', 'gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad'],
  ...['g++', 'chromium', 'gstreamer1.0-nice', 'python3-gi', 'python3-numpy'],
  ...['gir1.2-gstreamer-1.0', 'gir1.2-gst-plugins-bad-1.0'],
];

/** The oldest libcamera whose interface the camera addon knows. */
const oldestLibcamera = '0.3.2';

function isInstalled(name) {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
  return status === 0 && stdout.endsWith(' installed');
}

function apt(args) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const command = process.getuid() === 0 ? ['apt-get', ...args] : ['sudo', 'apt-get', ...args];
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    encoding: 'utf8',
    env: environment,
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  if (status === 0) return;
  console.error(stdout, stderr);
  console.error(`Could not run: ${command.join(' ')}. Install these packages by hand, then try again.`);
  process.exit(1);
}

/** Installs those of the packages that are missing. */
export function ensurePackages(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.log(`Installing ${missing.join(' ')} ...`);
  apt(['update', '-qq']);
  apt(['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

/** Installs libcamera's headers where the system has a libcamera that is new enough, as Raspberry Pi OS does. */
export function ensureLibcameraHeaders() {
  if (isInstalled('libcamera-dev')) return;
  const { stdout } = spawnSync('apt-cache', ['policy', 'libcamera-dev'], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  });
  const candidate = /Candidate: (\S+)/.exec(stdout)?.[1] ?? '(none)';
  const isNewEnough =
    spawnSync('dpkg', ['--compare-versions', candidate, 'ge', oldestLibcamera]).status === 0;
  if (candidate !== '(none)' && isNewEnough) {
    ensurePackages(['libcamera-dev']);
    return;
  }
  console.log(`No libcamera ${oldestLibcamera} or newer here (${candidate}): test pattern and files only.`);
}

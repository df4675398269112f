#!/usr/bin/env bash
# debian13-root.sh: a Debian 13 root in .cache/debian13, with the libcamera of trixie-backports and a compiler.
#
# Its libcamera has virtual cameras, so the camera tests run on machines that have no camera, and on Debian 12,
# whose libcamera is too old. Needs root and debootstrap; takes about a minute and 1 GB. Does nothing when the
# root is there and this file has not changed. Run commands inside it by test/debian13/run.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD/.cache/debian13
partial=$root.partial

say() { echo "debian13: $*" >&2; }
fail() { say "$*"; exit 1; }

packages=(g++ cmake make ccache pkg-config libjpeg62-turbo-dev libyuv-dev libopenh264-dev libvpx-dev mate-backgrounds)
backports=(libcamera-dev)
# Debian's own node is no single file: where it is the host's, the root gets the same package.
node=$(command -v node) || fail "node is not in PATH"
if ldd "$(realpath "$node")" | grep -q libnode; then packages+=(nodejs); fi

stamp=$(cat "$0" - <<< "${packages[*]}" | sha256sum)
[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0

[ "$(id -u)" = 0 ] || fail "needs root: sudo $0"
command -v debootstrap > /dev/null || fail "debootstrap is missing: apt-get install debootstrap"
mkdir -p .cache
exec 9> .cache/debian13.lock
flock 9 # a second one waits, and then finds the root made
[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0

# Every mount below is private to this process, so removing the tree can't reach what was mounted.
[ -n "${DEBIAN13_PRIVATE_MOUNTS:-}" ] || DEBIAN13_PRIVATE_MOUNTS=1 exec unshare -m "$0"
log=$PWD/.cache/debian13.log
mirror=$(scripts/debian-mirror.sh)
cleanup() {
  local status=$?
  umount -l "$partial/proc" 2> /dev/null || true
  rm -rf --one-file-system "$partial"
  if [ "$status" != 0 ]; then
    tail -n 15 "$log" >&2
    say "failed; the whole log is in $log"
  fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM
rm -rf --one-file-system "$partial"

say "1/3 base system (about 20 s)"
debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  trixie "$partial" "$mirror" > "$log" 2>&1

say "2/3 compiler, libcamera and test photographs (about 40 s)"
echo "deb $mirror trixie-backports main" > "$partial/etc/apt/sources.list.d/backports.list"
echo force-unsafe-io > "$partial/etc/dpkg/dpkg.cfg.d/unsafe-io" # a cache: no need to survive a power cut
cp /etc/resolv.conf "$partial/etc/resolv.conf"
mount -t proc proc "$partial/proc"
inside() { chroot "$partial" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@" >> "$log" 2>&1; }
inside apt-get -q update
inside apt-get -qy install --no-install-recommends "${packages[@]}"
inside apt-get -qy install --no-install-recommends -t trixie-backports "${backports[@]}"
inside apt-get clean
umount "$partial/proc"

say "3/3 virtual cameras"
# The path is built into libcamera. Through the link each process chooses its cameras by working directory.
mkdir -p "$partial/usr/share/libcamera/pipeline/virtual"
ln -s /proc/self/cwd/virtual.yaml "$partial/usr/share/libcamera/pipeline/virtual/virtual.yaml"
echo "$stamp" > "$partial/.stamp"
rm -rf --one-file-system "$root"
mv "$partial" "$root"
say "ready: $(du -sh "$root" | cut -f 1) in $root"

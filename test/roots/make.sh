#!/usr/bin/env bash
# make.sh NAME: a root in .cache/roots/NAME with nothing in it but what a package needs that has only Node: no compiler,
# no headers, no libjpeg. Node and the package are put in by run.sh. Needs root and debootstrap. NAME is one of
#   debian12, debian13
#   debian13-libcamera0.4, debian13-libcamera0.7   with that libcamera and its virtual cameras
#   debian13-libcamera0.9                          with a libcamera that nobody knows
#   debian12-systemd, debian13-systemd             with an init, and what an addon built on Debian needs
#   debian13-ssh                                   with what a machine needs besides that is deployed to
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# = 1 ] || { echo "usage: $0 NAME" >&2; exit 2; }
name=$1
root=$PWD/.cache/roots/$name
partial=$root.partial
stamp=$(sha256sum < "$0")
fail() { echo "roots: $*" >&2; exit 1; }

[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0
[ "$(id -u)" = 0 ] || fail "needs root: sudo $0 $name"
command -v debootstrap > /dev/null || fail "debootstrap is missing: apt-get install debootstrap"
mkdir -p .cache/roots
exec 9> ".cache/roots/$name.lock"
flock 9 # a second one waits, and then finds the root made
[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0

# Every mount below is private to this process, so removing the tree can't reach what was mounted.
[ -n "${ROOTS_PRIVATE_MOUNTS:-}" ] || ROOTS_PRIVATE_MOUNTS=1 exec unshare -m "$0" "$name"
log=$PWD/.cache/roots/$name.log
mirror=$(scripts/debian-mirror.sh)
cleanup() {
  local status=$?
  umount -l "$partial/proc" 2> /dev/null || true
  rm -rf --one-file-system "$partial"
  [ "$status" = 0 ] || { tail -n 15 "$log" >&2; echo "roots: failed; the whole log is in $log" >&2; }
}
trap cleanup EXIT
trap 'exit 130' INT TERM
rm -rf --one-file-system "$partial"
echo "roots: $name (about 20 s)" >&2

bootstrap() { # suite
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$1" "$partial" "$mirror"
  mkdir -p "$partial/usr/local/lib/node_modules/npm"
  touch "$partial/usr/local/bin/node"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$partial/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$partial/usr/local/bin/npx"
  chroot "$partial" useradd --create-home --uid 1000 pi
}

inside() { chroot "$partial" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

extend() { # root options-and-packages-of-apt-get-install...
  "$0" "$1"
  cp -a ".cache/roots/$1" "$partial"
  add "${@:2}"
}

add() { # options-and-packages-of-apt-get-install...
  cp /etc/resolv.conf "$partial/etc/resolv.conf"
  mount -t proc proc "$partial/proc"
  inside apt-get -q update
  inside apt-get -qy install --no-install-recommends "$@"
  inside apt-get clean
  umount "$partial/proc"
}

# The libcamera of a suite. Its path of the virtual cameras is built in; by the link each process has its own.
add_libcamera() { # package suite
  cp -a .cache/roots/debian13 "$partial"
  echo "deb $mirror $2 main" > "$partial/etc/apt/sources.list.d/suite.list"
  echo force-unsafe-io > "$partial/etc/dpkg/dpkg.cfg.d/unsafe-io" # a cache: no need to survive a power cut
  add -t "$2" "$1"
  mkdir -p "$partial/usr/share/libcamera/pipeline/virtual"
  ln -s /proc/self/cwd/virtual.yaml "$partial/usr/share/libcamera/pipeline/virtual/virtual.yaml"
}

case $name in
  debian12) bootstrap bookworm ;;
  debian13) bootstrap trixie ;;
  debian13-libcamera0.4 | debian13-libcamera0.7)
    "$0" debian13
    suite=trixie
    [ "$name" = debian13-libcamera0.4 ] || suite=trixie-backports
    add_libcamera "${name#debian13-}" "$suite"
    ;;
  debian12-systemd | debian13-systemd) extend "${name%-systemd}" systemd procps libjpeg62-turbo libyuv0 ;;
  debian13-ssh)
    extend debian13-systemd openssh-server rsync sudo
    echo 'pi ALL=(ALL) NOPASSWD: ALL' > "$partial/etc/sudoers.d/pi"
    ;;
  debian13-libcamera0.9) # of the future: any library will do
    "$0" debian13
    cp -a .cache/roots/debian13 "$partial"
    cp "$partial"/usr/lib/*-linux-gnu/libm.so.6 "$(echo "$partial"/usr/lib/*-linux-gnu)/libcamera.so.0.9"
    ;;
  *) fail "no such root: $name" ;;
esac > "$log" 2>&1
rm -rf "$partial"/var/lib/apt/lists/* "$partial"/var/cache/apt/*.bin "$partial"/usr/share/{doc,locale,man}
echo "$stamp" > "$partial/.stamp"
rm -rf --one-file-system "$root"
mv "$partial" "$root"

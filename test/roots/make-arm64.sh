#!/usr/bin/env bash
# make-arm64.sh NAME: what an arm64 node and a libcamera need, unpacked in .cache/roots/NAME: libraries for
# qemu-aarch64-static -L, no root to change into. NAME is arm64-libcamera0.4 or arm64-libcamera0.7.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/private-apt.sh
case ${1:-} in
  arm64-libcamera0.4) suites=trixie ;;
  arm64-libcamera0.7) suites='trixie trixie-backports' ;;
  *) echo "usage: $0 arm64-libcamera0.4|arm64-libcamera0.7" >&2; exit 2 ;;
esac
root=$PWD/.cache/roots/$1
stamp=$(cat "$0" scripts/private-apt.sh | sha256sum)
[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0
echo "roots: $1 (about 10 s)" >&2
mkdir -p .cache/roots
work=$(mktemp -d .cache/roots/.work.XXXXXX) # beside the result, so that the last step is a rename
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
private_apt "$PWD/$work/apt" "$suites" arm64
# apt finds out what these depend on, and installs none of it.
apt-get -qq install -y --no-install-recommends --download-only -t "${suites##* }" \
  "${1#arm64-}" libc6 libstdc++6 libatomic1 > "$work/log"
for package in "$work"/apt/cache/archives/*.deb; do dpkg -x "$package" "$work/root"; done
[ -e "$work/root/lib" ] || ln -s usr/lib "$work/root/lib"
mkdir -p "$work/root/usr/share/libcamera/pipeline/virtual"
ln -s /proc/self/cwd/virtual.yaml "$work/root/usr/share/libcamera/pipeline/virtual/virtual.yaml"
echo "$stamp" > "$work/root/.stamp"
rm -rf "$root"
mv "$work/root" "$root"

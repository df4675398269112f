#!/usr/bin/env bash
# libcamera-sysroots.sh DIR: unpacks the libcamera of each Debian release that has one for us, headers and
# library, into DIR/0.3, DIR/0.4 and DIR/0.7, to build one camera addon per SONAME:
#   cmake -DPCS_LIBCAMERA_ROOTS="0.3=DIR/0.3/usr;0.4=DIR/0.4/usr;0.7=DIR/0.7/usr" ...
# Installs nothing and leaves this machine's own apt alone. What is there already is kept. ARCH in the
# environment chooses another architecture, such as arm64.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/private-apt.sh"
[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
directory=$(realpath -m "$1")
architecture=${ARCH:-$(dpkg --print-architecture)}
mkdir -p "$directory"
work=$(mktemp -d "$directory/.work.XXXXXX") # beside the result, so that the last step is a rename
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Of each SONAME the oldest release that Debian still has, so that addons need no newer one than they must.
releases=(0.3:bookworm-backports 0.4:trixie 0.7:trixie-backports)

for release in "${releases[@]}"; do
  key=${release%%:*} suite=${release#*:}
  target=$directory/$key
  if [ "$(cat "$target/.architecture" 2> /dev/null)" = "$architecture" ]; then continue; fi
  echo "libcamera-sysroots: $key from $suite ($architecture)" >&2
  private_apt "$work/$suite" "$suite" "$architecture"
  mkdir -p "$work/$key/root"
  (cd "$work/$key" && apt-get -qq download libcamera-dev "libcamera$key")
  for package in "$work/$key"/*.deb; do dpkg -x "$package" "$work/$key/root"; done
  echo "$architecture" > "$work/$key/root/.architecture"
  dpkg-deb -W --showformat='${Package}_${Version}\n' "$work/$key"/libcamera-dev_*.deb > "$work/$key/root/.version"
  rm -rf "$target"
  mv "$work/$key/root" "$target"
done

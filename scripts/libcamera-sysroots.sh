#!/usr/bin/env bash
# libcamera-sysroots.sh DIR: unpacks the libcamera of each Debian release that has one for us, headers and
# library, into DIR/0.3, DIR/0.4 and DIR/0.7, to build one camera addon per SONAME:
#   cmake -DPCS_LIBCAMERA_ROOTS="0.3=DIR/0.3/usr;0.4=DIR/0.4/usr;0.7=DIR/0.7/usr" ...
# Installs nothing and leaves this machine's own apt alone. What is there already is kept. ARCH in the
# environment chooses another architecture, such as arm64.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
directory=$(realpath -m "$1")
architecture=${ARCH:-$(dpkg --print-architecture)}
mirror=$("$here/debian-mirror.sh")
mkdir -p "$directory"
work=$(mktemp -d "$directory/.work.XXXXXX") # beside the result, so that the last step is a rename
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The oldest patch release of each SONAME, so that no addon needs a newer one than it says.
releases=(0.3:bookworm-backports 0.4:trixie 0.7:trixie-backports)

# An apt of its own under $work, which knows nothing but the given suite.
private_apt() { # suite
  local apt=$work/$1
  mkdir -p "$apt"/{etc/apt/{apt.conf.d,preferences.d,trusted.gpg.d},lists/partial,cache/archives/partial}
  : > "$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" \
    > "$apt/etc/apt/sources.list"
  cat > "$apt/apt.conf" <<CONFIG
Dir::Etc "$apt/etc/apt";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
CONFIG
  export APT_CONFIG=$apt/apt.conf
  apt-get -qq update
}

for release in "${releases[@]}"; do
  key=${release%%:*} suite=${release#*:}
  target=$directory/$key
  if [ "$(cat "$target/.architecture" 2> /dev/null)" = "$architecture" ]; then continue; fi
  echo "libcamera-sysroots: $key from $suite ($architecture)" >&2
  private_apt "$suite"
  mkdir -p "$work/$key/root"
  (cd "$work/$key" && apt-get -qq download libcamera-dev "libcamera$key")
  for package in "$work/$key"/*.deb; do dpkg -x "$package" "$work/$key/root"; done
  echo "$architecture" > "$work/$key/root/.architecture"
  rm -rf "$target"
  mv "$work/$key/root" "$target"
done

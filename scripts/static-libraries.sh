#!/usr/bin/env bash
# static-libraries.sh DIR ARCH: libjpeg-turbo and libyuv as static libraries for addons, in DIR/linux-ARCH/{include,lib};
# ARCH is x64 or arm64. Built from Debian's source packages: its own static libraries are not position-independent.
# Needs cmake, ninja-build, nasm (x64), dpkg-dev and, elsewhere, that architecture's g++. Keeps what is there and fits.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/private-apt.sh"
[ $# = 2 ] || { echo "usage: $0 DIR x64|arm64" >&2; exit 2; }
target=$(realpath -m "$1")/linux-$2
case $2 in
  x64) gnu=x86_64-linux-gnu ;;
  arm64) gnu=aarch64-linux-gnu ;;
  *) echo "static-libraries: no such architecture: $2" >&2; exit 2 ;;
esac

# The same release on every machine, so that the same bytes come out.
suite=bookworm
# initial-exec: libjpeg-turbo asks a thread-local variable for the processor's features at every block, and the general
# way to reach one from a loaded library is a call.
flags="-O3 -fPIC -fvisibility=hidden -ftls-model=initial-exec"

stamp=$(cat "$0" "$here/private-apt.sh" "$here/../cmake/linux-arm64.cmake" | sha256sum | cut -d ' ' -f 1)-$($gnu-gcc -dumpfullversion)
[ "$(cat "$target/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/.work.XXXXXX") # beside the result, so that the last step is a rename
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
log=$work/log

# A source package, with Debian's patches.
unpack() { # package
  mkdir "$work/$1-download"
  (cd "$work/$1-download" && apt-get -qq source --download-only "$1" && dpkg-source -x ./*.dsc "$work/$1")
  basename -s .dsc "$work/$1-download"/*.dsc >> "$work/versions"
}

build() { # package target cmake-options...
  local source=$work/$1 tree=$work/$1-build name=$2 toolchain=()
  shift 2
  [ "$gnu" = "$(gcc -dumpmachine)" ] || toolchain=(-DCMAKE_TOOLCHAIN_FILE="$here/../cmake/linux-arm64.cmake")
  cmake -S "$source" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release "${toolchain[@]}" \
    -DCMAKE_C_FLAGS="$flags -ffile-prefix-map=$work=." -DCMAKE_CXX_FLAGS="$flags -ffile-prefix-map=$work=." "$@" &&
    ninja -C "$tree" "$name"
}

echo "static-libraries: libjpeg-turbo and libyuv for $2 (about a minute)" >&2
private_apt "$work/apt" "$suite"
result=$work/result
mkdir -p "$result"/{include,lib}
{
  unpack libjpeg-turbo
  unpack libyuv
  build libjpeg-turbo jpeg-static -DENABLE_SHARED=OFF -DWITH_TURBOJPEG=OFF -DREQUIRE_SIMD=ON
  build libyuv yuv
} >> "$log" 2>&1 || {
  tail -n 30 "$log" >&2
  exit 1
}
cp "$work/libjpeg-turbo-build/libjpeg.a" "$work/libyuv-build/libyuv.a" "$result/lib"
cp "$work/libjpeg-turbo-build/jconfig.h" "$work"/libjpeg-turbo/{jpeglib,jmorecfg,jerror}.h "$result/include"
cp -r "$work"/libyuv/include/. "$result/include"
sort "$work/versions" > "$result/versions"
echo "$stamp" > "$result/.stamp"
rm -rf "$target"
mv "$result" "$target"

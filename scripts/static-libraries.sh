#!/usr/bin/env bash
# static-libraries.sh DIR ARCH: libjpeg-turbo, libyuv, and of openh264 and libvpx the encoders, as static libraries for
# addons, in DIR/linux-ARCH/{include,lib}; ARCH is x64 or arm64. Built from Debian's source packages: its own libjpeg.a and
# libyuv.a are not position-independent. Needs cmake, ninja-build, make, nasm (x64), dpkg-dev and, elsewhere, that
# architecture's g++. Keeps what is there and fits.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/private-apt.sh"
[ $# = 2 ] || { echo "usage: $0 DIR x64|arm64" >&2; exit 2; }
target=$(realpath -m "$1")/linux-$2
case $2 in
  x64) gnu=x86_64-linux-gnu cpu=x86_64 ;;
  arm64) gnu=aarch64-linux-gnu cpu=arm64 ;; # cpu: as openh264 and libvpx call it
  *) echo "static-libraries: no such architecture: $2" >&2; exit 2 ;;
esac

# The same release on every machine, so that the same bytes come out.
suite=bookworm
export SOURCE_DATE_EPOCH=1700000000 # libjpeg-turbo's version names the day of its build
# initial-exec: libjpeg-turbo asks a thread-local variable for the processor's features at every block, and the general
# way to reach one from a loaded library is a call.
flags="-O3 -fPIC -fvisibility=hidden -ftls-model=initial-exec"
# As the addons' own objects in CMakeLists.txt, but without branch protection, which their assembly lacks.
flags+=" -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"

stamp=$(cat "$0" "$here/private-apt.sh" "$here/../cmake/linux-arm64.cmake" | sha256sum | cut -d ' ' -f 1)-$($gnu-gcc -dumpfullversion)
[ "$(cat "$target/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/.work.XXXXXX") # beside the result, so that the last step is a rename
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
log=$work/log
flags+=" -ffile-prefix-map=$work=."

# A source package, with Debian's patches.
unpack() { # package
  mkdir "$work/$1-download"
  (cd "$work/$1-download" && apt-get -qq source --download-only "$1" && dpkg-source -x ./*.dsc "$work/$1") &&
    basename -s .dsc "$work/$1-download"/*.dsc >> "$work/versions"
}

by_cmake() { # package target cmake-options...
  local source=$work/$1 tree=$work/$1-build name=$2 toolchain=()
  shift 2
  [ "$gnu" = "$(gcc -dumpmachine)" ] || toolchain=(-DCMAKE_TOOLCHAIN_FILE="$here/../cmake/linux-arm64.cmake")
  cmake -S "$source" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=Release "${toolchain[@]}" \
    -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" "$@" &&
    ninja -C "$tree" "$name"
}

# By its makefile: its meson.build turns NEON on by a name that the sources do not know. Its own stack protector looks
# after every function, so it gets that of the flags instead.
build_openh264() {
  make -C "$work/openh264" -j "$(nproc)" OS=linux ARCH=$cpu CC=$gnu-gcc CXX=$gnu-g++ AR=$gnu-ar \
    CFLAGS_OPT="$flags" USE_STACK_PROTECTOR=No DECODER_OBJS= libopenh264.a
}

build_libvpx() {
  mkdir "$work/libvpx-build"
  # Configured by a relative path and the environment: what stands in its command line gets into the library.
  (cd "$work/libvpx-build" && CROSS=$gnu- CFLAGS=$flags CXXFLAGS=$flags ../libvpx/configure --target=$cpu-linux-gcc \
    --as=nasm --enable-pic --disable-vp9 --disable-vp8-decoder --disable-postproc --disable-webm-io --disable-libyuv \
    --disable-examples --disable-tools --disable-docs --disable-unit-tests) &&
    make -C "$work/libvpx-build" -j "$(nproc)" libvpx.a
}

echo "static-libraries: libjpeg-turbo, libyuv, openh264 and libvpx for $2 (about a minute)" >&2
private_apt "$work/apt" "$suite"
result=$work/result
mkdir -p "$result"/{include/{wels,vpx},lib}
{
  unpack libjpeg-turbo && unpack libyuv && unpack openh264 && unpack libvpx &&
    by_cmake libjpeg-turbo jpeg-static -DENABLE_SHARED=OFF -DWITH_TURBOJPEG=OFF -DREQUIRE_SIMD=ON &&
    by_cmake libyuv yuv && build_openh264 && build_libvpx
} >> "$log" 2>&1 || {
  tail -n 30 "$log" >&2
  exit 1
}
cp "$work/libjpeg-turbo-build/libjpeg.a" "$work/libyuv-build/libyuv.a" "$result/lib"
cp "$work/libjpeg-turbo-build/jconfig.h" "$work"/libjpeg-turbo/{jpeglib,jmorecfg,jerror}.h "$result/include"
cp -r "$work"/libyuv/include/. "$result/include"
cp "$work/openh264/libopenh264.a" "$work/libvpx-build/libvpx.a" "$result/lib"
cp "$work"/openh264/codec/api/wels/*.h "$result/include/wels"
cp "$work"/libvpx/vpx/*.h "$result/include/vpx"
sort "$work/versions" > "$result/versions"
echo "$stamp" > "$result/.stamp"
rm -rf "$target"
mv "$result" "$target"

#!/usr/bin/env bash
# run.sh [--shim] COMMAND...: runs a command inside the Debian 13 root, which is made first if need be.
#
# Inside, this checkout, /tmp, the network and node are those outside; only build/ is another one, so that the two
# builds do not mix. The working directory is kept (it lies in the checkout or in /tmp); its virtual.yaml says
# which cameras there are, see bars/ and photo/. The command takes this process's place: signals reach it, and its
# exit code comes back.
#
# --shim: puts the library of the .cpp files here between the command and libcamera; pi_like_camera.cpp says what for.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
checkout=$(realpath "$here/../..")
root=$checkout/.cache/debian13
build=$checkout/.cache/debian13-build
shim=$build/pi_like_camera.so

if [ "${1:-}" = --in-private-mounts ]; then
  shift
  for directory in proc sys dev tmp; do mount --rbind "/$directory" "$root/$directory"; done
  for file in resolv.conf hosts; do
    touch "$root/etc/$file"
    mount --bind "/etc/$file" "$root/etc/$file"
  done
  mkdir -p "$root$checkout"
  mount --rbind "$checkout" "$root$checkout"
  mount --bind "$build" "$root$checkout/build"
  if [ ! -e "$root/usr/bin/node" ]; then # see scripts/debian13-root.sh
    touch "$root/usr/local/bin/node"
    mount --bind "$(realpath "$(command -v node)")" "$root/usr/local/bin/node"
  fi
  # No machine that tests has DMA memory to allocate from; libcamera need not say so each time.
  log_levels=${LIBCAMERA_LOG_LEVELS:-*:ERROR,DmaBufAllocator:FATAL}
  exec chroot "$root" env -C "$PWD" -u NODE_EXTRA_CA_CERTS PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LIBCAMERA_PIPELINES_MATCH_LIST=virtual LIBCAMERA_LOG_LEVELS="$log_levels" "$@"
fi

[ $# -gt 0 ] || { echo "usage: $0 [--shim] COMMAND..." >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "$0: needs root" >&2; exit 1; }
"$checkout/scripts/debian13-root.sh"
mkdir -p "$build" "$checkout/build"
if [ "$1" = --shim ]; then
  shift
  newest=$(ls -t "$here"/*.cpp "$here"/*.h "$root/.stamp" "$here/run.sh" | head -n 1)
  if [ ! "$shim" -nt "$newest" ]; then
    # Aligned, because the lowest bit of a pointer to a member function has a meaning.
    "$0" sh -c 'out=$1; shift; g++ -std=c++20 -O2 -Wall -Wextra -fPIC -shared -falign-functions=16 "$@" -o "$out" \
      $(pkg-config --cflags --libs libcamera) -lyuv -ljpeg' sh "$checkout/build/new.$$.so" "$here"/*.cpp
    mv "$build/new.$$.so" "$shim"
  fi
  set -- env LD_PRELOAD="$checkout/build/$(basename "$shim")" "$@"
fi
exec unshare -m "$0" --in-private-mounts "$@"

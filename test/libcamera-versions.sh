#!/usr/bin/env bash
# Builds the camera addon against every libcamera that Debian has, from the oldest that is supported to the
# newest, on this machine and without installing any of them.
set -euo pipefail
cd "$(dirname "$0")/.."
roots=$PWD/.cache/libcamera
build=build/libcamera-versions
scripts/libcamera-sysroots.sh "$roots"
pairs=""
targets=()
for directory in "$roots"/*/; do
  key=$(basename "$directory")
  pairs+="$key=$roots/$key/usr;"
  targets+=("camera-$key")
done
mkdir -p build
{
  cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS=-Werror -DPCS_LIBCAMERA_ROOTS="${pairs%;}" &&
    cmake --build "$build" --target "${targets[@]}" --parallel 2
} > "$build.log" 2>&1 || {
  tail -n 40 "$build.log" >&2
  exit 1
}
echo "libcamera-versions: built against ${targets[*]}"

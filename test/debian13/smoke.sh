#!/usr/bin/env bash
# smoke.sh: builds the smoke test of the libcamera source and runs all its cases, in the Debian 13 root, under
# AddressSanitizer and UndefinedBehaviorSanitizer. Takes about a minute: cameras run at 30 frames a second.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
checkout=$(realpath "$here/../..")
build=$checkout/build/libcamera-smoke # inside the root
log=$checkout/.cache/debian13-smoke.log
photo=/usr/share/backgrounds/mate/nature/TwoWings.jpg

run() { (cd "$here/bars" && timeout 120 "$here/run.sh" "$@"); }
# The library that stands between must not come before the sanitizer's for the sanitizer to work.
shimmed() { run --shim env ASAN_OPTIONS=verify_asan_link_order=0 "$@"; }

run true # makes the root, which logs for itself
echo "libcamera-smoke: building" >&2
# A build tree that was configured elsewhere (a moved or copied checkout) can't be used again.
run sh -c 'grep -qsx "CMAKE_HOME_DIRECTORY:INTERNAL=$1" "$2/CMakeCache.txt" || rm -rf "$2"' sh "$here/smoke" "$build"
run sh -c 'cmake -S "$1" -B "$2" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DPCS_SANITIZE=address,undefined &&
  cmake --build "$2" --parallel 2' sh "$here/smoke" "$build" > "$log" 2>&1 || {
  tail -n 40 "$log" >&2
  exit 1
}

for case in units list refusals rates cycles exit; do run "$build/libcamera_smoke" "$case"; done
PI_LIKE_PHOTO=$photo shimmed "$build/libcamera_smoke" pi-like
for fps in 28 30.5 60; do PI_LIKE_DEVICE=$fps shimmed "$build/libcamera_smoke" device; done
faults=$(mktemp)
for fault in stall cancel unplug error; do
  : > "$faults"
  CAMERA_FAULT=$fault CAMERA_FAULTS_FILE=$faults shimmed "$build/libcamera_smoke" fault
done
echo "busy i2c@88000" > "$faults"
CAMERA_FAULTS_FILE=$faults shimmed "$build/libcamera_smoke" busy
rm "$faults"
echo "libcamera-smoke: passed" >&2

#!/usr/bin/env bash
# build.sh SANITIZERS: in the Debian 13 root, build/sanitized-SANITIZERS is the built package with addons that carry these.
set -euo pipefail
cd "$(dirname "$0")/../.."
echo "sanitizers: building with $1" >&2
test/debian13/run.sh sh -euc '
  copy=build/sanitized-$1
  rm -rf "$copy/dist"
  mkdir -p "$copy"
  cp -r dist package.json "$copy"
  node scripts/build-native.mjs --PCS_SANITIZE="$1" --tree="$PWD/build/cmake-$1" --output="$PWD/$copy/build/Release"
' sh "$1"

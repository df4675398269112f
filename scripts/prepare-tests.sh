#!/usr/bin/env bash
# prepare-tests.sh: what the tests with real components run in and that takes long to get: roots of Debian, and nodes.
# Everything is kept in .cache. A second one waits for the first, and finds it all made.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .cache
exec 9> .cache/prepare-tests.lock
flock 9

scripts/debian13-root.sh
for root in debian12 debian13-libcamera0.4 debian13-libcamera0.7 debian13-libcamera0.9 debian12-systemd debian13-systemd debian13-ssh; do
  test/roots/make.sh "$root"
done
for version in 0.4 0.7; do test/roots/make-arm64.sh "arm64-libcamera$version"; done
for node in '18 x64' '20 x64' '22 x64' '24 x64' '22 arm64'; do
  read -r major arch <<< "$node"
  scripts/node-release.sh "$major" "$arch" > /dev/null
done

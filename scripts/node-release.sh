#!/usr/bin/env bash
# node-release.sh MAJOR ARCH: prints the path of a node of that major version for x64 or arm64, from npm's registry, where
# the package `node` has one for each. Kept in .cache/node, and an npm that all of them run in .cache/node/npm.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 2 ] || { echo "usage: $0 MAJOR x64|arm64" >&2; exit 2; }

fetch() { # package folder
  [ ! -e "$2/package.json" ] || return 0
  rm -rf "$2.partial"
  mkdir "$2.partial"
  (cd "$2.partial" && npm pack --silent "$1" > /dev/null && tar -xzf ./*.tgz)
  mv -T "$2.partial/package" "$2"
  rm -r "$2.partial"
}

mkdir -p .cache/node
exec 9> .cache/node/lock
flock 9 # a second one waits, and then finds what it wants

fetch npm@10 .cache/node/npm
fetch "node-linux-$2@$1" ".cache/node/linux-$2-$1"
echo "$PWD/.cache/node/linux-$2-$1/bin/node"

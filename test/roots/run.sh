#!/usr/bin/env bash
# Needs root. run.sh NAME NODE HOME COMMAND...: runs a command in the root NAME, which make.sh has made, as the user pi.
#
# NODE is a node binary, and HOME a folder of this machine's that is the user's home and working directory there. The
# network is the caller's. npm there has this machine's cache, and no more of its configuration. The command takes this
# process's place: signals reach it, and its exit code comes back.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
checkout=$(realpath "$here/../..")

if [ "${1:-}" = --in-private-mounts ]; then
  root=$2 node=$3 home=$4
  shift 4
  for directory in proc dev; do mount --rbind "/$directory" "$root/$directory"; done
  mount -t tmpfs none "$root/tmp"
  mount --bind "$node" "$root/usr/local/bin/node"
  mount --bind "$checkout/.cache/node/npm" "$root/usr/local/lib/node_modules/npm"
  mount --bind "$home" "$root/home/pi"
  exec chroot --userspec=1000:1000 "$root" env -i -C /home/pi HOME=/home/pi PATH=/usr/local/bin:/usr/bin:/bin \
    LIBCAMERA_PIPELINES_MATCH_LIST=virtual LIBCAMERA_LOG_LEVELS='*:ERROR,DmaBufAllocator:FATAL' npm_config_offline=true \
    npm_config_cache=/home/pi/.npm-cache "$@"
fi

[ $# -gt 3 ] || { echo "usage: $0 NAME NODE HOME COMMAND..." >&2; exit 2; }
root=$checkout/.cache/roots/$1
shift
exec unshare -m "$0" --in-private-mounts "$root" "$@"

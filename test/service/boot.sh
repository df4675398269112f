#!/usr/bin/env bash
# Needs root. boot.sh ROOT NODE FOLDER: boots the root ROOT, which test/roots/make.sh has made, with systemd as its first
# process, in a network of its own. ROOT itself stays as it is: changes go to memory. NODE is a node binary, FOLDER
# becomes /mnt. The checkout is /srv/pi-camera-streamer, read-only. systemd is this process's only grandchild, and ends
# with it.
set -euo pipefail
checkout=$(realpath "$(dirname "$0")/../..")

if [ "${1:-}" = --in-namespaces ]; then
  root=$2 node=$3 folder=$4
  mount --make-rprivate /
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/{upper,work,root}
  mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
  cd /mnt/root
  mkdir -p srv/pi-camera-streamer mnt .old
  touch usr/local/bin/node
  mount --bind "$node" usr/local/bin/node
  mount --bind "$checkout/.cache/node/npm" usr/local/lib/node_modules/npm
  mount --bind "$checkout" srv/pi-camera-streamer
  mount -o remount,bind,ro srv/pi-camera-streamer
  mount --bind "$folder" mnt
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755 tmpfs dev
  for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/shm dev/pts
  ln -s /proc/self/fd dev/fd
  mount -t tmpfs -o mode=755 tmpfs run
  ip link set lo up
  pivot_root . .old
  cd /
  exec env -i container=test PATH=/usr/sbin:/usr/bin /bin/sh -c \
    'umount -l /.old; rmdir /.old; exec /usr/lib/systemd/systemd --show-status=no --log-target=journal --unit=multi-user.target' \
    < /dev/null
fi

[ $# = 3 ] || { echo "usage: $0 ROOT NODE FOLDER" >&2; exit 2; }
# A group of its own, which is all that this systemd sees. Where version 1 is there, too, version 2 stands beside it.
groups=$(findmnt -n -o TARGET -t cgroup2 | head -n 1)
group=$groups/pcs-service-test-$$
mkdir "$group"
trap 'find "$group" -depth -type d -exec rmdir {} +' EXIT
(
  echo "$BASHPID" > "$group/cgroup.procs"
  exec setpriv --pdeathsig=KILL unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child=SIGKILL \
    "$0" --in-namespaces "$@"
) &
wait $! || true

#!/usr/bin/env bash
# make-ssh.sh: the root .cache/roots/debian13-ssh, which is debian13-systemd with what a machine needs that is deployed to:
# an ssh server, rsync, and sudo without a password for its user pi. Needs root and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/../.."
test/roots/make.sh debian13-systemd
base=$PWD/.cache/roots/debian13-systemd
root=$PWD/.cache/roots/debian13-ssh
partial=$root.partial
stamp=$(cat "$0" "$base/.stamp" | sha256sum)

[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0
exec 9> "$root.lock"
flock 9 # a second one waits, and then finds the root made
[ "$(cat "$root/.stamp" 2> /dev/null)" != "$stamp" ] || exit 0

# The mount below is private to this process, so removing the tree can't reach what was mounted.
[ -n "${ROOTS_PRIVATE_MOUNTS:-}" ] || ROOTS_PRIVATE_MOUNTS=1 exec unshare -m "$0"
log=$root.log
cleanup() {
  local status=$?
  umount -l "$partial/proc" 2> /dev/null || true
  rm -rf --one-file-system "$partial"
  [ "$status" = 0 ] || { tail -n 15 "$log" >&2; echo "roots: failed; the whole log is in $log" >&2; }
}
trap cleanup EXIT
trap 'exit 130' INT TERM
rm -rf --one-file-system "$partial"
echo "roots: debian13-ssh (about 20 s)" >&2

cp -a "$base" "$partial"
cp /etc/resolv.conf "$partial/etc/resolv.conf"
mount -t proc proc "$partial/proc"
chroot "$partial" env DEBIAN_FRONTEND=noninteractive LC_ALL=C sh -ec \
  'apt-get -q update; apt-get -qy install --no-install-recommends openssh-server rsync sudo; apt-get clean' > "$log" 2>&1
umount "$partial/proc"
echo 'pi ALL=(ALL) NOPASSWD: ALL' > "$partial/etc/sudoers.d/pi"
rm -rf "$partial"/var/lib/apt/lists/* "$partial"/var/cache/apt/*.bin "$partial"/usr/share/{doc,locale,man}
echo "$stamp" > "$partial/.stamp"
rm -rf --one-file-system "$root"
mv "$partial" "$root"

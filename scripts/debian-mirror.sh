#!/usr/bin/env bash
# Prints the Debian archive that this machine's apt uses, so that the scripts beside it name none themselves.
set -euo pipefail
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Label: Debian' 'Created-By: Packages' | head -n 1)
if [ -z "$mirror" ]; then
  echo "debian-mirror: apt knows no Debian archive yet; run 'apt-get update' on a Debian machine first" >&2
  exit 1
fi
echo "${mirror%/}"

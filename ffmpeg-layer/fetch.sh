#!/usr/bin/env bash
# Fetches and unpacks source packages with a private apt: the machine's own sources, with deb-src for deb, in folders of
# our own, so that nothing of the machine's configuration changes and no root is needed. apt checks the signed hashes.
# Usage: fetch.sh WORK PACKAGE...
set -Eeuo pipefail
trap 'die "fetching was stopped by the error above"' ERR
work=$1
shift
apt=$work/apt

die() { echo "layer: $*" >&2; exit 1; }

private_apt() {
  local file
  rm -rf "$apt/parts"
  mkdir -p "$apt"/{parts,state/lists/partial,cache/archives/partial}
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -s "$file" ] && sed -E 's/^deb([[:space:]])/deb-src\1/' "$file" >"$apt/parts/$(basename "$file" .list).list"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -s "$file" ] && sed -E 's/^Types:.*/Types: deb-src/' "$file" >"$apt/parts/$(basename "$file")"
  done
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/parts";
Dir::State "$apt/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$apt/cache";
APT::Sandbox::User "";
CONF
  export APT_CONFIG=$apt/apt.conf
}

# Every package has to be in the index. Another archive that cannot be reached is no reason to stop.
index() {
  local package
  apt-get update -qq || true
  for package in "$@"; do
    [ -n "$(apt-cache showsrc --only-source "$package" 2>/dev/null)" ] ||
      die "no source package $package: apt reached no archive that has it. Check the network, and that /etc/apt includes main (on Ubuntu also universe)"
  done
}

unpack() {
  local package=$1
  dpkg-source --no-check -x "$work/download/${package}_"*.dsc "$work/src/$package" >/dev/null ||
    die "$package cannot be unpacked below $work: dpkg-source says why above"
}

private_apt
index "$@"
rm -rf "$work/download" "$work/src"
mkdir -p "$work/download" "$work/src"
(cd "$work/download" && apt-get source -qq --download-only "$@") ||
  die "some sources could not be downloaded: check the network and the free space in $work, and run this again"
for package in "$@"; do unpack "$package"; done

#!/usr/bin/env bash
# Fetches and unpacks source packages with a private apt: the machine's own sources, with deb-src for deb, in folders of
# our own, so that nothing of the machine's configuration changes and no root is needed. apt checks the signed hashes.
# Usage: fetch.sh WORK PACKAGE...
set -euo pipefail
work=$1
shift
apt=$work/apt

private_apt() {
  local file
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

unpack() {
  local package=$1
  rm -rf "$work/src/$package"
  dpkg-source --no-check -x "$work/download/${package}_"*.dsc "$work/src/$package" >/dev/null
}

private_apt
apt-get update -qq
rm -rf "$work/download" "$work/src"
mkdir -p "$work/download" "$work/src"
(cd "$work/download" && apt-get source -qq --download-only "$@")
for package in "$@"; do unpack "$package"; done

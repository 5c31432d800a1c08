#!/usr/bin/env bash
# Builds the static, audio-only, network-less ffmpeg and ffprobe that convert ships with, from the distribution's own
# source packages, into bin/. README.md describes the result. Usage: build.sh [--force]
set -Eeuo pipefail
trap 'die "stopped by the error above; the previous build is unchanged"' ERR
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${LAYER_BIN:-$here/bin}
work=${LAYER_WORK:-$here/work}
variants=(baseline x86-64-v3)
# Source packages; fetch.sh unpacks each into a folder of its name.
packages=(zlib libogg libvorbis opus lame libsoxr ffmpeg)
# Build tools, each with its Debian package.
tools=(gcc:gcc make:make nasm:nasm pkg-config:pkg-config dpkg-source:dpkg-dev xz:xz-utils patch:patch python3:python3)
# What sources and objects of one variant after the other take, and some room.
need_mib=1024

die() { echo "layer: $*" >&2; exit 1; }
say() { echo "layer: $*"; }

need_machine() {
  [ "$(uname -sm)" = "Linux x86_64" ] || die "it is built on Linux x86-64 only; on this machine, convert uses the system's ffmpeg"
  command -v apt-get >/dev/null || die "needs apt-get (Debian or Ubuntu): the sources are the distribution's packages"
}

need_tools() {
  local tool lacking=() root=()
  for tool in "${tools[@]}"; do command -v "${tool%:*}" >/dev/null || lacking+=("${tool#*:}"); done
  [ -e /usr/include/stdio.h ] || lacking+=(libc6-dev)
  [ ${#lacking[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    # Cloud Shell's user may become root without a password.
    sudo -n true 2>/dev/null || die "missing packages: ${lacking[*]}. Install them (apt-get install ${lacking[*]}) and run this again"
    root=(sudo -n)
  fi
  say "installing ${lacking[*]}"
  { "${root[@]}" apt-get update -qq && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq \
    --no-install-recommends "${lacking[@]}" >/dev/null; } || die "could not install ${lacking[*]}: apt-get says why above"
}

# The first Python that can read the tables in shared/.
need_python() {
  for python in python3 python3.14 python3.13 python3.12 python3.11 "$here/../.venv/bin/python"; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return; fi
  done
  die "needs Python 3.11 or newer, and python3 is $(python3 -V 2>&1): install python3.11"
}

need_room() {
  local free
  free=$(df -Pm "$work" | awk 'END { print $4 }')
  [ "$free" -ge $need_mib ] || die "$work has $free MiB free; the build needs $need_mib MiB. Free some space, or set LAYER_WORK to another folder"
}

# A hash of everything that decides what is built, except the sources' versions.
recipe() {
  {
    gcc -dumpfullversion
    echo "${packages[*]} ${variants[*]}"
    "$python" "$here/components.py" list
    cat "$here"/{variant.sh,manifest.py,sbom.py} "$here"/{filters,muxers,patches,sandbox}/*
  } | sha256sum | cut -d' ' -f1
}

up_to_date() {
  [ "${1-}" != --force ] && [ -x "$bin/x86-64-v3/ffmpeg" ] && grep -qs "\"$(recipe)\"" "$bin/manifest.json"
}

licences() {
  local package into=$1/licenses
  mkdir -p "$into"
  for package in "${packages[@]}"; do cp "$work/src/$package/debian/copyright" "$into/$package.txt"; done
  cp "$work/src/ffmpeg/COPYING.LGPLv2.1" "$into/LGPL-2.1.txt"
  cp "$work/src/lame/COPYING" "$into/LGPL-2.txt"
  cp /usr/share/doc/libc6-dev/copyright "$into/glibc.txt"
}

build() {
  local variant fresh=$1
  rm -rf "$fresh"
  say "fetching the sources of ${packages[*]}"
  "$here/fetch.sh" "$work" "${packages[@]}" || exit 1  # it has said why
  SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -STimestamp -l "$work/src/ffmpeg/debian/changelog")
  export SOURCE_DATE_EPOCH
  for variant in "${variants[@]}"; do
    say "building $variant (a minute or two)"
    PYTHON=$python "$here/variant.sh" "$variant" "$work" "$fresh/$variant" >"$work/$variant.log" 2>&1 || {
      tail -n 30 "$work/$variant.log" >&2
      die "$variant failed; see the log $work/$variant.log"
    }
  done
  licences "$fresh"
  "$python" "$here/components.py" list >"$fresh/components.txt"
  "$python" "$here/manifest.py" "$fresh" "$work" "$(recipe)"
}

main() {
  need_machine
  need_tools
  need_python
  if up_to_date "$@"; then
    say "$bin is up to date"
    return
  fi
  mkdir -p "$work" "$(dirname "$bin")"
  # Held until the end, however that comes.
  exec 9>"$work/lock"
  flock -n 9 || die "another build is running in $work: wait for it, or set LAYER_WORK to another folder"
  need_room
  build "$work/bin"
  # Replaced in one step, so that no one finds an incomplete layer.
  rm -rf "$bin"
  mv "$work/bin" "$bin"
  say "done: $bin"
}

main "$@"

#!/usr/bin/env bash
# Builds the static, audio-only, network-less ffmpeg and ffprobe that convert ships with, from the distribution's own
# source packages, into bin/. README.md says what comes out. Usage: build.sh [--force]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${LAYER_BIN:-$here/bin}
work=${LAYER_WORK:-$here/work}
variants=(baseline x86-64-v3)
# Source packages; fetch.sh unpacks each into a folder of its name.
packages=(zlib libogg libvorbis opus lame ffmpeg)
# What each build tool's Debian package is called.
declare -A tools=([gcc]=gcc [make]=make [nasm]=nasm [pkg-config]=pkg-config [dpkg-source]=dpkg-dev [xz]=xz-utils [patch]=patch [python3]=python3)

die() { echo "layer: $*" >&2; exit 1; }
say() { echo "layer: $*"; }

need_tools() {
  local tool lacking=()
  [ "$(uname -m)" = x86_64 ] || die "only x86-64 is built here; on this machine the system's ffmpeg serves"
  command -v apt-get >/dev/null || die "needs apt-get (Debian or Ubuntu): the sources are the distribution's packages"
  for tool in "${!tools[@]}"; do command -v "$tool" >/dev/null || lacking+=("${tools[$tool]}"); done
  [ -e /usr/include/stdio.h ] || lacking+=(libc6-dev)
  [ ${#lacking[@]} -eq 0 ] && return
  [ "$(id -u)" -eq 0 ] || die "missing here: ${lacking[*]}. Install them (apt-get install ${lacking[*]}) and run this again"
  say "installing ${lacking[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "${lacking[@]}" >/dev/null
}

# A hash of everything that decides what is built, except the sources' versions.
recipe() {
  {
    gcc -dumpfullversion
    echo "${packages[*]} ${variants[*]}"
    python3 "$here/components.py" list
    cat "$here/variant.sh" "$here"/patches/*
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
  "$here/fetch.sh" "$work" "${packages[@]}"
  SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -STimestamp -l "$work/src/ffmpeg/debian/changelog")
  export SOURCE_DATE_EPOCH
  for variant in "${variants[@]}"; do
    say "building $variant (a minute or two)"
    "$here/variant.sh" "$variant" "$work" "$fresh/$variant" >"$work/$variant.log" 2>&1 || {
      tail -n 30 "$work/$variant.log" >&2
      die "$variant failed; the whole log is $work/$variant.log"
    }
  done
  licences "$fresh"
  python3 "$here/components.py" list >"$fresh/components.txt"
  python3 "$here/manifest.py" "$fresh" "$work" "$(recipe)"
}

main() {
  need_tools
  if up_to_date "$@"; then
    say "$bin is up to date"
    return
  fi
  mkdir -p "$work" "$(dirname "$bin")"
  build "$work/bin"
  # Whoever looks finds the old layer or the new one, whole.
  rm -rf "$bin"
  mv "$work/bin" "$bin"
  say "done: $bin"
}

main "$@"

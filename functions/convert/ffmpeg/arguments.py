"""Arguments that the command lines of ffmpeg and ffprobe share: guards, threads, demuxer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.sources import SOURCES

if TYPE_CHECKING:
    from shared.domain.media import Probe

MAX_STREAMS = 64
# Of every input: a hostile file can make ffmpeg and ffprobe read nothing but itself.
GUARDS = (
    "-protocol_whitelist", "file,pipe",
    "-format_whitelist", ",".join(SOURCES),
    # One more than allowed: of streams beyond, some versions of ffmpeg complain, and others see none.
    "-max_streams", str(MAX_STREAMS + 1),
)  # fmt: skip
# Of every input: a decoder's threads gain nothing beside an encoder, and each takes address space.
SINGLE_THREAD = ("-threads", "1")
_LOSSLESS_CODECS = ("flac", "alac", "wavpack", "tta", "ape", "wmalossless", "truehd", "mlp")
# Demuxers with a packet size to set. Packets of the default 4 KiB cost 2 % of an encode; much larger ones do
# not fit the CPU's cache. Where ffmpeg tolerates a share of corrupt packets, there must be many: it takes the
# padding of a W64 for a packet, and since 8.0 its own packets have 24 KiB.
_SIZEABLE = frozenset({"wav", "w64"})
LARGE_PACKETS, _SMALL_PACKETS = ("-max_size", "16384"), ("-max_size", "1024")
# AC-3 carries gains that compress its dynamics for quiet rooms. A conversion keeps the full range, as mpv and
# HandBrake do by default.
_COMPRESSED_CODECS, _FULL_RANGE = frozenset({"ac3", "eac3"}), ("-drc_scale", "0")


def must_decode(source: Probe) -> bool:
    """Return whether every packet must be decodable, because the codec is lossless.

    Not of PCM without a duration: where a recorder could not write that, ffmpeg takes the last packet for a
    truncated one.
    """
    has_duration = source.duration_s is not None
    return source.codec.startswith(("pcm_", *_LOSSLESS_CODECS) if has_duration else _LOSSLESS_CODECS)


def input_args(source: Probe) -> tuple[str, ...]:
    """Return the arguments of demuxer and decoder: packet size of PCM, and no compression of AC-3."""
    return (*_packet_size(source), *(_FULL_RANGE if source.codec in _COMPRESSED_CODECS else ()))


def _packet_size(source: Probe) -> tuple[str, ...]:
    """Return large packets for PCM, or small ones where some may be corrupt."""
    if source.container not in _SIZEABLE or not source.codec.startswith("pcm_"):
        return ()
    return LARGE_PACKETS if must_decode(source) else _SMALL_PACKETS

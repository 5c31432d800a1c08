"""What the source's demuxer is told, and whether each of its packets must be decodable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.task import Probe

_LOSSLESS_CODECS = ("flac", "alac", "wavpack", "tta", "ape", "wmalossless", "truehd", "mlp")
# Demuxers that can be told how much to read at a time. Frames of the usual 4 KiB cost 2 % of an encode; much
# larger ones no longer fit the processor's cache. Where some may be spoilt there must be many, or one is too
# many: what ffmpeg pads a W64 with it takes for a packet, and since 8.0 its own packets are of 24 KiB.
_TELLABLE = frozenset({"wav", "w64"})


LARGE_PACKETS, _SMALL_PACKETS = ("-max_size", "16384"), ("-max_size", "1024")


def must_decode(source: Probe) -> bool:
    """Whether each packet has to be decodable: its samples are the recording itself.

    Not of PCM that does not say how long it is: where a recorder could not write that, ffmpeg takes the last
    packet for a cut one.
    """
    says_its_length = source.duration_s is not None
    return source.codec.startswith(("pcm_", *_LOSSLESS_CODECS) if says_its_length else _LOSSLESS_CODECS)


def packet_size(source: Probe) -> tuple[str, ...]:
    """Arguments of a demuxer of bare samples for packets that cost little, or of which some may be spoilt."""
    if source.container not in _TELLABLE or not source.codec.startswith("pcm_"):
        return ()
    return LARGE_PACKETS if must_decode(source) else _SMALL_PACKETS

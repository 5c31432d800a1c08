"""FLAC and Ogg: foreign tags, missing and wrong lengths, chains of streams."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.tags import id3, id3v1, text
from tests.reports.report import Converted, Refused, Report

if TYPE_CHECKING:
    from tests.reports.outcome import Result

# Of STREAMINFO: after the magic and the header of its block.
INFO = 8
WHOLE = Converted(seconds=1.0, peak_dbfs=-6.02)


def flac(source: str = "") -> bytes:
    """Mono, 16 bits."""
    return encoded("flac -sample_fmt s16", "flac", source)


def with_total(samples: int) -> bytes:
    """A FLAC that states another number of samples."""
    data = bytearray(flac())
    data[INFO + 13] &= 0xF0
    struct.pack_into(">I", data, INFO + 14, samples)
    return bytes(data)


def with_checksum(md5: bytes) -> bytes:
    data = bytearray(flac())
    data[INFO + 18 : INFO + 34] = md5
    return bytes(data)


def opus(hertz: int = 441, channels: int = 1) -> bytes:
    return encoded("libopus", "opus", sine(1.0, 48_000, channels, hertz))


def vorbis(rate_hz: int = 44_100, channels: int = 1) -> bytes:
    return encoded("libvorbis", "ogg", sine(1.0, rate_hz, channels))


def is_even(result: Result) -> None:
    """Check that each link of a chain is as loud as the other."""
    assert abs(result.peak(0.3, 0.8) - result.peak(1.3, 1.8)) < 0.03


REPORTS = (
    Report(
        "A FLAC with an ID3v2 tag in front is refused.",
        ["xiph/opus-tools 106", "tinytag/tinytag 46", "xiph/flac 859", "Marekkon5/onetagger 155"],
        "The tag is skipped.",
        lambda: id3(text(b"TIT2", "Title")) + flac(),
        WHOLE,
    ),
    Report(
        "A ripper appended an ID3v1 tag, and decoding ends with an error.",
        ["xiph/flac 487", "xiph/flac 523"],
        "What is behind the last frame is not audio.",
        lambda: flac() + id3v1("Title"),
        WHOLE,
    ),
    Report(
        "A FLAC states fewer samples than it has, and its end is cut off.",
        ["xiph/flac 487"],
        "All frames are decoded.",
        lambda: with_total(22_050),
        Converted(seconds=1.0, peak_dbfs=-6.02),
    ),
    Report(
        "A FLAC states more samples than it has, and silence or noise fills the rest.",
        ["xiph/flac 487"],
        "It is refused: a part is missing.",
        lambda: with_total(88_200),
        Refused("truncated"),
    ),
    Report(
        "A recorded radio stream in Ogg ends with its first song.",
        ["music-assistant/server 3326", "RustAudio/lewton 18", "savonet/liquidsoap 3276"],
        "Every link of the chain is converted.",
        lambda: opus() + opus(882),
        Converted(seconds=2.0, within_s=0.02),
    ),
    Report(
        "Links with other channels or another rate are garbled.",
        ["DeaDBeeF-Player/deadbeef 1021"],
        "They get the channels and the rate of the first, at their own level.",
        lambda: vorbis() + vorbis(22_050, 2),
        Converted(seconds=2.0, within_s=0.03, rate_hz=44_100, channels=1, also=is_even),
    ),
    Report(
        "A game stores its music as a chain of short Ogg files, and most of it is lost.",
        ["villermen/runescape-cache-tools 8"],
        "Every link of the chain is converted.",
        lambda: vorbis() + made(f"{sine(1.0, hertz=882)} -c:a libvorbis", "ogg"),
        Converted(seconds=2.0, within_s=0.01),
    ),
    Report(
        "A sound extracted from a game's archive lacks its end.",
        ["hcs64/ww2ogg 21"],
        "It is refused: its last page does not end the stream.",
        lambda: vorbis()[:-300],
        Refused("truncated"),
    ),
)

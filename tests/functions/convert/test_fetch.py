"""Large uploads go through a pipe, and what comes out is the same as from a file."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pytest

from functions.convert.containers.trailing_tags import cut
from functions.convert.encode.conversion import Conversion
from functions.convert.process.limits import MIB, Limits
from functions.convert.source.fetch import FetchedSource, SourceFetcher
from shared.domain.errors import Truncated, Unavailable
from shared.domain.task import Output
from shared.runtime.log import Log
from tests.fakes import FakeObjects, an_upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

END = 6 * 1024
ID3V1 = b"TAG" + b"title".ljust(125, b"\0")
# Version, length of items and footer, number of items, flags: of a header, of the footer.
APE_ITEM = struct.pack("<2I", 5, 0) + b"Title\0Hello"
APE_SIZES = struct.pack("<3I", 2000, 32 + len(APE_ITEM), 1)
APE_HEAD = b"APETAGEX" + APE_SIZES + struct.pack("<I8x", 0xA0000000)
APE_TAG = APE_HEAD + APE_ITEM + b"APETAGEX" + APE_SIZES + struct.pack("<I8x", 0x80000000)
LIMITS = Limits(wall_s=60, cpu_s=60, file_bytes=100 * MIB)
BARE_WAV = ("-fflags", "+bitexact", "-map_metadata", "-1")
BARE = ("-map_metadata", "-1")
PICTURES = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=2", "-map", "0:a", "-map", "1:v", "-b:v", "100k")
# By name: ending and what makes it.
STREAMED: dict[str, tuple[str, tuple[str, ...]]] = {
    "wav": ("wav", BARE_WAV),
    "flac": ("flac", ()),
    "ogg": ("ogg", ()),
    "opus": ("opus", ()),
    "mp3": ("mp3", ("-metadata", "title=Ana")),
    "mp3, mono, VBR": ("mp3", ("-ac", "1", "-q:a", "0", "-write_id3v1", "1", "-metadata", "title=Ana")),
    "m4a": ("m4a", ("-movflags", "+faststart", "-metadata", "title=Ana")),
    "m4a, ALAC": ("m4a", ("-movflags", "+faststart", "-c:a", "alac")),
    "film, mp4": ("mp4", (*PICTURES, "-movflags", "+faststart", "-c:v", "mpeg4")),
    "aiff": ("aiff", BARE),
    "mka": ("mka", ("-c:a", "flac", "-metadata", "title=Ana")),
    "webm": ("webm", ("-metadata", "title=Ana")),
    "film, mkv": ("mkv", (*PICTURES, "-c:v", "mpeg4", "-c:a", "ac3")),
    "ts": ("ts", ("-c:a", "aac")),
    "film, ts": ("ts", (*PICTURES, "-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2")),
    "film, m2ts": ("m2ts", (*PICTURES, "-c:v", "mpeg2video", "-r", "25", "-c:a", "ac3")),
}
WHOLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "m4a": ("m4a", ()),
    "film, fragmented": ("mp4", (*PICTURES, "-movflags", "+frag_keyframe", "-c:v", "mpeg4")),
    "mp3 without Xing": ("mp3", ("-write_xing", "0")),
    "aiff": ("aiff", ("-write_id3v2", "1", "-metadata", "title=Ana")),
    "live webm": ("webm", ("-live", "1")),
    "aac": ("aac", ()),
    "w64": ("w64", ()),
    "avi": ("avi", ()),
}


def taken(folder: Path, tools: Tools, data: bytes, stream_from: int = 0) -> FetchedSource:
    # ffmpeg leaves 8 KiB for tags in a FLAC.
    end = 20_000 if data.startswith(b"fLaC") else END
    objects = FakeObjects()
    info = objects.put("song", data)
    upload = an_upload(object="song", generation=info.generation, size_bytes=info.size_bytes)
    folder.mkdir(exist_ok=True)
    return SourceFetcher(objects, tools, upload, folder / "source", stream_from, end).take(
        Log(stream=io.StringIO())
    )


def converted(folder: Path, tools: Tools, source: FetchedSource) -> bytes:
    conversion = Conversion(tools, LIMITS, lambda _: None, Log(stream=io.StringIO()), source.feed)
    made, _ = conversion.run(folder / "source", source.found, (Output("flac", "song.flac"),))
    return made[0].file.read_bytes()


def made(audio: Callable[..., Path], kind: tuple[str, tuple[str, ...]]) -> bytes:
    ending, arguments = kind
    return audio(ending, *arguments).read_bytes()


@pytest.mark.parametrize("name", STREAMED)
def test_a_streamed_source_gives_what_a_file_gives(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], name: str
) -> None:
    data = made(audio, STREAMED[name])
    streamed, whole = taken(tmp_path / "s", tools, data), taken(tmp_path / "w", tools, data, len(data) + 1)

    assert (streamed.feed is not None, whole.feed is not None) == (True, False)
    # An MPEG transport stream does not say its bit rate: ffmpeg guesses by what it has looked at.
    assert replace(streamed.found, bit_rate_kbps=None) == replace(whole.found, bit_rate_kbps=None)
    assert streamed.found.bit_rate_kbps == pytest.approx(whole.found.bit_rate_kbps, rel=0.05)
    first, second = converted(tmp_path / "s", tools, streamed), converted(tmp_path / "w", tools, whole)
    assert first == second


@pytest.mark.parametrize("name", WHOLE)
def test_what_cannot_be_read_from_a_pipe_lies_in_a_file(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], name: str
) -> None:
    data = made(audio, WHOLE[name])

    assert taken(tmp_path, tools, data).feed is None
    assert (tmp_path / "source").read_bytes() == data


def test_a_stream_leaves_only_its_ends_in_the_folder(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path]
) -> None:
    data = audio("wav", *BARE_WAV).read_bytes()
    source = taken(tmp_path, tools, data)
    status = (tmp_path / "source").stat()

    assert source.feed is not None
    assert status.st_size == len(data)
    assert status.st_blocks * 512 <= 4 * END


def test_tags_behind_the_sound_are_not_lost(tmp_path: Path, tools: Tools, audio: Callable[..., Path]) -> None:
    data = audio("wav", *BARE_WAV).read_bytes()

    assert taken(tmp_path, tools, data + b"LIST" + bytes([12, 0, 0, 0]) + b"INFOINAM\0\0\0\0").feed is None


@pytest.mark.parametrize("name", ["wav", "flac", "ogg", "opus", "mp3", "m4a", "aiff", "mka"])
def test_a_cut_stream_is_told_as_such(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], name: str
) -> None:
    data = made(audio, STREAMED[name])

    with pytest.raises(Truncated):
        taken(tmp_path, tools, data[: len(data) * 7 // 10])


def test_a_bucket_that_fails_in_the_middle_fails_the_attempt(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path]
) -> None:
    source = taken(tmp_path, tools, audio("wav", *BARE_WAV).read_bytes())

    def broken(into: BinaryIO) -> None:
        into.write((tmp_path / "source").read_bytes()[:10_000])
        raise Unavailable

    with pytest.raises(Unavailable):
        converted(tmp_path, tools, FetchedSource(source.found, broken))


@pytest.mark.parametrize("stream_from", [0, 1 << 30], ids=["large", "small"])
@pytest.mark.parametrize(
    "stuck", [ID3V1, APE_TAG, APE_TAG[32:], APE_TAG + ID3V1, bytes(4096), b"<html>" * 50], ids=len
)
def test_what_is_stuck_to_the_end_of_a_flac_are_no_sound(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], stuck: bytes, stream_from: int
) -> None:
    data = audio("flac").read_bytes()
    source = taken(tmp_path / "s", tools, data + stuck, stream_from)

    assert source.feed is None
    assert (tmp_path / "s" / "source").read_bytes() == data


def test_a_flac_of_nothing_but_tags_keeps_nobody(tmp_path: Path) -> None:
    file = tmp_path / "source"
    file.write_bytes(b"fLaC" + ID3V1 * 100_000)
    cut(file)

    assert file.stat().st_size > 90_000 * len(ID3V1)


def test_a_stream_that_ends_early_is_cut(tmp_path: Path, tools: Tools, audio: Callable[..., Path]) -> None:
    data = audio("wav", *BARE_WAV).read_bytes()
    source = taken(tmp_path, tools, data)

    def short(into: BinaryIO) -> None:
        into.write(data[:99_999])

    with pytest.raises(Truncated):
        converted(tmp_path, tools, FetchedSource(source.found, short))

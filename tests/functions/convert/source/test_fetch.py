"""Large uploads are streamed through a pipe, with the same result as from a file."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pytest

from functions.convert.containers.trailing_tags import remove_trailing_tags
from functions.convert.source.fetch import FetchedSource, SourceFetcher
from functions.convert.source.probed_source import ProbedSource, probe_source
from shared.domain.errors import Truncated, Unavailable
from shared.domain.files import Output
from shared.runtime.log import Log
from tests.builders import an_upload
from tests.fakes.objects import FakeObjects
from tests.sampling import chosen
from tools.docs.conversion_matrix import convert_probed

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
BARE_WAV = ("-fflags", "+bitexact", "-map_metadata", "-1")
BARE = ("-map_metadata", "-1")
PICTURES = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=2", "-map", "0:a", "-map", "1:v", "-b:v", "100k")
NOISE = ("-f", "lavfi", "-i", "color=s=300x300:r=1:d=1,noise=alls=100:allf=t", "-map", "0:a", "-map", "1:v")
COVER = (*NOISE, "-c:v", "png", "-disposition:v", "attached_pic")
# By name: extension, and how ffmpeg makes it.
STREAMED: dict[str, tuple[str, tuple[str, ...]]] = {
    "wav": ("wav", BARE_WAV),
    "flac": ("flac", ()),
    "ogg": ("ogg", ()),
    "ogg, long tags": ("ogg", ("-metadata", f"comment={'long ' * 5000}")),
    "opus": ("opus", ()),
    "mp3": ("mp3", ("-metadata", "title=Ana")),
    "mp3, mono, VBR": ("mp3", ("-ac", "1", "-q:a", "0", "-write_id3v1", "1", "-metadata", "title=Ana")),
    "m4a": ("m4a", ("-movflags", "+faststart", "-metadata", "title=Ana")),
    "m4a, ALAC": ("m4a", ("-movflags", "+faststart", "-c:a", "alac")),
    "film, mp4": ("mp4", (*PICTURES, "-movflags", "+faststart", "-c:v", "mpeg4")),
    "flac, cover": ("flac", COVER),
    "mp3, cover": ("mp3", COVER),
    "m4a, cover": ("m4a", (*COVER, "-movflags", "+faststart")),
    "aiff": ("aiff", BARE),
    "mka": ("mka", ("-c:a", "flac", "-metadata", "title=Ana")),
    "webm": ("webm", ("-metadata", "title=Ana")),
    "film, mkv": ("mkv", (*PICTURES, "-c:v", "mpeg4", "-c:a", "ac3")),
    "ts": ("ts", ("-c:a", "aac")),
    "film, ts": ("ts", (*PICTURES, "-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2")),
    "film, m2ts": ("m2ts", (*PICTURES, "-c:v", "mpeg2video", "-r", "25", "-c:a", "ac3")),
}
# What `make test` tries: each container.
SAMPLE = {"wav", "flac, cover", "mp3, cover", "ogg", "m4a", "film, mkv", "film, ts"}
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


def fetched(folder: Path, tools: Tools, data: bytes, stream_from: int = 0) -> ProbedSource:
    # ffmpeg leaves 8 KiB for tags in a FLAC.
    end_bytes = 20_000 if data.startswith(b"fLaC") else END
    objects, log = FakeObjects(), Log(stream=io.StringIO())
    info = objects.put("song", data)
    upload = an_upload(object="song", generation=info.generation, size_bytes=info.size_bytes)
    folder.mkdir(exist_ok=True)
    fetcher = SourceFetcher(objects, upload, folder / "source", stream_from=stream_from, end_bytes=end_bytes)
    return probe_source(tools, fetcher, fetcher.fetch(log), log)


def is_streamed(source: ProbedSource) -> bool:
    return source.fetched.write_to is not None


def converted(tools: Tools, source: ProbedSource) -> bytes:
    (output,) = convert_probed(tools, source, (Output("flac", "song.flac"),))
    return output.file.read_bytes()


def streaming(source: ProbedSource, write_to: Callable[[BinaryIO], None]) -> ProbedSource:
    return replace(source, fetched=FetchedSource(source.file, write_to))


def encoded(audio: Callable[..., Path], kind: tuple[str, tuple[str, ...]]) -> bytes:
    extension, arguments = kind
    return audio(extension, *arguments).read_bytes()


@pytest.mark.parametrize("name", chosen(STREAMED, SAMPLE))
def test_a_streamed_source_gives_the_same_result_as_a_file(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], name: str
) -> None:
    data = encoded(audio, STREAMED[name])
    streamed = fetched(tmp_path / "streamed", tools, data)
    whole = fetched(tmp_path / "whole", tools, data, len(data) + 1)

    assert (is_streamed(streamed), is_streamed(whole)) == (True, False)
    # An MPEG transport stream does not state its bit rate: ffmpeg guesses it from what it has read.
    assert replace(streamed.probe, bit_rate_kbps=None) == replace(whole.probe, bit_rate_kbps=None)
    assert streamed.probe.bit_rate_kbps == pytest.approx(whole.probe.bit_rate_kbps, rel=0.05)
    assert converted(tools, streamed) == converted(tools, whole)


@pytest.mark.parametrize("name", WHOLE)
def test_a_source_that_a_pipe_cannot_carry_is_fetched_whole(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], name: str
) -> None:
    data = encoded(audio, WHOLE[name])

    assert not is_streamed(fetched(tmp_path, tools, data))
    assert (tmp_path / "source").read_bytes() == data


def test_only_the_ends_of_a_streamed_source_take_space(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path]
) -> None:
    data = audio("wav", *BARE_WAV).read_bytes()
    source = fetched(tmp_path, tools, data)
    status = (tmp_path / "source").stat()

    assert is_streamed(source)
    assert status.st_size == len(data)
    assert status.st_blocks * 512 <= 4 * END


def test_a_source_with_tags_behind_its_audio_is_fetched_whole(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path]
) -> None:
    data = audio("wav", *BARE_WAV).read_bytes()

    tagged = data + b"LIST" + bytes([12, 0, 0, 0]) + b"INFOINAM\0\0\0\0"

    assert not is_streamed(fetched(tmp_path, tools, tagged))


@pytest.mark.parametrize("name", ["wav", "flac", "ogg", "opus", "mp3", "m4a", "aiff", "mka"])
def test_a_truncated_stream_is_refused(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], name: str
) -> None:
    data = encoded(audio, STREAMED[name])

    with pytest.raises(Truncated):
        fetched(tmp_path, tools, data[: len(data) * 7 // 10])


def test_an_error_of_the_bucket_midway_fails_the_attempt(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path]
) -> None:
    source = fetched(tmp_path, tools, audio("wav", *BARE_WAV).read_bytes())

    def broken(into: BinaryIO) -> None:
        into.write((tmp_path / "source").read_bytes()[:10_000])
        raise Unavailable

    with pytest.raises(Unavailable):
        converted(tools, streaming(source, broken))


@pytest.mark.parametrize("stream_from", [0, 1 << 30], ids=["large", "small"])
@pytest.mark.parametrize(
    "junk", [ID3V1, APE_TAG, APE_TAG[32:], APE_TAG + ID3V1, bytes(4096), b"<html>" * 50], ids=len
)
def test_data_appended_to_a_flac_is_removed(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path], junk: bytes, stream_from: int
) -> None:
    data = audio("flac").read_bytes()
    source = fetched(tmp_path / "s", tools, data + junk, stream_from)

    assert not is_streamed(source)
    assert (tmp_path / "s" / "source").read_bytes() == data


def test_a_flac_made_of_tags_only_is_handled_quickly(tmp_path: Path) -> None:
    file = tmp_path / "source"
    file.write_bytes(b"fLaC" + ID3V1 * 100_000)
    remove_trailing_tags(file)

    assert file.stat().st_size > 90_000 * len(ID3V1)


def test_a_stream_that_ends_early_is_truncated(
    tmp_path: Path, tools: Tools, audio: Callable[..., Path]
) -> None:
    data = audio("wav", *BARE_WAV).read_bytes()
    source = fetched(tmp_path, tools, data)

    def short(into: BinaryIO) -> None:
        into.write(data[:99_999])

    with pytest.raises(Truncated):
        converted(tools, streaming(source, short))

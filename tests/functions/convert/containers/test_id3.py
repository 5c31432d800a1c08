"""ID3v2 texts with several values, and chapters, are read as taggers write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.convert.containers.id3 import chapters, multiple_values
from functions.convert.containers.reader import Reader
from functions.convert.metadata.tags import tag_output
from functions.convert.plan.plan import plan_output
from functions.convert.probe.probe import probe
from shared.domain.files import Output
from shared.domain.media import Chapter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools


def syncsafe(number: int) -> bytes:
    return bytes(number >> 7 * place & 0x7F for place in (3, 2, 1, 0))


def frame(name: bytes, body: bytes, version: int = 4, flags: int = 0) -> bytes:
    size = syncsafe(len(body)) if version == 4 else len(body).to_bytes(4)
    return name + size + bytes([0, flags]) + body


def tag(*frames: bytes, version: int = 4, flags: int = 0) -> bytes:
    body = b"".join(frames) + bytes(100)
    return b"ID3" + bytes([version, 0, flags]) + syncsafe(len(body)) + body


def found(data: bytes) -> dict[str, str]:
    return multiple_values(Reader.of(data))


@pytest.mark.parametrize(
    ("number", "encoding"), [(0, "latin-1"), (1, "utf-16"), (2, "utf-16-be"), (3, "utf-8")]
)
def test_values_are_found_in_every_encoding(number: int, encoding: str) -> None:
    values = [text.encode(encoding) for text in ("Ångström", "Bo", "Cé")]
    nul = "\0".encode("utf-16-be" if encoding.startswith("utf-16") else encoding)

    assert found(tag(frame(b"TPE1", bytes([number]) + nul.join(values)))) == {"artist": "Ångström;Bo;Cé"}


@pytest.mark.parametrize("version", [3, 4])
def test_other_frames_are_skipped(version: int) -> None:
    picture = frame(b"APIC", b"\0image/png\0\3\0" + b"T" * 70_000, version)
    own = frame(b"TXXX", b"\3MOOD\0calm\0sad", version)
    data = tag(frame(b"TIT2", b"\3Title\0", version), picture, own, version=version)

    assert found(data) == {"mood": "calm;sad"}


# Tags that are left to ffmpeg, and data that is no tag.
LEFT = {
    "nothing": b"",
    "no tag": b"\xff\xfb\x90\0" * 20,
    "one value": tag(frame(b"TPE1", b"\3Alice\0")),
    "numbered genres": tag(frame(b"TCON", b"\x0317\0(8)")),
    "compressed": tag(frame(b"TPE1", b"\3a\0b", flags=8)),
    "unsynchronised 2.3": tag(frame(b"TPE1", b"\3a\0b", 3), version=3, flags=0x80),
    "2.2": tag(b"TP1\0\0\4\3a\0b", version=2),
    "an unknown encoding": tag(frame(b"TPE1", b"\x09a\0b")),
    "a frame beyond the end": tag(frame(b"TPE1", b"\3a\0b"))[:18],
    "a size beyond the end": b"ID3\4\0\0\x7f\x7f\x7f\x7fTPE1\x7f\x7f\x7f\x7f\0\0\3a",
    "an empty text": tag(frame(b"TPE1", b""), frame(b"TXXX", b"")),
}


@pytest.mark.parametrize("name", LEFT)
def test_tags_without_several_values_yield_none(name: str) -> None:
    assert found(LEFT[name]) == {}


def test_all_values_reach_the_output(tools: Tools, audio: Callable[..., Path], tmp_path: Path) -> None:
    song = audio("mp3", "-id3v2_version", "0").read_bytes()
    artists = frame(b"TPE1", "\3Alice\0Bo\0Çelik".encode())
    (tmp_path / "several.mp3").write_bytes(tag(frame(b"TIT2", b"\3Title"), artists) + song)
    source = probe(tools, tmp_path / "several.mp3")
    text = tag_output(plan_output(Output("flac", "out.flac"), source), source, None, 1).text

    assert (source.tags["title"], source.tags["artist"]) == ("Title", "Alice;Bo;Çelik")
    assert "artist=Alice\\;Bo\\;Çelik" in text
    assert "title=" not in text


def chapter(title: str | None, begin_ms: int, end_ms: int, version: int = 4) -> bytes:
    times = begin_ms.to_bytes(4) + end_ms.to_bytes(4) + b"\xff" * 8
    text = b"" if title is None else frame(b"TIT2", b"\3" + title.encode(), version)
    return frame(b"CHAP", f"id{begin_ms}\0".encode() + times + text, version)


@pytest.mark.parametrize("version", [3, 4])
def test_chapters_have_long_titles_or_none(version: int) -> None:
    frames = (chapter("b" * 300, 500, 900, version), chapter(None, 0, 500, version))

    assert chapters(Reader.of(tag(*frames, version=version))) == [
        Chapter(0, 0.5, ""),
        Chapter(0.5, 0.9, "b" * 300),
    ]


def test_a_chapter_that_ends_before_it_begins_is_none() -> None:
    assert chapters(Reader.of(tag(chapter("a", 500, 400), frame(b"CHAP", b"id\0\0\0")))) == []


def test_chapters_in_an_aiff_are_found_in_its_chunk() -> None:
    text = tag(chapter("a", 0, 500))
    chunk = b"ID3 " + len(text).to_bytes(4) + text

    assert chapters(Reader.of(b"FORM\0\0\0\0AIFFSSND\0\0\0\2ab" + chunk)) == [Chapter(0, 0.5, "a")]


def test_chapters_with_sizes_as_in_version_3_are_found() -> None:
    """As ffmpeg writes them, with sizes of titles as in version 4."""
    first, second = chapter("a" * 150, 0, 500), chapter("b", 500, 900)
    first = first[:4] + (len(first) - 10).to_bytes(4) + first[8:]

    assert [one.title[:1] for one in chapters(Reader.of(tag(first, second)))] == ["a", "b"]

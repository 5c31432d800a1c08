"""Text whose encoding no container states arrives readable in every output, with a note."""

from __future__ import annotations

import json
import struct
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.formats import FORMATS
from shared.domain.options import Options
from tests.reports.inputs.tags import frame, id3
from tests.sampling import chosen
from tests.sounds import tone, write_wav
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.notes.base import Note

    Encoded = Callable[..., bytes]

LATIN, UTF_8 = ("text_encoding_guessed", "windows-1252"), ("text_encoding_guessed", "UTF-8")
TITLE, RAW = "Café “Ž” – 5 €", b"Caf\xe9 \x93\x8e\x94 \x96 5 \x80"


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Encoded:
    """Encodes half a second of a tone, without a tag that ffmpeg would add."""
    folder = tmp_path_factory.mktemp("sources")
    song = write_wav(folder / "song.wav", tone(0.5))

    def encode(suffix: str, *arguments: str) -> bytes:
        target = folder / f"out.{suffix}"
        quiet = ("-nostdin", "-v", "error", "-y", "-bitexact", "-i", str(song))
        subprocess.run([program("ffmpeg"), *quiet, *arguments, str(target)], check=True, timeout=HANG_S)
        return target.read_bytes()

    return encode


def id3v1(audio: bytes, title: bytes) -> bytes:
    return audio + b"TAG" + title.ljust(30, b"\0") + bytes(94) + b"\xff"


def riff(audio: bytes, title: bytes) -> bytes:
    text = title + bytes(1 + (len(title) + 1) % 2)
    info = b"INFOINAM" + struct.pack("<I", len(text)) + text
    body = audio[8:] + b"LIST" + struct.pack("<I", len(info)) + info
    return b"RIFF" + struct.pack("<I", len(body)) + body


def aiff(audio: bytes, title: bytes) -> bytes:
    text = title + bytes(len(title) % 2)
    body = audio[8:] + b"NAME" + struct.pack(">I", len(title)) + text
    return b"FORM" + struct.pack(">I", len(body)) + body


def replaced(audio: bytes, title: bytes) -> bytes:
    """Puts bytes in the place of a placeholder of the same length."""
    assert audio.count(b"T" * len(title)) == 1
    return audio.replace(b"T" * len(title), title)


def source(encoded: Encoded, kind: str, text: bytes) -> bytes:
    """A file whose title has these bytes."""
    if "ID3" in kind:
        mp3 = encoded("mp3", "-id3v2_version", "0")
        if kind == "ID3v1":
            return id3v1(mp3, text)
        version, encoding = (3, b"\0") if "Latin-1" in kind else (4, b"\3")
        return id3(frame(b"TIT2", encoding + text, version), version=version) + mp3
    if kind == "RIFF INFO":
        return riff(encoded("wav"), text)
    if kind == "AIFF":
        return aiff(encoded("aiff"), text)
    suffix = {"FLAC": "flac", "APE": "wv", "MP4": "m4a", "Matroska": "mka"}[kind]
    return replaced(encoded(suffix, "-metadata", "title=" + "T" * len(text)), text)


def converted(
    tools: Tools,
    folder: Path,
    data: bytes,
    *forms: str,
    options: Options = Options(),  # noqa: B008  # immutable
) -> tuple[str | None, list[Note], dict[str, dict[str, Any]]]:
    """Returns the probed title, the notes, and the tags of the outputs, which are valid UTF-8."""
    notes: list[Note] = []
    folder.mkdir(exist_ok=True)
    (folder / "given").write_bytes(data)
    found, outputs = convert(tools, folder / "given", folder, [(form, options) for form in forms], notes)
    return found.tags.get("title"), notes, {one.plan.form.name: read(tools, one.file) for one in outputs}


def read(tools: Tools, file: Path) -> dict[str, Any]:
    show = ("-show_format", "-show_streams", "-show_chapters", "-of", "json=string_validation=ignore")
    argv = [tools.ffprobe, "-v", "error", *show, str(file)]
    report = json.loads(subprocess.run(argv, check=True, capture_output=True, timeout=HANG_S).stdout.decode())
    tags = {**report["streams"][0].get("tags", {}), **report["format"].get("tags", {})}
    named = {name.lower(): text for name, text in tags.items()}
    return named | {"chapters": [chapter["tags"]["title"] for chapter in report["chapters"]]}


def kinds(notes: list[Note]) -> list[tuple[str, object]]:
    return [(note.code, note.figures.get("encoding")) for note in notes if note.code != "tags_dropped"]


KINDS = (
    "ID3v1",
    "ID3v2.3 called Latin-1",
    "ID3v2.4 called UTF-8",
    "RIFF INFO",
    "AIFF",
    "FLAC",
    "APE",
    "MP4",
    "Matroska",
)


@pytest.mark.parametrize("kind", chosen(KINDS, {"ID3v2.4 called UTF-8", "Matroska"}))
def test_bytes_that_are_no_utf_8_are_read_as_windows_1252(
    tools: Tools, tmp_path: Path, encoded: Encoded, kind: str
) -> None:
    title, notes, outputs = converted(tools, tmp_path, source(encoded, kind, RAW), "flac", "m4a")

    assert title == TITLE
    assert [tags["title"] for tags in outputs.values()] == [TITLE] * 2
    assert kinds(notes) == [LATIN]
    assert notes[0].figures["tags"] == ["title"]
    assert notes[0].message == "The encoding of title is not stated, or wrong; windows-1252 was assumed."


def test_every_output_is_valid_utf_8(tools: Tools, tmp_path: Path, encoded: Encoded) -> None:
    title, notes, outputs = converted(tools, tmp_path, source(encoded, "ID3v1", RAW), *FORMATS)

    assert (title, kinds(notes)) == (TITLE, [LATIN])
    assert {form: tags["title"] for form, tags in outputs.items()} == dict.fromkeys(FORMATS, TITLE)


@pytest.mark.parametrize("kind", chosen(KINDS, {"ID3v1"}))
def test_valid_utf_8_stays_as_it_is(tools: Tools, tmp_path: Path, encoded: Encoded, kind: str) -> None:
    data = source(encoded, kind, TITLE.encode())
    title, notes, outputs = converted(tools, tmp_path, data, "flac", "wav")

    assert (title, outputs["flac"]["title"], outputs["wav"]["title"]) == (TITLE, TITLE, TITLE)
    assert kinds(notes) == ([UTF_8] if kind == "ID3v2.3 called Latin-1" else [])


def test_titles_of_chapters_tracks_and_pictures_are_decoded(
    tools: Tools, tmp_path: Path, encoded: Encoded
) -> None:
    chapters = tmp_path / "chapters"
    chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=CCCC\n")
    track = ("-metadata:s:a:0", "title=SSSS", "-metadata", "title=song", "-c:a", "flac")
    data = encoded("mka", "-f", "ffmetadata", "-i", str(chapters), "-map_chapters", "1", *track)
    data = data.replace(b"CCCC", b"Caf\xe9").replace(b"SSSS", b"T\xf6ne")
    title, notes, outputs = converted(tools, tmp_path, data, "m4a", "flac", "webm")

    assert title == "song"
    assert [tags["chapters"] for tags in outputs.values()] == [["Café"]] * 3
    assert [tags["title"] for tags in outputs.values()] == ["song"] * 3
    assert [note.figures["tags"] for note in notes if note.code == LATIN[0]] == [["title", "chapters"]]


def test_names_of_tags_are_decoded_and_no_tag_is_cut(tools: Tools, tmp_path: Path, encoded: Encoded) -> None:
    text = "x" * 5000
    data = encoded("flac", "-metadata", "UUUU=T\\", "-metadata", f"COMMENT=[a]=;#\n{text}")
    title, notes, outputs = converted(tools, tmp_path, data.replace(b"UUUU", b"\xfcber"), "flac")

    assert title is None
    assert kinds(notes) == [LATIN]
    assert outputs["flac"]["über"].rstrip() == "T\\"
    assert outputs["flac"]["comment"] == f"[a]=;#\n{text}"


def test_nothing_is_noted_where_no_tags_were_wanted(tools: Tools, tmp_path: Path, encoded: Encoded) -> None:
    data = source(encoded, "ID3v1", RAW)
    title, notes, outputs = converted(tools, tmp_path, data, "flac", options=Options(keep_tags=False))

    assert (title, notes) == (TITLE, [])
    assert "title" not in outputs["flac"]

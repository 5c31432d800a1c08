"""Reads a field from an output with mutagen, by the names that the model's table has for its family."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from functions.convert.metadata.model.fields import FIELDS
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Read = Callable[[str], tuple[str, ...]]

TOTALS = {"totaltracks", "totaldiscs", "movementtotal"}
PAIRS = {"TRCK", "TPOS", "MVIN"}
# Matroska's own names of fields.
MATROSKA = {"TRACKNUMBER": "track", "TRACKTOTAL": "TOTAL_PARTS", "ENCODEDBY": "ENCODED_BY", "TITLE": "title"}


def reader_of(form: str, file: Path) -> Read:
    """Return what reads the values of a field from an output of this format; none where there are none."""
    return READERS[form](file)


def _of_id3(tag: Any) -> Read:
    def read(name: str) -> tuple[str, ...]:
        frame, _, detail = FIELDS[name].id3.partition(":")
        found = tag.getall(f"{frame}:{detail}" if frame in {"TXXX", "UFID"} else frame)
        if frame in {"TIPL", "TMCL"}:
            return tuple(person for one in found for role, person in one.people if role == detail)
        if frame == "PCST":
            return ("1",) * len(found)
        texts = [text for one in found for text in _texts(one)]
        if frame in PAIRS:
            texts = [part for text in texts for part in text.split("/")[name in TOTALS :][:1]]
        return tuple(texts)

    return read


def _texts(frame: Any) -> list[str]:
    if hasattr(frame, "url"):
        # Addresses are in Latin-1, so other characters are percent-encoded.
        return [unquote(frame.url)]
    if hasattr(frame, "owner"):
        return [frame.data.decode()]
    return [frame.text] if isinstance(frame.text, str) else [str(text) for text in frame.text]


def _of_comments(tag: Any) -> Read:
    return lambda name: tuple(tag.get(FIELDS[name].vorbis, ()) if FIELDS[name].vorbis else ())


def _of_items(tag: Any) -> Read:
    def read(name: str) -> tuple[str, ...]:
        found = tag.get(FIELDS[name].mp4, ())
        if FIELDS[name].mp4 in {"trkn", "disk"}:
            return tuple(str(pair[name in TOTALS]) for pair in found)
        if isinstance(found, bool):
            return (str(int(found)),)
        return tuple(one.decode() if isinstance(one, bytes) else str(one) for one in found)

    return read


def _of_matroska(file: Path) -> Read:
    argv = [program("ffprobe"), "-v", "error", "-show_format", "-of", "json", str(file)]
    report = json.loads(subprocess.run(argv, check=True, capture_output=True, timeout=HANG_S).stdout)
    tags = report["format"]["tags"]

    def read(name: str) -> tuple[str, ...]:
        found = tags.get(MATROSKA.get(FIELDS[name].vorbis, FIELDS[name].vorbis))
        return () if found is None else tuple(found.split("; "))

    return read


READERS: dict[str, Callable[[Path], Read]] = {
    "mp3": lambda file: _of_id3(ID3(file)),
    "aac": lambda file: _of_id3(ID3(file)),
    "aiff": lambda file: _of_id3(AIFF(file).tags),
    "wav": lambda file: _of_id3(WAVE(file).tags),
    "flac": lambda file: _of_comments(FLAC(file)),
    "ogg": lambda file: _of_comments(OggVorbis(file)),
    "opus": lambda file: _of_comments(OggOpus(file)),
    "m4a": lambda file: _of_items(MP4(file)),
    "alac": lambda file: _of_items(MP4(file)),
    "webm": _of_matroska,
}

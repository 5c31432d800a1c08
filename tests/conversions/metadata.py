"""Reads the tags of many files with one ffmpeg."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# A tag, or the header of a stream's section; a backslash escapes the next character.
_LINE = re.compile(r"(\[STREAM\])\n|((?:\\.|[^=\\\n])+)=((?:\\.|[^\\\n])*)\n", re.DOTALL)


def read_metadata(files: Sequence[Path], streams: str = "a:0") -> list[list[dict[str, str]]]:
    """Return each file's own tags, then those of each of these streams, with names in lower case.

    One ffmpeg reads all files, because starting it costs more than reading one.
    """
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y"]
    for file in files:
        argv += ["-i", str(file)]
    targets = [files[0].with_name(f"metadata-{n}") for n in range(len(files))]
    for n, target in enumerate(targets):
        argv += ["-map", f"{n}:{streams}", "-c", "copy", "-map_metadata", str(n), "-map_chapters", "-1"]
        argv += ["-f", "ffmetadata", str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return [_sections(target.read_text(encoding="utf-8")) for target in targets]


def read_tags(files: Sequence[Path]) -> list[dict[str, str]]:
    """Return each file's own tags and those of its audio stream."""
    return [own | stream for own, stream in read_metadata(files)]


def _sections(text: str) -> list[dict[str, str]]:
    sections: list[dict[str, str]] = [{}]
    for head, name, value in _LINE.findall(text):
        if head:
            sections.append({})
        else:
            sections[-1][_unescaped(name).lower()] = _unescaped(value)
    return sections


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)

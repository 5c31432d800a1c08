"""Fonts, subtitles, chapters as text and timecode beside perfect sound change nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.convert.process.runner import run
from shared.domain.formats import FORMATS
from tests.reports.inputs.made import encoded, made, sine
from tests.reports.outcome import convert
from tests.sampling import chosen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from functions.convert.verify.verified_output import VerifiedOutput

FONT = b"\0\1\0\0" + bytes(500)
LINE = b"1\n00:00:00,000 --> 00:00:01,000\nHello\n\n"
CHAPTERS = b";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=A\n"


def pcm() -> bytes:
    return encoded("pcm_s16le", "wav", sine(1.0))


BESIDE: dict[str, tuple[str, str, Sequence[bytes]]] = {
    "a font in Matroska": (
        "-i 0 -attach 1 -metadata:s:t mimetype=font/ttf -metadata:s:t filename=x.ttf -c:a copy", "mkv", [FONT]
    ),
    "subtitles in Matroska": ("-i 0 -f srt -i 1 -map 1 -map 0 -c:a copy -c:s ass", "mkv", [LINE]),
    "subtitles before the sound in QuickTime": (
        "-i 0 -f srt -i 1 -map 1 -map 0 -c:a copy -c:s mov_text", "mov", [LINE]
    ),
    "chapters as text in QuickTime": (
        "-i 0 -f ffmetadata -i 1 -map_chapters 1 -map 0 -c copy", "mov", [CHAPTERS]
    ),
    "timecode in QuickTime": ("-i 0 -c copy -timecode 01:00:00:00", "mov", []),
}  # fmt: skip


SAMPLE = {"a font in Matroska", "subtitles before the sound in QuickTime", "chapters as text in QuickTime"}


@pytest.mark.parametrize("name", chosen(BESIDE, SAMPLE))
def test_what_is_beside_the_sound_changes_nothing(tools: Tools, name: str) -> None:
    arguments, ending, others = BESIDE[name]
    result = convert(tools, made(arguments, ending, pcm(), *others), "wav", {})

    assert result.task.error is None
    # WAV holds no chapters.
    assert [note.code for note in result.task.notes if note.code != "chapters_dropped"] == []
    assert result.samples == convert(tools, pcm(), "wav", {}).samples


def test_nothing_of_a_files_text_is_an_argument(
    made_all: Callable[..., dict[str, VerifiedOutput]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux allows 128 KiB an argument; all of them together have 8 KiB here."""
    lines = [";FFMETADATA1", *(f"{n}QQQQ={'QQQQ' * 250}" for n in range(500))]
    for n in range(1189):
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={n}", f"END={n + 1}", f"title={'QQQQ' * 50}"]
    book = tmp_path / "book.mka"
    arguments = "-i 0 -f ffmetadata -i 1 -map_metadata 1 -map_chapters 1 -c copy"
    book.write_bytes(made(arguments, "mka", pcm(), "\n".join(lines).encode()))
    calls = recorded(monkeypatch)
    made_all(book, *FORMATS)

    assert max(sum(len(argument) + 1 for argument in argv) for argv in calls) < 20_000
    assert [argv for argv in calls if "QQQQ" in " ".join(argv).upper()] == []


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines of ffmpeg from here on."""
    calls: list[list[str]] = []

    def record(argv: list[str], *arguments: Any, **named: Any) -> object:
        calls.append(argv)
        return run(argv, *arguments, **named)

    monkeypatch.setattr("functions.convert.ffmpeg.run.run", record)
    return calls

"""What a run converts: files, the audio files of folders, and standard input."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sonube.transfer.sources import Source, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Standard input as a file, and standard output as a folder.
DASH = Path("-")
# Files in a folder are converted if they have one of these extensions; files that are named are always tried.
SOUNDS = frozenset(
    """
    3g2 3gp aac ac3 adts aif aifc aiff alac amr ape asf au avi awb caf dff dsf dts eac3 f4a flac
    flv m2ts m4a m4b m4r m4v mka mkv mov mp+ mp1 mp2 mp3 mp4 mpa mpc mpeg mpg mpga mts oga ogg ogv
    opus ra rm snd spx tak ts tta vob voc w64 wav wave weba webm wma wmv wv
    """.split()  # noqa: SIM905  # a list would have a line for each
)


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a run.

    Attributes:
        file: as the user calls it.
        folder: of its results; None: standard output.
        opened: standard input, which is read before the run starts.
    """

    file: Path
    folder: Path | None
    opened: Source | None = None

    def open(self) -> Source:
        """Open it; see `open_source`."""
        return self.opened or open_source(self.file)


def items_of(files: Sequence[Path], out: Path | None) -> list[Item]:
    """The files of a run, in order; folders are replaced by the audio files in them, at any depth.

    Args:
        files: as the user gives them.
        out: the folder of all results; within it, the folders of a folder are kept. None: that of each file.

    Raises:
        click.UsageError: the arguments contradict each other.
    """
    items = [item for file in files for item in _items_of(file, out)]
    if any(item.folder is None for item in items):
        _check_output(items)
    if not items:
        raise click.UsageError(f"There are no audio files in {', '.join(map(str, files))}.")
    return items


def _items_of(file: Path, out: Path | None) -> Iterator[Item]:
    to_output = out == DASH
    if file == DASH:
        folder = None if to_output or out is None else out
        yield Item(file, folder, _standard_input())
    elif not file.is_dir():
        yield Item(file, None if to_output else out or file.parent)
    else:
        for found in _sounds_in(file, out):
            within = found.parent.relative_to(file)
            yield Item(found, None if to_output else out / within if out else found.parent)


def _sounds_in(folder: Path, out: Path | None) -> Iterator[Path]:
    """Audio files below a folder, sorted; hidden ones and the results' own folder are left out."""
    other = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _same(Path(place, name), out)
        )
        for name in sorted(name for name in names if not name.startswith(".")):
            if name.rpartition(".")[2].lower() in SOUNDS:
                yield Path(place, name)
            else:
                other += 1
    if other:
        number = "1 file" if other == 1 else f"{other} files"
        click.echo(f"{folder}: left out {number} without an audio extension.", err=True)


def _same(folder: Path, out: Path | None) -> bool:
    return out is not None and out.exists() and folder.samefile(out)


def _standard_input() -> Source:
    if sys.stdin.isatty():
        raise click.UsageError(
            "Standard input is a terminal. Pipe a file into the command, or give its name."
        )
    # Read here, in the main thread, so that Ctrl-C can stop it.
    return open_source(sys.stdin.buffer, "stdin")


def _check_output(items: Sequence[Item]) -> None:
    if len(items) > 1:
        raise click.UsageError("Only one result fits into standard output. Give --out FOLDER for several.")
    if sys.stdout.isatty():
        raise click.UsageError("Standard output is a terminal. Redirect it to a file, or give --out FOLDER.")

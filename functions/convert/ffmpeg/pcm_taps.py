"""Ears for the sound while ffmpeg works: what it is asked to give besides its outputs, and to whom."""

from __future__ import annotations

import contextlib
import itertools
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..process.fifo import reading_fifo
from .filtergraph import chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

# The measure of all levels: 16 bits, signed, little-endian, channels interleaved.
SAMPLES = ("-c:a", "pcm_s16le", "-f", "s16le")
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class PcmTap:
    """One ear.

    Attributes:
        filters: what the sound goes through before.
        rate_hz: of the samples that `listen` gets, as their channels.
        listen: called with each chunk, in a thread of its own; the chunk is its own until it returns.
        number: of the input, where there is more than the source.
        form: encoder and muxer of what it gets.
    """

    filters: tuple[str, ...]
    rate_hz: int
    channels: int
    listen: Callable[[memoryview], None]
    number: int = 0
    form: tuple[str, ...] = SAMPLES


@contextlib.contextmanager
def listening(folder: Path, taps: Sequence[PcmTap], source: str) -> Iterator[list[str]]:
    """Let all of them listen while the body runs.

    Args:
        folder: where ffmpeg runs.
        taps: those who listen.
        source: the source's sound, as `-map` takes it.

    Yields:
        Arguments of ffmpeg's outputs.
    """
    with ExitStack() as ears:
        arguments: list[str] = []
        for tap in taps:
            name = f"tap-{next(_numbers)}"
            ears.enter_context(reading_fifo(folder / name, tap.listen))
            arguments += ["-map", f"{tap.number}:a:0" if tap.number else source, "-af", chain(tap.filters)]
            arguments += ["-ar", str(tap.rate_hz), "-ac", str(tap.channels), *tap.form]
            arguments += ["-flush_packets", "0", f"file:{name}"]
        yield arguments

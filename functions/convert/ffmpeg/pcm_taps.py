"""PCM taps: the audio of a pass, behind filters of its own, for a callback in this process."""

from __future__ import annotations

import contextlib
import itertools
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..process.fifo import reading_fifo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from .timeline import Timeline

# What meters take: 16 bits, signed, little-endian, channels interleaved.
METER_FORMAT = ("-c:a", "pcm_s16le", "-f", "s16le")
_numbers = itertools.count()


def levels_format(frames_per_point: int) -> tuple[str, ...]:
    """Return what `Meter.add_records` takes in place of samples; only the layer has this muxer."""
    return ("-c:a", "pcm_s16le", "-frames_per_point", str(frames_per_point), "-f", "levels")


@dataclass(frozen=True, slots=True)
class PcmTap:
    """One tap.

    Attributes:
        filters: that the audio passes before.
        rate_hz, channels: of the samples that `on_samples` receives.
        on_samples: receives each chunk, in a thread; the chunk is valid until it returns.
        input_number: of the input to tap; 0 is the source.
        format_args: encoder and muxer of what it receives.
        branches: outputs that share these filters, by the label that they map, each with its own filters
            behind them. A limiter costs much: it runs once for all.
    """

    filters: tuple[str, ...]
    rate_hz: int
    channels: int
    on_samples: Callable[[memoryview], None]
    input_number: int = 0
    format_args: tuple[str, ...] = METER_FORMAT
    branches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@contextlib.contextmanager
def open_taps(
    folder: Path, taps: Sequence[PcmTap], source_map: str, timeline: Timeline
) -> Iterator[list[str]]:
    """Read all taps while the body runs.

    Args:
        folder: where ffmpeg runs.
        taps: to read.
        source_map: the source's audio, as `-map` takes it.
        timeline: of the source; the first tap logs its jumps.

    Yields:
        ffmpeg's arguments for the outputs that feed the taps.
    """
    with ExitStack() as fifos:
        arguments: list[str] = []
        for number, tap in enumerate(taps):
            name = f"tap-{next(_numbers)}"
            fifos.enter_context(reading_fifo(folder / name, tap.on_samples))
            audio = f"{tap.input_number}:a:0" if tap.input_number else source_map
            chain = (*timeline.filters(logs=number == 0), *tap.filters)
            arguments += _branching(name, audio, chain, tap) if tap.branches else _single(audio, chain)
            arguments += ["-ar", str(tap.rate_hz), "-ac", str(tap.channels), *tap.format_args]
            arguments += ["-flush_packets", "0", f"file:{name}"]
        yield arguments


def _single(audio: str, chain: Sequence[str]) -> list[str]:
    return ["-map", audio, "-af", ",".join(chain)]


def _branching(name: str, audio: str, chain: Sequence[str], tap: PcmTap) -> list[str]:
    """Return a graph that splits behind the chain: one branch for the tap, one for each output."""
    heads = "".join(f"[{label}-split]" for label in (name, *tap.branches))
    split = f"asplit={len(tap.branches) + 1}{heads}"
    tails = [
        f"[{label}-split]{','.join(filters or ('anull',))}[{label}]"
        for label, filters in tap.branches.items()
    ]
    graph = ";".join((f"[{audio}]{','.join((*chain, split))}", *tails))
    return ["-filter_complex", graph, "-map", f"[{name}-split]"]

"""Progress bars for the terminal: one per file and one for all of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from sonube.cli.run.admission import RunRefused
from sonube.naming import one_line_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

# The part of a file's bar that each step fills: (from, to).
SPANS = {"upload": (0.0, 0.4), "convert": (0.4, 0.9), "download": (0.9, 1.0), "done": (1.0, 1.0)}
# Lines of the terminal not used by the bars of the files.
SPARE_LINES = 4
# Narrower terminals get shorter bars and no clock.
WIDE = 72


class ProgressBars:
    """`Reporter` as progress bars on standard error, so that standard output stays clean.

    If there are more files than lines, only running files are shown.
    """

    def __init__(self, names: Sequence[str], console: Console) -> None:
        columns, width = _columns(console.width)
        self._few = len(names) <= console.height - SPARE_LINES
        self._progress = Progress(*columns, console=console)
        self._bars: list[TaskID] = [
            self._progress.add_task(
                "", start=False, total=1.0, visible=self._few, name=_short(name, width), step="waiting"
            )
            for name in names
        ]
        self._all = self._progress.add_task("", total=len(names), name="all", step=f"0 of {len(names)}")
        self._shares = [0.0] * len(names)
        self._ended = self._failed = 0

    def step(self, number: int, what: str, done: float) -> None:
        """Advance the file's bar and the total."""
        low, high = SPANS[what]
        share = low + (high - low) * done
        bar = self._bars[number]
        self._progress.start_task(bar)
        self._progress.update(bar, completed=share, step=what, visible=True)
        self._move_all(number, share)

    def ended(self, number: int, *, well: bool) -> None:
        """Mark a file as ended."""
        bar = self._bars[number]
        self._progress.start_task(bar)
        self._progress.stop_task(bar)
        self._progress.update(bar, step="done" if well else "[red]failed[/]", visible=self._few)
        if well:
            self._progress.update(bar, completed=1.0)
        self._move_all(number, 1.0)
        self._ended += 1
        self._failed += not well
        failed = f", [red]{self._failed} failed[/]" if self._failed else ""
        self._progress.update(self._all, step=f"{self._ended} of {len(self._bars)}{failed}")

    def _move_all(self, number: int, share: float) -> None:
        self._progress.update(self._all, advance=share - self._shares[number])
        self._shares[number] = share

    def stopping(self) -> None:
        """Show that the threads are being stopped."""
        self._progress.update(self._all, step="stopping")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # If nothing has run, the bars say nothing.
        self._progress.live.transient = kind is not None and issubclass(kind, RunRefused)
        self._progress.stop()


class NoProgress:
    """`Reporter` that shows nothing."""

    def step(self, number: int, what: str, done: float) -> None:
        """Nothing is shown."""

    def ended(self, number: int, *, well: bool) -> None:
        """Nothing is shown."""

    def stopping(self) -> None:
        """Nothing is shown."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to stop."""


def progress_reporter(names: Sequence[str], *, silent: bool = False) -> ProgressBars | NoProgress:
    """Bars if standard error is a terminal."""
    return NoProgress() if silent or not sys.stderr.isatty() else ProgressBars(names, Console(stderr=True))


def _columns(width: int) -> tuple[list[ProgressColumn], int]:
    """The columns that fit into this width, and how much of it is left for a name."""
    wide = width >= WIDE
    columns: list[ProgressColumn] = [
        TextColumn("{task.fields[name]}", markup=False),
        BarColumn(bar_width=20 if wide else 10, pulse_style="bar.back"),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[step]}", table_column=Column(min_width=8, no_wrap=True)),
    ]
    # What the other columns leave, with "50 of 50, 12 failed" as the longest step.
    return ([*columns, TimeElapsedColumn()], min(32, width - 54)) if wide else (columns, max(8, width - 36))


def _short(name: str, width: int) -> str:
    """Shorten a name to this many columns, keeping its extension."""
    shown = one_line_of(name)
    if cell_len(shown) <= width:
        return shown
    tail = shown[-width // 4 :]
    return set_cell_size(shown, width - 1 - cell_len(tail)) + "…" + tail

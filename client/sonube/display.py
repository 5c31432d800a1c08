"""What a person sees in the terminal: one bar per file and one for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from rich.console import Console

# How much of a file's bar each step fills: (from, to).
SPANS = {"upload": (0.0, 0.4), "convert": (0.4, 0.9), "download": (0.9, 1.0), "done": (1.0, 1.0)}
# Lines of the terminal that are not for the files' bars.
SPARE_LINES = 4


class Bars:
    """`Reporter` as progress bars on standard error, so that standard output stays clean.

    With more files than the terminal has lines, only those under way are shown.
    """

    def __init__(self, files: Sequence[Path], console: Console) -> None:
        columns = (
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[step]}", markup=False),
            TimeElapsedColumn(),
        )
        self._few = len(files) <= console.height - SPARE_LINES
        self._progress = Progress(*columns, console=console)
        self._bars: list[TaskID] = [
            self._progress.add_task(
                "", start=False, total=1.0, visible=self._few, name=_short(file.name), step="waiting"
            )
            for file in files
        ]
        self._all = self._progress.add_task("", total=len(files), name="all", step=f"0 of {len(files)}")
        self._ended = 0

    def step(self, number: int, what: str, done: float) -> None:
        """Move the file's bar, and the one for all."""
        low, high = SPANS[what]
        bar = self._bars[number]
        if not self._progress.tasks[bar].started:
            self._progress.start_task(bar)
        self._progress.update(bar, completed=low + (high - low) * done, step=what, visible=True)
        self._progress.update(self._all, completed=sum(self._progress.tasks[b].completed for b in self._bars))

    def ended(self, number: int, *, well: bool) -> None:
        """Mark a file that came to its end."""
        bar = self._bars[number]
        self._progress.start_task(bar)
        self._progress.stop_task(bar)
        self._progress.update(bar, completed=1.0, step="done" if well else "failed", visible=self._few)
        self._ended += 1
        self._progress.update(self._all, step=f"{self._ended} of {len(self._bars)}")
        self._progress.update(self._all, completed=sum(self._progress.tasks[b].completed for b in self._bars))

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class Silence:
    """`Reporter` for scripts."""

    def step(self, number: int, what: str, done: float) -> None:
        """Nothing is shown."""

    def ended(self, number: int, *, well: bool) -> None:
        """Nothing is shown."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing was begun."""


def _short(name: str, width: int = 28) -> str:
    """At most so many characters, its ending among them."""
    return name if len(name) <= width else name[: width // 2 - 1] + "…" + name[-width // 2 :]

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


class Bars:
    """`Reporter` as progress bars on standard error, so that standard output stays clean."""

    def __init__(self, files: Sequence[Path], console: Console) -> None:
        columns = (
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[step]}", markup=False),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console)
        self._bars: dict[Path, TaskID] = {
            file: self._progress.add_task("", total=1.0, name=_short(file.name), step="waiting")
            for file in files
        }
        self._all = self._progress.add_task("", total=len(files), name="all", step="")

    def step(self, file: Path, what: str, done: float) -> None:
        """Move the file's bar, and the one for all."""
        low, high = SPANS[what]
        self._progress.update(self._bars[file], completed=low + (high - low) * done, step=what)
        done_of_all = sum(self._progress.tasks[bar].completed for bar in self._bars.values())
        self._progress.update(self._all, completed=done_of_all)

    def failed(self, file: Path) -> None:
        """Mark a file that did not end well."""
        self._progress.update(self._bars[file], step="failed")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()


class Silence:
    """`Reporter` for scripts."""

    def step(self, file: Path, what: str, done: float) -> None:
        """Nothing is shown."""


def _short(name: str, width: int = 28) -> str:
    return name if len(name) <= width else name[: width // 2 - 1] + "…" + name[-width // 2 :]

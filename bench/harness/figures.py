"""A measured figure with its alternative, its spread and its goal."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Figure:
    """A claim and its measurement.

    Attributes:
        part: which part of the bench measured it.
        name: what was measured.
        against: the alternative that a ratio is to, measured in the same run; empty for a plain quantity.
        value: median over the rounds.
        low: of the rounds.
        high: of the rounds.
        unit: of the value; empty for a ratio.
        goal: where there is one.
        at_most: whether the goal is an upper bound, else a lower one.
    """

    part: str
    name: str
    against: str
    value: float
    low: float
    high: float
    unit: str = ""
    goal: float | None = None
    at_most: bool = True

    @property
    def verdict(self) -> str:
        """`reached`, `NOT REACHED`, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        return (
            "reached"
            if (self.value <= self.goal) == self.at_most or self.value == self.goal
            else "NOT REACHED"
        )


def ratios(mine: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Round by round, so that a machine that slows down for a while slows both."""
    return [own / other for own, other in zip(mine, theirs, strict=True)]


def figure(  # a row has that many columns
    part: str,
    name: str,
    against: str,
    rounds: Sequence[float],
    *,
    unit: str = "",
    goal: float | None = None,
    at_most: bool = True,
) -> Figure:
    """The claim that these rounds make."""
    return Figure(
        part, name, against, statistics.median(rounds), min(rounds), max(rounds), unit, goal, at_most
    )


def table(figures: Sequence[Figure]) -> str:
    """All of them for a terminal."""
    widths = (max(len(f.name) for f in figures), max(len(f.against) for f in figures))
    lines = [f"{'':{widths[0]}}  {'against':{widths[1]}}  {'median':>9}  {'low … high':>17}  goal"]
    part = ""
    for f in figures:
        if f.part != part:
            part = f.part
            lines.append(f"-- {part}")
        spread = f"{f.low:.3g} … {f.high:.3g}"
        goal = "" if f.goal is None else f"{'≤' if f.at_most else '≥'} {f.goal:g} {f.verdict}"
        value = f"{f.value:.3g} {f.unit}".rstrip()
        lines.append(
            f"{f.name:{widths[0]}}  {f.against:{widths[1]}}  {value:>9}  {spread:>17}  {goal}".rstrip()
        )
    return "\n".join(lines)

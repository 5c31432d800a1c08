"""Writes the bench's figures down as docs/performance.md, with its pictures beside it."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.report.plots import bars
from bench.scale import PRICES, Deployment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.harness.figures import Figure

SEVERAL = 2
MANY = 30
SHORTENED = 100
HEAD = """# What it costs: the figures that we stand by

Written by `make bench` on {day}, {machine}. Every ratio is to an alternative that was measured in the
same run, in turns with ours; medians over the rounds, lowest and highest beside them. The same figures for a
program: `bench/results.json`.

"""
COLUMNS = "| what | against | median | low … high | goal |\n|---|---|---|---|---|\n"
PICTURES = """In the pictures a bar is the median, a thin line goes from the lowest to the highest, a red mark
is the goal, and the dashed line at 1 is the alternative; what was measured beside ours has grey bars.

"""
MEANING = {
    "engine": "The ffmpeg layer and pydub, each beside one pass of the system's ffmpeg, same encoder.",
    "memory": "What a conversion of WAV to mp3 adds to the idle process, its temporary files included.",
    "pipeline": "Whole tasks on a localcloud, upload to PROCESSED, beside the very same ffmpeg run bare.",
    "cold start": "From the start of the process to the first answer that took Google's clients.",
    "api": "Requests by four threads, beside a bare Flask route that returns the same JSON.",
    "localcloud's Cloud Storage": "Ours to gcp-storage-emulator's: more is better for what is a second.",
    "localcloud's Firestore": "Ours to Google's emulator's: more is better for what is a second.",
    "scale": "Computed by `bench/scale.py` from the figures above and the prices below, but for the line "
    "that holds the model to localcloud.",
}


def write(figures: Sequence[Figure], page: Path, images: Path) -> None:
    """The page and its pictures."""
    images.mkdir(parents=True, exist_ok=True)
    parts = list(dict.fromkeys(row.part for row in figures))
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    text = [HEAD.format(day=datetime.now(UTC).date(), machine=machine), _goals(figures), PICTURES]
    for part in parts:
        rows = [row for row in figures if row.part == part]
        text.append(f"## {part.capitalize()}\n\n{MEANING[part]}\n\n")
        if picture := _picture(part, rows):
            name = f"bench-{part.replace(' ', '-').replace(chr(39), '').lower()}.svg"
            (images / name).write_text(picture)
            text.append(f"![{part}: the ratios and their goals]({images.name}/{name})\n\n")
        text.append(_table(rows))
    page.write_text("".join(text) + _prices())


def _goals(figures: Sequence[Figure]) -> str:
    """What is aimed at, all in one place."""
    rows = [row for row in figures if row.goal is not None]
    parts = "".join(_line(row, f"{row.part}: {row.name}") for row in rows)
    return f"## Goals\n\n{COLUMNS}{parts}\n"


def _table(rows: Sequence[Figure]) -> str:
    """What has a goal first and plain to see; a long rest is folded away."""
    if len(rows) <= MANY:
        return COLUMNS + "".join(map(_line, rows)) + "\n"
    first = [row for row in rows if row.goal is not None]
    rest = [row for row in rows if row.goal is None]
    return (
        f"{COLUMNS}{''.join(map(_line, first))}\n"
        f"<details><summary>each case: {len(rest)} rows</summary>\n\n"
        f"{COLUMNS}{''.join(map(_line, rest))}\n</details>\n\n"
    )


def _line(row: Figure, name: str = "") -> str:
    goal = "" if row.goal is None else f"{'≤' if row.at_most else '≥'} {row.goal:g} {row.verdict}"
    value = f"{_short(row.value)} {row.unit}".rstrip()
    # Of one round only, there is none.
    spread = f"{_short(row.low)} … {_short(row.high)}" if row.low < row.high else ""
    return f"| {name or row.name} | {row.against} | {value} | {spread} | {goal} |\n"


def _short(value: float) -> str:
    """Three digits, and no powers of ten."""
    return f"{value:,.0f}" if value >= SHORTENED else f"{value:.3g}"


def _picture(part: str, rows: Sequence[Figure]) -> str:
    """The ratios of a part to its first alternative; for want of several, its quantities of one unit."""
    ratios = [row for row in rows if row.against and not row.unit]
    if part == "engine":
        ratios = [row for row in ratios if row.name.endswith("CPU")]
    drawn = [row for row in ratios if row.against == ratios[0].against]
    title = f"{part}: ratio to {drawn[0].against}" if drawn else ""
    if len(drawn) < SEVERAL:
        plain = [row for row in rows if row.unit]
        drawn = [row for row in plain if row.unit == plain[0].unit]
        title = f"{part}: {drawn[0].unit}" if drawn else ""
    if not drawn:
        return ""
    return bars(title, drawn)


def _prices() -> str:
    deployment = Deployment()
    lines = [
        f"| {name} | {price.unit_usd:.8f}".rstrip("0") + f" USD | {price.unit} | {price.source} |\n"
        for name, price in PRICES.items()
    ]
    return (
        "## Prices and assumptions\n\n"
        "Region us-central1, without free tiers and discounts; read in November 2026.\n\n"
        "| name | price | for one | source |\n|---|---|---|---|\n"
        + "".join(lines)
        + f"\nA convert instance has 1 vCPU and {deployment.convert_gib:g} GiB; at most "
        f"{deployment.instances} of them run (`deploy/settings.sh`), {deployment.start_rate:g} more start "
        f"each second, and the first event of each waits {deployment.cold_start_s:g} s. Both files of a task "
        "are kept for 30 days, and the result is downloaded once over the internet.\n"
    )

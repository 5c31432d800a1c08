"""Writes docs/performance.md and its charts from the figures of the benchmarks."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.report import google_cloud
from bench.report.plots import bars
from bench.scale import KEPT_DAYS, Deployment
from shared.domain.costs.prices import load_prices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.harness.figures import Figure

SEVERAL = 2
MANY = 30
SHORTENED = 100
HEAD = """# Performance

Written by `make bench` on {day}, {machine}. Each ratio compares us with an
alternative that was measured in turns with us in the same run. Figures are medians over the rounds, with
the lowest and highest next to them. `bench/results.json` has the same figures for programs.

*Layer* is our own build of ffmpeg. *Bare ffmpeg* is the same ffmpeg without the pipeline. *The predecessor*
is the university project that Sonube replaces (Flask, Celery, pydub), which reported 10 files per minute. A
*basket* is the geometric mean over all conversions with that source.

"""
COLUMNS = "| what | against | median | low … high | goal |\n|---|---|---|---|---|\n"
PICTURES = """In the charts a bar is the median, a thin line runs from the lowest to the highest value, a red
mark is the goal, and the dashed line at 1 is the alternative. Grey bars were measured in the same run.

"""
MEANING = {
    "engine": "The ffmpeg layer and pydub with the same encoder, relative to one pass of system ffmpeg.",
    "memory": "What a conversion from WAV to MP3 adds to the idle process, temporary files included. On "
    "Linux, where outputs leave while they are written. gVisor, the sandbox of Cloud Run's first generation, "
    "has no sparse files, and there the whole result is added. Each instance logs which of the two it is "
    "(`instance`).",
    "loudness": "CPU of a whole conversion with the preset's specification, relative to the same without it. "
    "A first encode that misses its loudness or true peak is corrected by another one.",
    "pipeline": "Whole tasks on localcloud, from upload to `PROCESSED`, relative to the same ffmpeg alone.",
    "quotes": "What a task was said to cost before it existed, relative to what the ledger charged for it.",
    "cold start": "From the start of the process to the first answer that needs Google's clients, after a "
    "replay of Google's buildpack (`bench/buildpack.py`).",
    "api": "Requests by four threads, relative to a bare Flask route that returns the same JSON.",
    "localcloud's Cloud Storage": "localcloud relative to gcp-storage-emulator. For rates, more is better.",
    "localcloud's Firestore": "localcloud relative to Google's emulator. For rates, more is better.",
    "scale": "Computed by `bench/scale.py` from the figures above and the prices below. Only the first row "
    "is measured: it compares the model with localcloud.",
}


def write(figures: Sequence[Figure], page: Path, images: Path) -> None:
    """Write the page and its charts."""
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
    page.write_text("".join(text) + google_cloud.section() + _prices())


def _goals(figures: Sequence[Figure]) -> str:
    """All goals in one table."""
    rows = [row for row in figures if row.goal is not None]
    parts = "".join(_line(row, f"{row.part}: {row.name}") for row in rows)
    return f"## Goals\n\n{COLUMNS}{parts}\n"


def _table(rows: Sequence[Figure]) -> str:
    """Rows with a goal come first; a long rest is folded."""
    if len(rows) <= MANY:
        return COLUMNS + "".join(map(_line, rows)) + "\n"
    first = [row for row in rows if row.goal is not None]
    rest = [row for row in rows if row.goal is None]
    return (
        f"{COLUMNS}{''.join(map(_line, first))}\n"
        f"<details><summary>all cases: {len(rest)} rows</summary>\n\n"
        f"{COLUMNS}{''.join(map(_line, rest))}\n</details>\n\n"
    )


def _line(row: Figure, name: str = "") -> str:
    goal = "" if row.goal is None else f"{'≤' if row.at_most else '≥'} {row.goal:g} {row.verdict}"
    value = f"{_short(row.value)} {row.unit}".rstrip()
    # A single round has no spread.
    spread = f"{_short(row.low)} … {_short(row.high)}" if row.low < row.high else ""
    return f"| {name or row.name} | {row.against} | {value} | {spread} | {goal} |\n"


def _short(value: float) -> str:
    """Three digits, without exponents."""
    return f"{value:,.0f}" if value >= SHORTENED else f"{value:.3g}"


def _picture(part: str, rows: Sequence[Figure]) -> str:
    """The ratios of a part to its first alternative, or else its quantities of one unit."""
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
    deployment, prices = Deployment(), load_prices()
    lines = [
        f"| {name} | {price.unit_usd:.8f}".rstrip("0") + f" USD | {price.unit} | {price.source} |\n"
        for name, price in prices.table.items()
    ]
    return (
        "## Prices and assumptions\n\n"
        f"Region {prices.region}, without free tiers and discounts; prices of {prices.date}, from "
        "`shared/domain/costs/prices.toml`.\n\n"
        "| name | price | for one | source |\n|---|---|---|---|\n"
        + "".join(lines)
        + f"\nA convert instance has 1 vCPU and {deployment.convert_gib:g} GiB. Up to {deployment.instances} "
        f"of them run (`deploy/settings.sh`), {deployment.start_rate:g} more start each second, and the "
        f"first event of each waits {deployment.cold_start_s:g} s. Both files of a task are kept "
        f"{KEPT_DAYS:g} days, and the result is downloaded once over the internet.\n"
    )

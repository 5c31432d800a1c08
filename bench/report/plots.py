"""Draws figures as horizontal bars in SVG: small, readable in both colour schemes, and without a library."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.harness.figures import Figure

BAR, LINE, FIGURES, GAP = 380, 26, 120, 10
# Of the 13 px that text is set in; names are cut nowhere.
CHARACTER = 7
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d2433}.bar{fill:#3b6fd4}.other{fill:#a9b4c8}"
    ".spread{stroke:#1d2433;stroke-width:1.5}.goal{stroke:#d4553b;stroke-width:2}"
    ".one{stroke:#1d2433;stroke-width:1;stroke-dasharray:3 3}"
    "@media(prefers-color-scheme:dark){text{fill:#e8ecf5}.bar{fill:#7ea6f4}.other{fill:#5d6880}"
    ".spread,.one{stroke:#e8ecf5}.goal{stroke:#f2a08d}}"
)
# What only alternatives have in their rows' names.
ALTERNATIVES = ("pydub", "emulator")


def bars(title: str, rows: Sequence[Figure]) -> str:
    """A bar for each row, with its spread and its goal; ratios have a dashed line at 1, the alternative."""
    left = CHARACTER * max(len(row.name) for row in rows) + GAP
    scale = BAR / (max(max(row.high, row.goal or 0) for row in rows) or 1)
    height = LINE * (len(rows) + 1) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + BAR + FIGURES} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text x="0" y="18" font-weight="600">{escape(title)}</text>',
    ]
    if not rows[0].unit and scale <= BAR:
        parts.append(_line("one", left + scale, LINE, height - GAP))
    for number, row in enumerate(rows, 1):
        parts += _row(row, left, LINE * number + 6, scale)
    return "\n".join([*parts, "</svg>\n"])


def _row(row: Figure, left: float, top: float, scale: float) -> list[str]:
    """Name, bar and figure, and what marks the bar."""
    middle, kind = top + 9, "other" if any(word in row.name for word in ALTERNATIVES) else "bar"
    drawn = [
        f'<text x="{left - GAP}" y="{top + 14}" text-anchor="end">{escape(row.name)}</text>',
        f'<rect class="{kind}" x="{left}" y="{top}" width="{scale * row.value:.1f}" height="18" rx="3"/>',
        f'<text x="{left + BAR + GAP}" y="{top + 14}">{row.value:.3g} {escape(row.unit)}</text>',
    ]
    if row.low < row.high:
        ends = f'x1="{left + scale * row.low:.1f}" x2="{left + scale * row.high:.1f}"'
        drawn.append(f'<line class="spread" {ends} y1="{middle}" y2="{middle}"/>')
    if row.goal is not None:
        drawn.append(_line("goal", left + scale * row.goal, top - 3, top + 21))
    return drawn


def _line(kind: str, at: float, top: float, bottom: float) -> str:
    return f'<line class="{kind}" x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}"/>'

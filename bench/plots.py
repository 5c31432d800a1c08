"""Draws horizontal bars as SVG: small, readable in both colour schemes, and without a library."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL, BAR, LINE, FIGURES = 300, 380, 26, 110
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d2433}.bar{fill:#3b6fd4}.goal{stroke:#d4553b;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#e8ecf5}.bar{fill:#7ea6f4}.goal{stroke:#f2a08d}}"
)


def bars(title: str, rows: Sequence[tuple[str, float, float | None]], unit: str = "") -> str:
    """A chart of (label, value, goal or None); the goal is a mark across the bar."""
    most = max(max(value, goal or 0) for _, value, goal in rows) or 1
    height = LINE * (len(rows) + 1) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + BAR + FIGURES} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text x="0" y="18" font-weight="600">{escape(title)}</text>',
    ]
    for number, (label, value, goal) in enumerate(rows, 1):
        top, width = LINE * number + 6, BAR * value / most
        middle = top + 14
        parts += [
            f'<text x="{LABEL - 10}" y="{middle}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="bar" x="{LABEL}" y="{top}" width="{width:.1f}" height="18" rx="3"/>',
            f'<text x="{LABEL + width + 6:.1f}" y="{middle}">{value:.3g} {escape(unit)}</text>',
        ]
        if goal is not None:
            at = LABEL + BAR * goal / most
            parts.append(f'<line class="goal" x1="{at:.1f}" x2="{at:.1f}" y1="{top - 3}" y2="{top + 21}"/>')
    return "\n".join([*parts, "</svg>\n"])

"""Draws the two plots of docs/loudness.md, with the layer: `python -m tools.docs.loudness_plots`."""

from __future__ import annotations

import math
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from functions.convert.metering.loudness import Windows
from tools.docs.conversion_matrix import best_tools
from tools.ffmpeg import ROOT
from tools.loud_material import write_material

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 640, 220, 46, 24
_LOWEST_DB, _HIGHEST_DB = -40.0, 12.0
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1d2433}"
    ".a{fill:none;stroke:#a9b4c8}.b{fill:none;stroke:#3b6fd4}"
    ".c{stroke:#d4553b;stroke-dasharray:4 3}@media(prefers-color-scheme:dark){text{fill:#e8ecf5}"
    ".a{stroke:#5d6880}.b{stroke:#7ea6f4}.c{stroke:#f2a08d}}"
)
_GAIN_DB, _CEILING_DBTP = 8.0, -1.0


def _windows(source: Path, filters: str) -> Windows:
    """What the layer measures behind filters."""
    argv = [best_tools().ffmpeg, "-nostdin", "-v", "error", "-i", source.name]
    argv += ["-af", f"{filters}loudwindows=file=w", "-f", "null", "-"]
    subprocess.run(argv, check=True, cwd=source.parent, timeout=60)
    return Windows.of_records((source.parent / "w").read_bytes())


def _line(kind: str, levels_db: Sequence[float]) -> str:
    points = " ".join(
        f"{_LEFT + n * (_WIDTH - _LEFT) / len(levels_db):.1f},{_y(level):.1f}"
        for n, level in enumerate(levels_db)
    )
    return f'<polyline class="{kind}" points="{points}"/>'


def _y(level_db: float) -> float:
    level_db = max(_LOWEST_DB, min(_HIGHEST_DB, level_db))
    return (_HIGHEST_DB - level_db) / (_HIGHEST_DB - _LOWEST_DB) * (_HEIGHT - _BOTTOM)


def _plot(title: str, ceiling: float | None, lines: Sequence[str]) -> str:
    ticks = "".join(f'<text x="2" y="{_y(db) + 4:.0f}">{db}</text>' for db in (0, -10, -20, -30))
    at = (
        "" if ceiling is None else f'x1="{_LEFT}" x2="{_WIDTH}" y1="{_y(ceiling):.1f}" y2="{_y(ceiling):.1f}"'
    )
    mark = f'<line class="c" {at}/>' if at else ""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
    text = f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{title}</text>'
    return f"{head}<title>{title}</title><style>{_STYLE}</style>{ticks}{mark}{''.join(lines)}{text}</svg>\n"


def main() -> None:
    """Write both plots."""
    images = ROOT / "docs" / "images"
    with tempfile.TemporaryDirectory() as folder:
        source = write_material(Path(folder) / "plosives.wav", "plosives")
        limit = f"volume={_GAIN_DB}dB,truepeaklimit=ceiling={10 ** (_CEILING_DBTP / 20):.4f},"
        before, after = _windows(source, f"volume={_GAIN_DB}dB,"), _windows(source, limit)
        peaks = [[20 * math.log10(max(peak, 1e-3)) for peak in one.peaks[:250]] for one in (before, after)]
        title = "True peaks of plosives (dBTP): raised by 8 dB, and behind the limiter at -1 dBTP"
        shown = _plot(title, _CEILING_DBTP, [_line("a", peaks[0]), _line("b", peaks[1])])
        (images / "loudness-limiter.svg").write_text(shown)
        speech = _windows(write_material(Path(folder) / "speech.wav", "speech"), "")
        levels = [10 * math.log10(max(energy, 1e-6)) - 0.691 for energy in speech.energies]
        integrated = speech.loudness().integrated_lufs
        title = f"Speech: level of each 10 ms, and its integrated loudness of {integrated:.1f} LUFS"
        (images / "loudness-integrated.svg").write_text(_plot(title, integrated, [_line("b", levels)]))


if __name__ == "__main__":
    main()

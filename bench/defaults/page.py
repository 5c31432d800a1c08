"""Writes docs/default-rates.md and its charts from the trials."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bench.defaults.clips import GROUPS, SECONDS
from bench.report.plots import STYLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bench.defaults.clips import Group
    from bench.defaults.trials import Trial

HEAD = """# Default bit rates, measured

<!-- Written by `python -m bench.defaults`. -->

[The defaults](formats.md#default-bit-rates) beside the settings next to them. *Encoder's own* is what
ffmpeg's encoder does without arguments. Clips of {seconds} s come from these Debian packages: {packages}.

- *Bandwidth*: the frequency up to which the output has what its source has.
- *Spectral distance*: mean difference of the spectra, in dB (log-spectral distance).
- *Noise to mask*: noise in critical bands against what the source masks there, by the idea of PEAQ
  (`bench/defaults/spectrum.py`); mean of the clips, and the worst clip. The lower, the better. It compares
  settings, and is no grade: listeners hear codecs differently.
- *Peak*: the highest overshoot of a clip's peak.
- *CPU*: of ffmpeg, relative to the encoder's own default.

In the charts, each line is a format, each point a setting, and each large point a default.
"""
_COLUMNS = (
    "| format | setting | kbit/s | bandwidth | spectral distance | SNR | noise to mask | worst | peak | CPU |"
)
_COLORS = {"mp3": "#d4553b", "m4a": "#3b6fd4", "ogg": "#2f9e6e", "opus": "#a259c4"}
_WIDTH, _HEIGHT, _MARGIN = 640, 320, 50


def write(found: Mapping[Group, Sequence[Trial]], page: Path) -> None:
    """Write the page, and a chart of each group beside it."""
    packages = ", ".join(sorted({f"`{clip.package}`" for group in GROUPS for clip in group.clips}))
    parts = [HEAD.format(seconds=SECONDS, packages=packages)]
    for group, trials in found.items():
        name = f"default-rates-{group.rate_hz}-{group.channels}.svg"
        (page.parent / "images" / name).write_text(_chart(group.name, trials))
        rows = [_line(one, trials) for one in trials]
        parts += [
            f"\n## {group.name[0].upper()}{group.name[1:]}\n",
            f"![noise to mask by bit rate](images/{name})\n",
        ]
        parts += [_COLUMNS, "|---|---" + "|--:" * 8 + "|", *rows]
    page.write_text("\n".join(parts) + "\n")


def _line(one: Trial, trials: Sequence[Trial]) -> str:
    own = next(other for other in trials if other.form == one.form)
    mark = "**" if one.is_default else ""
    cells = (
        one.form,
        f"{mark}{one.setting}{mark}",
        f"{one.kbps:.0f}",
        f"{one.bandwidth_hz / 1000:.1f} kHz",
        f"{one.log_spectral_db:.1f} dB",
        f"{one.snr_db:.0f} dB",
        f"{one.noise_to_mask_db:.1f} dB",
        f"{one.worst_db:.1f} dB",
        f"{one.peak_db:+.1f} dB",
        f"{one.cpu_s / own.cpu_s:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def _chart(title: str, trials: Sequence[Trial]) -> str:
    """Noise to mask over bit rate: down and left is better."""
    right = max(one.kbps for one in trials) * 1.05
    low, high = (pick(one.noise_to_mask_db for one in trials) for pick in (min, max))

    def place(one: Trial) -> tuple[float, float]:
        x = _MARGIN + (_WIDTH - 2 * _MARGIN) * one.kbps / right
        return x, _MARGIN + (_HEIGHT - 2 * _MARGIN) * (high - one.noise_to_mask_db) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}: noise to mask by bit rate</title><style>{STYLE}</style>",
        f'<text x="0" y="18" font-weight="600">{escape(title)}: noise to mask (dB) by kbit/s</text>',
        f'<text x="0" y="{_MARGIN + 4}">{high:.0f}</text>',
        f'<text x="0" y="{_HEIGHT - _MARGIN + 4}">{low:.0f}</text>',
        f'<text x="{_MARGIN}" y="{_HEIGHT - 12}">0</text>',
        f'<text x="{_WIDTH - _MARGIN}" y="{_HEIGHT - 12}" text-anchor="end">{right:.0f}</text>',
    ]
    for number, (form, color) in enumerate(_COLORS.items()):
        points = sorted((place(one), one.is_default) for one in trials if one.form == form)
        line = " ".join(f"{x:.0f},{y:.0f}" for (x, y), _ in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        parts += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{7 if is_default else 3}" fill="{color}"/>'
            for (x, y), is_default in points
        ]
        x = _WIDTH - 60 * (len(_COLORS) - number)
        parts.append(f'<text x="{x}" y="40" style="fill:{color}">{form}</text>')
    return "\n".join([*parts, "</svg>\n"])

"""Writes the figures in README from the measurements; docs/performance.md has them all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.scale import KEPT_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.harness.figures import Figure

MARKS = re.compile(r"(<!-- figures: [^\n]*-->\n).*?(<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the table: a subject, and a text with a placeholder for each figure.

    Attributes:
        part: of the bench that has measured the figures.
        figures: the name of each placeholder's figure.
        against: the alternative of all figures.
    """

    about: str
    text: str
    part: str
    figures: tuple[str, ...]
    against: str = ""


CLAIMS = (
    Claim(
        "CPU of a conversion, relative to the system's ffmpeg",
        "{:.0%} for songs of 3.5 minutes, {:.0%} for 10 s of speech",
        "engine",
        ("basket, layer to system, music 210 s", "basket, layer to system, speech 10 s"),
    ),
    Claim(
        "CPU of a conversion, relative to pydub",
        "{:.0%} for songs, {:.0%} for speech",
        "engine",
        ("basket, layer to pydub, music 210 s", "basket, layer to pydub, speech 10 s"),
    ),
    Claim(
        "memory and temporary files for 60 minutes of WAV → MP3",
        "{:.0f} MiB (pydub: {:,.0f} MiB)",
        "memory",
        ("60 min, layer, added", "60 min, pydub, added"),
    ),
    Claim(
        "a 10-second clip, from upload to `PROCESSED`",
        "{:.0f} ms; {:.2f} s of CPU besides the encoding",
        "pipeline",
        ("10 s clip, upload to PROCESSED", "10 s clip, CPU besides the encoding"),
    ),
    Claim(
        "songs per minute on two cores, relative to two bare ffmpegs",
        "{:.0%} for WAV → MP3, {:.0%} for MP3 → Ogg; client and localcloud use the same cores",
        "pipeline",
        ("songs wav→mp3, 2 convert instances", "songs mp3→ogg, 2 convert instances"),
        "bare ffmpeg",
    ),
    Claim(
        "calls to other services",
        "{:.0f} to create a task, {:.0f} to read it",
        "api",
        ("create, calls to other services", "get, calls to other services"),
    ),
    Claim(
        "1,000 songs on Google Cloud, at list prices",
        f"{{:.2f}} USD, of which {{:.2f}} to store them for {KEPT_DAYS:g} days and {{:.2f}} to download them",
        "scale",
        ("1,000 songs of 3.5 min, all", "… storage", "… download to the internet"),
    ),
)


def claims(figures: Sequence[Figure]) -> str:
    """The table in Markdown, without the rows whose figures were not measured."""
    known = {(row.part, row.name, row.against): row.value for row in figures}
    lines = []
    for claim in CLAIMS:
        values = [known.get((claim.part, name, claim.against)) for name in claim.figures]
        if None not in values:
            lines.append(f"| {claim.about} | {claim.text.format(*values)} |")
    return "\n".join(["| what | measured |", "|---|---|", *lines]) + "\n"


def with_claims(text: str, figures: Sequence[Figure]) -> str:
    """README's text with an up-to-date table."""
    return MARKS.sub(lambda match: match[1] + claims(figures) + match[2], text)


def write(figures: Sequence[Figure], readme: Path) -> None:
    """Update the table in README."""
    readme.write_text(with_claims(readme.read_text(), figures))

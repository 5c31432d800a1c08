"""Writes the figures in README from the measurements; docs/performance.md has them all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.harness.figures import Figure

MARKS = re.compile(r"(<!-- figures: [^\n]*-->\n).*?(<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the table: a subject, and a text with a placeholder for each figure.

    Attributes:
        figures: (part, name, alternative) of each placeholder.
    """

    about: str
    text: str
    figures: tuple[tuple[str, str, str], ...]


ENGINE, PIPELINE = "engine", "pipeline"
SONGS, CLIPS = "music 210 s", "speech 10 s"
CLAIMS = (
    Claim(
        "CPU of a conversion, relative to the system's ffmpeg",
        "{:.0%} for songs of 3.5 minutes, {:.0%} for 10 s of speech",
        (
            (ENGINE, "basket, layer to system, music 210 s", ""),
            (ENGINE, "basket, layer to system, speech 10 s", ""),
        ),
    ),
    Claim(
        "CPU of a conversion, relative to pydub",
        "{:.0%} for songs, {:.0%} for speech",
        (
            (ENGINE, "basket, layer to pydub, music 210 s", ""),
            (ENGINE, "basket, layer to pydub, speech 10 s", ""),
        ),
    ),
    Claim(
        "memory and temporary files for 60 minutes of WAV → MP3",
        "{:.0f} MiB (pydub: {:,.0f} MiB)",
        (("memory", "60 min, layer, added", ""), ("memory", "60 min, pydub, added", "")),
    ),
    Claim(
        "a 10-second clip, from upload to `PROCESSED`",
        "{:.0f} ms; {:.2f} s of CPU besides the encoding",
        (
            (PIPELINE, "10 s clip, upload to PROCESSED", ""),
            (PIPELINE, "10 s clip, CPU besides the encoding", ""),
        ),
    ),
    Claim(
        "songs per minute on two cores, relative to two bare ffmpegs",
        "{:.0%} for WAV → MP3, {:.0%} for MP3 → Ogg; client and localcloud use the same cores",
        (
            (PIPELINE, "songs wav→mp3, 2 convert instances", "bare ffmpeg"),
            (PIPELINE, "songs mp3→ogg, 2 convert instances", "bare ffmpeg"),
        ),
    ),
    Claim(
        "calls to other services",
        "{:.0f} to create a task, {:.0f} to read it",
        (("api", "create, calls to other services", ""), ("api", "get, calls to other services", "")),
    ),
    Claim(
        "1,000 songs on Google Cloud, at list prices",
        "{:.2f} USD, of which {:.2f} to store them for 30 days and {:.2f} to download them",
        (
            ("scale", "1,000 songs of 3.5 min, all", ""),
            ("scale", "… storage", ""),
            ("scale", "… download to the internet", ""),
        ),
    ),
)


def claims(figures: Sequence[Figure]) -> str:
    """The table in Markdown, without the rows whose figures were not measured."""
    known = {(row.part, row.name, row.against): row.value for row in figures}
    lines = [
        f"| {claim.about} | {claim.text.format(*(known[key] for key in claim.figures))} |"
        for claim in CLAIMS
        if known.keys() >= set(claim.figures)
    ]
    return "\n".join(["| what | measured |", "|---|---|", *lines]) + "\n"


def with_claims(text: str, figures: Sequence[Figure]) -> str:
    """README's text with an up-to-date table."""
    return MARKS.sub(lambda match: match[1] + claims(figures) + match[2], text)


def write(figures: Sequence[Figure], readme: Path) -> None:
    """Update the table in README."""
    readme.write_text(with_claims(readme.read_text(), figures))

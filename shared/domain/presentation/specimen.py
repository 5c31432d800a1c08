"""A task with every part that clients see: its text tells versions of the presentation apart."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.domain.files import Output, Source
from shared.domain.media import Levels, Loudness, Normalisation, Probe, Track
from shared.domain.notes.base import Note
from shared.domain.options import Options
from shared.domain.specs.table import SPECS
from shared.domain.states import State
from shared.domain.task import Failure, Task

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_LEVELS = Levels((0.0, 0.5), -6.0, -20.0, -70.0)
_LOUDNESS = Normalisation(Loudness(-30.0, 1.0, -3.0, -28.0), Loudness(-19.0, 0.9, -1.0, -17.0))


def specimen() -> Task:
    """The task, with an output for each specification, because their verdicts are part of the text."""
    tracks = (Track(1, "pcm_s16le", "eng"),)
    figures = (1.5, 8000, 1, 128, 16)
    probe = Probe("wav", "pcm_s16le", *figures, tags={"title": "é"}, levels=_LEVELS, tracks=tracks)
    return Task(
        id="T",
        owner="ana",
        filename="é.wav",
        source=Source("T/é.wav", "audio/wav", 7, 10, "", probe),
        outputs=tuple(map(_output, SPECS)),
        nonce="",
        created_at=_NOON,
        updated_at=_NOON,
        expire_at=_NOON,
        state=State.FAILED,
        progress=0.5,
        error=Failure("truncated", "The file ends early.", "Upload it again."),
        notes=(Note("source_clips", "The source clips.", {"samples": 3}, 0),),
    )


def _output(spec: str) -> Output:
    options = Options(spec=spec)
    figures = (1.5, 8000, 1, 128)
    return Output("mp3", "T/é.mp3", options, 7, 8, "", *figures, levels=_LEVELS, normalisation=_LOUDNESS)

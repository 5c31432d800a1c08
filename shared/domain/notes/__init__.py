"""The catalogue of notes: what a conversion could not keep as it was, though the task is PROCESSED.

    Finding
    ├── of the source    GapsFilled · OverlapsTrimmed · DamagedPackets · ChecksumWrong
    │                    CompletenessUnknown · LengthCorrected
    └── of one output    SourceClips · PeaksLimited · LoudnessMissed
                         CoverDropped · ChaptersDropped · TagsDropped

What the client asked for is never a note: a part of the audio, another rate, no tags. A task that is
PROCESSED without notes has all of its source in each of its outputs.

A finding has figures with their units. `Note.of` makes what is stored and shown of it. A code, its figures
and their units never change once published.
"""

from __future__ import annotations

from dataclasses import fields

from shared.domain.notes.base import Finding, Note
from shared.domain.notes.outputs import (
    ChaptersDropped,
    CoverDropped,
    LoudnessMissed,
    PeaksLimited,
    SourceClips,
    TagsDropped,
)
from shared.domain.notes.source import (
    ChecksumWrong,
    CompletenessUnknown,
    DamagedPackets,
    GapsFilled,
    LengthCorrected,
    OverlapsTrimmed,
)
from shared.domain.spelling import camel

__all__ = (
    "ChaptersDropped",
    "ChecksumWrong",
    "CompletenessUnknown",
    "CoverDropped",
    "DamagedPackets",
    "Finding",
    "GapsFilled",
    "LengthCorrected",
    "LoudnessMissed",
    "Note",
    "OverlapsTrimmed",
    "PeaksLimited",
    "SourceClips",
    "TagsDropped",
    "figures_of",
    "findings",
)


def findings() -> dict[str, type[Finding]]:
    """Every kind of note, by code."""
    return {cls.code: cls for cls in Finding.__subclasses__()}


def figures_of(kind: type[Finding]) -> dict[str, str]:
    """The figures of a kind of note: name in JSON → description."""
    return {camel(entry.name): entry.metadata["description"] for entry in fields(kind)}

"""All kinds of notes, for the documentation and the schemas; importing them takes some milliseconds."""

from __future__ import annotations

from dataclasses import fields

from shared.domain.notes import outputs, source
from shared.domain.notes.base import Finding
from shared.domain.spelling import camel

__all__ = ("figures_of", "findings", "outputs", "source")


def findings() -> dict[str, type[Finding]]:
    """Every kind of note, by code."""
    return {cls.code: cls for cls in Finding.__subclasses__()}


def figures_of(kind: type[Finding]) -> dict[str, str]:
    """The figures of a kind of note: name in JSON → description."""
    return {camel(entry.name): entry.metadata["description"] for entry in fields(kind)}

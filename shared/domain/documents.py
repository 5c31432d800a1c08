"""Converts tasks to and from stored documents: plain values with lowerCamelCase names."""

from __future__ import annotations

import struct
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.domain.costs.charges import Charge
from shared.domain.files import Output, Source
from shared.domain.media import Chapter, Levels, Loudness, Normalisation, Probe, Track
from shared.domain.notes.base import Note
from shared.domain.options import Options
from shared.domain.spelling import camel
from shared.domain.states import Claim, State
from shared.domain.task import Failure, Task
from shared.domain.webhook import Delivery, DeliveryState, Webhook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance


# Peaks have four decimal places.
_PEAK_UNITS = 10_000


def to_document(task: Task) -> dict[str, Any]:
    """The document of a task; what belongs to the store is not part of it."""
    document = _encode(task)
    del document["revision"], document["booked"]
    return document


def from_document(document: Mapping[str, Any], revision: str) -> Task:
    """The task in a document; unknown fields of later versions are ignored."""
    values = _values(Task, document)
    values["state"] = State(values["state"])
    values["source"] = _source(document["source"])
    values["outputs"] = tuple(_output(entry) for entry in document["outputs"])
    values["error"] = Failure(**_values(Failure, document["error"])) if document.get("error") else None
    values["claim"] = Claim(**_values(Claim, document["claim"])) if document.get("claim") else None
    values["webhook"] = _webhook(document.get("webhook", {}))
    values["notes"] = tuple(Note(**_values(Note, entry)) for entry in document.get("notes", ()))
    charges = tuple(Charge(**_values(Charge, entry)) for entry in document.get("charges", ()))
    return Task(**{**values, "charges": charges, "booked": charges, "revision": revision})


def _webhook(document: Mapping[str, Any]) -> Webhook:
    values = _values(Webhook, document)
    values["state"] = DeliveryState(document.get("state", DeliveryState.NONE))
    values["deliveries"] = tuple(Delivery(**_values(Delivery, e)) for e in document.get("deliveries", ()))
    return Webhook(**values)


def _source(document: Mapping[str, Any]) -> Source:
    values = _values(Source, document)
    values["probe"] = _probe(document["probe"]) if document.get("probe") else None
    return Source(**values)


def _probe(document: Mapping[str, Any]) -> Probe:
    # None is not stored, and this field has no default.
    values = {"duration_s": None, **_values(Probe, document)}
    values["chapters"] = tuple(Chapter(**_values(Chapter, e)) for e in document.get("chapters", ()))
    values["tracks"] = tuple(Track(**_values(Track, e)) for e in document.get("tracks", ()))
    values["levels"] = _levels(document.get("levels"))
    return Probe(**values)


def _output(document: Mapping[str, Any]) -> Output:
    values = _values(Output, document)
    values["options"] = Options(**_values(Options, document.get("options", {})))
    values["levels"] = _levels(document.get("levels"))
    figures = document.get("normalisation")
    values["normalisation"] = (
        Normalisation(_loudness(figures["before"]), _loudness(figures["after"])) if figures else None
    )
    return Output(**values)


def _levels(document: Mapping[str, Any] | None) -> Levels | None:
    if document is None:
        return None
    stored = document["peaks"]
    peaks = _unpacked(stored) if isinstance(stored, bytes) else tuple(stored)  # a list in older documents
    return Levels(peaks, document.get("peakDbfs"), document.get("rmsDbfs"), document.get("noiseFloorDbfs"))


def _packed(peaks: tuple[float, ...]) -> bytes:
    """Two bytes each: hundreds of separate values would take milliseconds in each read and write."""
    return struct.pack(f">{len(peaks)}H", *(round(peak * _PEAK_UNITS) for peak in peaks))


def _unpacked(stored: bytes) -> tuple[float, ...]:
    return tuple(units / _PEAK_UNITS for (units,) in struct.iter_unpack(">H", stored))


def _loudness(document: Mapping[str, Any]) -> Loudness:
    return Loudness(**{"integrated_lufs": None, "true_peak_dbtp": None, **_values(Loudness, document)})


def _encode(value: DataclassInstance) -> dict[str, Any]:
    return {key: _plain(getattr(value, name)) for name, key in _keys(type(value))}


def _without_none(value: DataclassInstance) -> dict[str, Any]:
    return {name: entry for name, entry in _encode(value).items() if entry is not None}


def _plain(value: Any) -> Any:  # noqa: ANN401  # any value of a field
    if isinstance(value, Levels):
        return {**_without_none(replace(value, peaks=())), "peaks": _packed(value.peaks)}
    if is_dataclass(value) and not isinstance(value, type):
        return _without_none(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value


def _values(cls: type[DataclassInstance], document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[key] for name, key in _keys(cls) if key in document}


@cache
def _keys(cls: type[DataclassInstance]) -> tuple[tuple[str, str], ...]:
    """The fields and their names in documents."""
    return tuple((field.name, camel(field.name)) for field in fields(cls))

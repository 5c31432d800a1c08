"""Conversion of tasks to documents and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.domain.documents import from_document, to_document
from shared.domain.files import Output, Source
from shared.domain.media import Chapter, Levels, Loudness, Normalisation, Probe, Track
from shared.domain.options import Options
from shared.domain.states import Claim
from shared.domain.task import Failure
from tests.builders import a_task
from tests.fakes.clock import NOON


def test_task_is_read_back_unchanged() -> None:
    levels = Levels((0.0, 0.5), -6.0, None)
    found = Probe(
        "wav",
        "pcm_s16le",
        1.0,
        8000,
        1,
        tags={"title": "é"},
        chapters=(Chapter(0, 1, "é"), Chapter(1, 2)),
        levels=levels,
        track=2,
        tracks=(Track(1, "ac3", "eng", "Commentary", 2, 48_000, True, "commentary"), Track(2, "ac3")),  # noqa: FBT003  # by position
    )
    figures = Normalisation(Loudness(None, 0.0, -3.0), Loudness(-16.0, 0.1, None))
    task = a_task(
        source=Source("T/song.wav", "audio/wav", 7, 10, "AAAAAA==", found),
        outputs=(
            Output(
                "mp3",
                "T/song.mp3",
                Options(bit_rate_kbps=64, keep_tags=False),
                8,
                9,
                "AAAAAA==",
                levels=levels,
                normalisation=figures,
            ),
        ),
        claim=Claim(7, 2, "lease", NOON + timedelta(minutes=9), finished=True),
        error=Failure("truncated", "cut", "upload again"),
        progress=0.5,
        attempts=2,
        revision="r1",
    )

    assert task == from_document(to_document(task), "r1")


def test_new_task_is_read_back_unchanged() -> None:
    assert a_task(revision="r1") == from_document(to_document(a_task()), "r1")


def test_source_of_unknown_length_is_read_back_unchanged() -> None:
    task = a_task(source=Source("T/a", "", 1, 1, "", Probe("aac", "aac", None, 8000, 1)), revision="r1")

    assert task == from_document(to_document(task), "r1")


def test_peaks_are_read_back_unchanged() -> None:
    peaks = tuple(units / 10_000 for units in range(10_001))
    task = a_task(
        source=Source("T/a", "", 1, 1, "", Probe("wav", "", 1.0, 8000, 1, levels=Levels(peaks, None, None)))
    )

    assert task.source.probe == from_document(to_document(task), "r1").source.probe


def test_peaks_are_one_compact_value() -> None:
    levels = Levels((0.0, 0.5, 1.0), None, None)
    document = to_document(a_task(outputs=(Output("mp3", "T/a.mp3", levels=levels),)))

    assert document["outputs"][0]["levels"]["peaks"] == bytes([0, 0, 0x13, 0x88, 0x27, 0x10])


def test_peaks_of_older_documents_are_a_list() -> None:
    task = a_task(outputs=(Output("mp3", "T/a.mp3", levels=Levels((0.0, 0.5), -6.0, None)),), revision="r1")
    document = to_document(task)
    document["outputs"][0]["levels"]["peaks"] = [0.0, 0.5]

    assert task == from_document(document, "r1")


def test_unknown_fields_are_ignored() -> None:
    document = to_document(a_task()) | {"mood": "blue"}

    assert replace(a_task(), revision="r1") == from_document(document, "r1")

"""The catalogue of notes, and notes in the life of a task."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from shared.domain.documents import from_document, to_document
from shared.domain.media import Probe
from shared.domain.notes.base import Finding, Note
from shared.domain.notes.catalogue import figures_of, findings
from shared.domain.notes.outputs import (
    ChaptersDropped,
    CoverDropped,
    CoverReduced,
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
    TextEncodingGuessed,
    TrackChosen,
)
from tests.builders import a_task, an_upload
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from shared.domain.task import Task

PROBE = Probe("wav", "pcm_s16le", 10.0, 44100, 2)
SENTENCES = {
    TrackChosen(2, 3): "The source has 3 audio tracks; number 2 was converted.",
    TextEncodingGuessed(("title", "chapters"), "UTF-8"): (
        "The encoding of title, chapters is not stated, or wrong; UTF-8 was assumed."
    ),
    GapsFilled(28.04, 12): "The source has 12 gaps: 28.04 s of silence fill them.",
    OverlapsTrimmed(0.5, 1): "The source has 1 overlap: 0.50 s left out.",
    SourceClips(3.21): "The audio peaks at +3.2 dBFS. What exceeds 0 dBFS is cut off.",
    DamagedPackets(1): "1 packet of the source could not be decoded and was left out.",
    ChecksumWrong("0a", "0b"): "The file states the MD5 0a, but its audio has 0b.",
    CompletenessUnknown(2.0): "The file does not state its length. It has 2.00 s of audio."
    " If it was cut off, that cannot be seen.",
    CompletenessUnknown(None): "The file does not state its length. If it was cut off, that cannot be seen.",
    LengthCorrected(1, 2): "The file states 1.00 s, but has 2.00 s of audio. All of it was converted.",
    PeaksLimited(1.26, -1): "Mixed, the audio would peak at +1.3 dBTP. Its peaks were limited to -1.0 dBTP.",
    LoudnessMissed(-5, -8.21, -1, -0.5): "The output has -8.2 LUFS instead of -5 LUFS,"
    " at -0.5 dBTP of -1 dBTP allowed.",
    LoudnessMissed(-16, None, -1, None): "The audio is too quiet to be brought to -16 LUFS.",
    CoverDropped(1, "format"): "1 picture left out: this format holds none.",
    CoverReduced(1): "1 picture made smaller, to fit 8 MiB.",
    ChaptersDropped(3): "3 chapters left out: this format does not hold them.",
    TagsDropped(("isrc", "lyrics")): "2 tags left out: isrc, lyrics.",
    TagsDropped(tuple("abcdefghij")): "10 tags left out: a, b, c, d, e, f, g, h and 2 more.",
    TagsDropped(("two\nlines",), 436): "1 tag left out: two lines. Further tags, not compared: 436.",
}


@pytest.mark.parametrize("finding", SENTENCES)
def test_message_is_a_sentence_with_the_figures(finding: Finding) -> None:
    assert SENTENCES[finding] == finding.message


@pytest.mark.parametrize("kind", findings().values())
def test_every_kind_of_note_has_a_sentence_and_describes_its_figures(kind: type[Finding]) -> None:
    assert kind in {type(finding) for finding in SENTENCES}
    assert kind.title
    assert len(figures_of(kind)) == len(fields(kind))


def test_figures_have_json_names_and_are_rounded() -> None:
    assert Note.of(GapsFilled(0.12345, 2)).figures == {"filledS": 0.123, "places": 2}


def test_notes_are_read_back_unchanged() -> None:
    notes = (
        Note.of(GapsFilled(0.5, 2)),
        Note.of(TagsDropped(("é", "isrc")), 0),
        Note.of(LoudnessMissed(-16.0, None, -1.0, None), 1),
    )
    task = a_task(notes=notes, revision="r1")

    assert task == from_document(to_document(task), "r1")


def test_finished_attempt_leaves_its_notes_on_the_task() -> None:
    assert [note.code for note in processed().notes] == ["gaps_filled"]


def test_notes_are_gone_when_other_outputs_are_requested() -> None:
    task = processed()

    assert task.with_outputs(task.outputs, 1001, NOON).notes == ()


def processed() -> Task:
    claimed = a_task().claimed(an_upload(), "lease", NOON, NOON)
    notes = (Note.of(GapsFilled(0.5, 2)),)
    return claimed.finished("lease", claimed.outputs, PROBE, notes, NOON).settled(1001, 1, NOON)

"""The loudness of a large output is measured while it is uploaded, and met by an encode that replaces it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pytest

from functions.convert.plan.level.headroom import HEADROOM_DB
from functions.convert.upload.streaming_upload import UploadSizes
from tests.fakes.objects import FakeObjects
from tests.functions.convert.upload.attempt import ID, PIECE, SMALL, Attempt, decoded
from tests.sampling import chosen

if TYPE_CHECKING:
    from functions.convert.ffmpeg.binaries import Tools


class CountingObjects(FakeObjects):
    """Remembers which part objects are read back."""

    def __init__(self) -> None:
        super().__init__(piece_bytes=PIECE)
        self.read_back: list[str] = []

    def read_into(self, name: str, generation: int, into: BinaryIO, span: range | None = None) -> None:
        if "/parts/" in name:
            self.read_back.append(name)
        super().read_into(name, generation, into, span)


# The head of AIFF has its length, which is not known before the end; frames of ADTS are counted afterwards.
@pytest.mark.parametrize("form", chosen(["flac", "mp3", "wav", "ogg", "opus", "webm"], ["flac", "mp3"]))
def test_the_loudness_of_a_streamed_output_is_measured_while_it_is_written(
    tools: Tools, song: bytes, form: str
) -> None:
    found, objects = [], CountingObjects()
    for sizes in (SMALL, UploadSizes()):
        attempt = Attempt(tools, song, form, objects=objects if sizes is SMALL else None)
        task = attempt.tasks.stored[ID]
        options = replace(task.outputs[0].options, loudness_lufs=-16.0)
        attempt.tasks.replace(replace(task, outputs=(replace(task.outputs[0], options=options),)))
        normalisation = attempt.run(sizes).tasks.stored[ID].outputs[0].normalisation
        assert normalisation
        found.append(normalisation.after)
        assert attempt.streamed_outputs == (sizes is SMALL)

    assert objects.read_back == []
    assert found[0].integrated_lufs == pytest.approx(found[1].integrated_lufs, abs=0.05)
    assert found[0].true_peak_dbtp == pytest.approx(found[1].true_peak_dbtp, abs=0.05)


def test_an_output_that_is_encoded_again_replaces_what_was_uploaded_of_it(
    tools: Tools, song: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without room for what the encoder adds, the first encode peaks too high.
    monkeypatch.setitem(HEADROOM_DB, "mp3", ((0, -3.0),))
    streamed, whole = Attempt(tools, song, "mp3", "wav"), Attempt(tools, song, "mp3", "wav")
    for attempt, sizes in ((streamed, SMALL), (whole, UploadSizes())):
        task = attempt.tasks.stored[ID]
        loud = replace(task.outputs[0], options=replace(task.outputs[0].options, loudness_lufs=-9.0))
        attempt.tasks.replace(replace(task, outputs=(loud, task.outputs[1])))
        attempt.run(sizes)

    assert '"step": "corrected"' in streamed.lines.getvalue()
    # Both in the first pass, and the MP3 in each that follows.
    assert streamed.streamed_outputs > 2
    assert streamed.parts == []
    assert streamed.result("mp3") == whole.result("mp3")
    assert decoded(streamed.result("wav")) == decoded(song)
    normalisation = streamed.tasks.stored[ID].outputs[0].normalisation
    assert normalisation
    assert normalisation.after.true_peak_dbtp is not None
    assert normalisation.after.true_peak_dbtp <= -1

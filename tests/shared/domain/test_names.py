"""File names that people chose survive; those that lie are refused or cleaned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS
from shared.domain.names import (
    TASK_ID,
    clean_filename,
    new_task_id,
    output_objects,
    parse_filename,
    waveform_object,
)

FORMS = list(FORMATS.values())


GOOD = ["song.wav", "موسيقى 🎵.mp3", "a b'c\"d.flac", "ñandú – vivo.ogg", ".hidden", "no ending"]
BAD = ["", "   ", ".", "..", "a/b.wav", "a\\b.wav", "a\nb.wav", "a\x00.wav", "a\u202egpj.wav", "\ud800.wav"]


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_a_person_chose_is_kept(name: str) -> None:
    assert name == parse_filename(name)


def test_a_decomposed_name_is_composed() -> None:
    assert parse_filename("e\u0301.wav") == "é.wav"


@pytest.mark.parametrize("name", [*BAD, "x" * 256])
def test_a_name_that_cannot_be_an_object_or_lies_is_refused(name: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_filename(name)

    assert caught.value.field == "filename"


@given(st.text(max_size=400))
def test_any_name_can_be_cleaned_into_one_that_is_taken(raw: str) -> None:
    cleaned = clean_filename(raw)

    assert cleaned == parse_filename(cleaned)


def test_cleaning_keeps_the_ending() -> None:
    assert clean_filename("x" * 400 + ".wav") == ("x" * 251 + ".wav")


def test_an_upload_is_never_overwritten_by_its_own_output() -> None:
    assert output_objects("t", "A.MP3", [FORMATS["mp3"]]) == ["t/A-converted.mp3"]


@given(st.text(min_size=1, max_size=60), st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
def test_outputs_never_share_a_name(raw: str, forms: list[object]) -> None:
    filename = clean_filename(raw)
    names = output_objects("t", filename, forms)  # type: ignore[arg-type]  # hypothesis widens the type

    folded = [name.casefold() for name in (f"t/{filename}", *names)]
    assert len(set(folded)) == len(folded)


@given(st.text(min_size=1, max_size=60), st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
def test_a_waveform_shares_its_name_with_nothing(raw: str, forms: list[object]) -> None:
    source = f"t/{clean_filename(raw)}"
    names = output_objects("t", clean_filename(raw), forms)  # type: ignore[arg-type]  # as above

    assert waveform_object(source).casefold() not in {name.casefold() for name in (source, *names)}


LIKE_WAVEFORMS = ["x.waveform.json", "x.WAVEFORM.json", ".waveform.json", "waveform.json", "x."]


@pytest.mark.parametrize("name", LIKE_WAVEFORMS)
def test_a_waveform_never_replaces_an_upload_that_is_called_like_one(name: str) -> None:
    waveform = waveform_object(f"t/{name}")

    assert waveform != f"t/{name}"
    assert waveform.endswith(".waveform.json")


def test_ids_are_random_and_fit_the_pattern() -> None:
    ids = {new_task_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(TASK_ID.fullmatch(task_id) for task_id in ids)

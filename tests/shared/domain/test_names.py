"""File names are kept, refused or cleaned; object names are derived."""

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
def test_valid_file_name_is_unchanged(name: str) -> None:
    assert name == parse_filename(name)


def test_decomposed_file_name_is_composed() -> None:
    assert parse_filename("e\u0301.wav") == "é.wav"


@pytest.mark.parametrize("name", [*BAD, "x" * 256])
def test_unusable_or_deceptive_file_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_filename(name)

    assert caught.value.field == "filename"


@given(st.text(max_size=400))
def test_any_name_can_be_cleaned_into_a_valid_one(raw: str) -> None:
    cleaned = clean_filename(raw)

    assert cleaned == parse_filename(cleaned)


def test_cleaning_keeps_the_extension() -> None:
    assert clean_filename("x" * 400 + ".wav") == ("x" * 251 + ".wav")


def test_output_never_has_the_name_of_the_source() -> None:
    assert output_objects("t", "A.MP3", [FORMATS["mp3"]]) == ["t/A-converted.mp3"]


@given(st.text(min_size=1, max_size=60), st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
def test_outputs_have_distinct_names(raw: str, forms: list[object]) -> None:
    filename = clean_filename(raw)
    names = output_objects("t", filename, forms)  # type: ignore[arg-type]  # hypothesis widens the type

    folded = [name.casefold() for name in (f"t/{filename}", *names)]
    assert len(set(folded)) == len(folded)


@given(st.text(min_size=1, max_size=60), st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
def test_waveform_has_a_distinct_name(raw: str, forms: list[object]) -> None:
    source = f"t/{clean_filename(raw)}"
    names = output_objects("t", clean_filename(raw), forms)  # type: ignore[arg-type]  # as above

    assert waveform_object(source).casefold() not in {name.casefold() for name in (source, *names)}


LIKE_WAVEFORMS = ["x.waveform.json", "x.WAVEFORM.json", ".waveform.json", "waveform.json", "x."]


@pytest.mark.parametrize("name", LIKE_WAVEFORMS)
def test_waveform_never_has_the_name_of_the_source(name: str) -> None:
    waveform = waveform_object(f"t/{name}")

    assert waveform != f"t/{name}"
    assert waveform.endswith(".waveform.json")


def test_ids_are_random_and_match_the_pattern() -> None:
    ids = {new_task_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(TASK_ID.fullmatch(task_id) for task_id in ids)

"""File names are kept, refused or cleaned; object names are derived."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS
from shared.domain.names import (
    FILENAME_PATTERN,
    MAX_FILENAME_BYTES,
    TASK_ID,
    clean_filename,
    new_task_id,
    output_objects,
    parse_filename,
    visible,
    waveform_object,
)

FORMS = list(FORMATS.values())


GOOD = ["song.wav", "موسيقى 🎵.mp3", "a b'c\"d.flac", "ñandú – vivo.ogg", ".hidden", "no ending"]
BAD = ["", "   ", ".", "..", " . ", "a/b.wav", "a\\b.wav", "\u200e", "\u200f \ufeff", "\u200e.", ".\u2060.\n"]
# How names arrive from phones, mail programs and web pages (Lucaslhm/Flipper-IRDB#203, craftcms/cms#13028).
INVISIBLE = {
    "\u200eשיר.mp3": "שיר.mp3",
    "أغنية\u200f.wav": "أغنية.wav",
    "\u061cأغنية.wav": "أغنية.wav",
    "a\u202egpj.wav": "agpj.wav",
    "\u2066song\u2069.wav": "song.wav",
    "\ufeffso\u00adng\u200b.wav": "song.wav",
    "a\nb\x00\x1b[31m.wav": "ab[31m.wav",
    "\ud800.wav": ".wav",
    "می\u200cخواهم.mp3": "می\u200cخواهم.mp3",
    "👩\u200d🎤\ufe0f.ogg": "👩\u200d🎤\ufe0f.ogg",
}
# What names are made of that makes trouble: besides any text, endings, dots and invisible characters.
NAMES = st.text(max_size=400) | st.lists(
    st.sampled_from(
        [".", "..", " ", "\u200e", "\u3164", "e\u0301", "é", "🎵", "MP3", "mp3", "wav", "-converted", "/"]
    )
    | st.text(max_size=200)
).map("".join)


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


@pytest.mark.parametrize("name", INVISIBLE)
def test_invisible_characters_are_removed_everywhere(name: str) -> None:
    assert {parse_filename(name), clean_filename(name), visible(name)} == {INVISIBLE[name]}


@given(NAMES)
def test_any_name_can_be_cleaned_into_a_valid_one(raw: str) -> None:
    cleaned = clean_filename(raw)

    assert cleaned == parse_filename(cleaned)
    assert cleaned == clean_filename(cleaned)


@given(NAMES)
def test_valid_names_match_the_published_pattern_and_no_others(raw: str) -> None:
    fits = re.match(FILENAME_PATTERN, raw) is not None and len(raw) <= 255

    try:
        name = parse_filename(raw)
    except InvalidField:
        assert not fits or len(visible(raw).encode()) > MAX_FILENAME_BYTES or len(visible(raw)) > 255
    else:
        assert fits or len(raw) > 255
        assert (name, len(name.encode()) <= MAX_FILENAME_BYTES) == (visible(name), True)


@pytest.mark.parametrize(
    "name", ["recording", "README", "audio 1", ".hidden", "a.b", "x.", "no ending at all"]
)
def test_cleaning_leaves_a_valid_name_alone(name: str) -> None:
    assert clean_filename(name) == name


@given(NAMES)
def test_cleaning_changes_no_valid_name(raw: str) -> None:
    try:
        name = parse_filename(raw)
    except InvalidField:
        return

    assert clean_filename(name) == name.strip()


def test_cleaning_keeps_the_extension() -> None:
    assert clean_filename("x" * 400 + ".wav") == ("x" * 251 + ".wav")


def test_output_never_has_the_name_of_the_source() -> None:
    assert output_objects("t", "A.MP3", [FORMATS["mp3"]]) == ["t/A-converted.mp3"]


@given(NAMES, st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
def test_outputs_have_distinct_names(raw: str, forms: list[object]) -> None:
    filename = clean_filename(raw)
    names = output_objects("t", filename, forms)  # type: ignore[arg-type]  # hypothesis widens the type

    folded = [name.casefold() for name in (f"t/{filename}", *names)]
    assert len(set(folded)) == len(folded)
    assert all(len(name.encode()) <= 255 + len("t/") for name in names)


@pytest.mark.parametrize("stem", ["x" * 251, "ж" * 126, "音" * 84, "🎵" * 63, "👩\u200d🎤" * 24])
def test_a_result_fits_into_a_file_system(stem: str) -> None:
    """Names by the byte: yt-dlp/yt-dlp#1786, exislow/tidal-dl-ng#91."""
    (name,) = output_objects("t", f"{stem}.wav", [FORMATS["flac"]])
    shown = name.removeprefix("t/")

    assert shown.endswith(".flac")
    assert 240 < len(shown.encode()) <= 255
    assert stem.startswith(shown.removesuffix(".flac"))
    assert not shown.removesuffix(".flac").endswith("\u200d")


@given(NAMES, st.lists(st.sampled_from(FORMS), min_size=1, max_size=5))
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

"""Options are checked by the published table."""

from __future__ import annotations

import pytest

from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS, Format, find_format
from shared.domain.languages import same_language
from shared.domain.options import Options, check_same_source, options_table, parse_options

MP3, WAV, OPUS = FORMATS["mp3"], FORMATS["wav"], FORMATS["opus"]


def test_options_are_typed_and_serialise_unchanged() -> None:
    raw: dict[str, object] = {"bitRateKbps": 192, "channels": 1, "startS": 1.5, "keepTags": False}
    options = parse_options(raw, MP3)

    assert Options(bit_rate_kbps=192, channels=1, start_s=1.5, keep_tags=False) == options
    assert raw == options.as_json()


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"bitrate": 192}, "options.bitrate"),
        ({"bitRateKbps": 1000}, "options.bitRateKbps"),
        ({"bitRateKbps": 192.5}, "options.bitRateKbps"),
        ({"bitRateKbps": True}, "options.bitRateKbps"),
        ({"bitRateKbps": "192"}, "options.bitRateKbps"),
        ({"sampleRateHz": 44099}, "options.sampleRateHz"),
        ({"startS": float("nan")}, "options.startS"),
        ({"keepTags": "yes"}, "options.keepTags"),
        ({"bitRateKbps": 192, "quality": 2}, "options.quality"),
        ({"startS": 5, "endS": 5}, "options.endS"),
        ({"gainDb": 1, "loudnessLufs": -16}, "options.gainDb"),
    ],
)
def test_invalid_option_is_named(raw: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_options(raw, MP3)

    assert field == caught.value.field


@pytest.mark.parametrize(("form", "option"), [(WAV, "bitRateKbps"), (MP3, "bitDepth"), (OPUS, "quality")])
def test_format_accepts_only_its_own_options(form: Format, option: str) -> None:
    assert option not in {field.name for field in options_table(form).fields}


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_every_published_option_accepts_its_maximum(form: Format) -> None:
    for field in options_table(form).fields:
        if field.kind in {"string", "object"}:
            continue
        highest = field.values[-1] if field.values else True if field.kind == "boolean" else field.maximum
        raw = {field.name: highest}

        assert raw == parse_options(raw, form).as_json()


@pytest.mark.parametrize("name", ["mp3", "MP3", " .Mp3 "])
def test_format_is_found_in_any_spelling(name: str) -> None:
    assert MP3 is find_format(name)


def test_error_for_an_unknown_format_lists_the_formats() -> None:
    with pytest.raises(InvalidField) as caught:
        find_format("exe")

    assert sorted(FORMATS) == list(caught.value.valid)


def test_sample_rate_without_selectable_bit_rate_is_refused() -> None:
    with pytest.raises(InvalidField) as caught:
        parse_options({"bitRateKbps": 128, "sampleRateHz": 96_000}, FORMATS["ogg"])

    assert caught.value.field == "options.sampleRateHz"
    assert parse_options({"quality": 5, "sampleRateHz": 96_000}, FORMATS["ogg"]).quality == 5


@pytest.mark.parametrize(("given", "meant"), [(2, "2"), ("12", "12"), ("de", "de"), ("pt-BR", "pt-BR")])
def test_a_track_is_a_number_or_a_language(given: object, meant: str) -> None:
    assert parse_options({"track": given}, MP3).track == meant


@pytest.mark.parametrize("given", [0, -1, 100, True, 1.5, "", "english", "e", "1a", "en;drop", ["en"]])
def test_anything_else_is_no_track(given: object) -> None:
    with pytest.raises(InvalidField, match="number of an audio track") as caught:
        parse_options({"track": given}, MP3)

    assert caught.value.field == "options.track"


def test_an_encoding_of_tags_is_one_of_the_list() -> None:
    assert parse_options({"tagEncoding": "Shift_JIS"}, MP3).tag_encoding == "Shift_JIS"
    with pytest.raises(InvalidField, match="windows-1251") as caught:
        parse_options({"tagEncoding": "UTF-7"}, MP3)

    assert caught.value.field == "options.tagEncoding"


def test_outputs_read_their_source_alike() -> None:
    with pytest.raises(InvalidField, match="same tagEncoding") as caught:
        check_same_source([Options(), Options(tag_encoding="KOI8-R")], ["outputs[0]", "outputs[1]"])

    assert caught.value.field == "outputs[1].tagEncoding"


@pytest.mark.parametrize(("one", "other"), [("en", "eng"), ("DE", "ger"), ("deu", "ger"), ("zh-TW", "chi")])
def test_a_language_is_known_by_each_of_its_codes(one: str, other: str) -> None:
    assert same_language(one, other)
    assert not same_language(one, "spa")
    assert not same_language(one, "")

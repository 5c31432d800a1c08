"""The option `tags` takes every field of the model by its name, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from functions.convert.metadata.model.field import Kind
from functions.convert.metadata.model.fields import FIELDS as MODEL
from shared.domain.errors import InvalidField
from shared.domain.formats import FORMATS
from shared.domain.options import Options, parse_options
from shared.domain.options.edited_tags import ALIASES, FIELDS, parse_tags, tag_schemas

SCHEMA = OAS31Validator({"$ref": "#/components/schemas/Tags", "components": {"schemas": tag_schemas()}})
# What encoders, players and measurements say, and no client.
MEASURED = {field.name for field in MODEL.values() if field.kind is Kind.GAIN}
MEASURED |= {"encodersettings", "encodingtime", "taggingdate", "filetype", "playlistdelay", "ixml"}


def test_the_fields_are_those_of_the_model() -> None:
    assert FIELDS.keys() == MODEL.keys() - MEASURED
    assert set(ALIASES.values()) <= FIELDS.keys()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"title": "Luna"}, {"title": ["Luna"]}),
        ({"artist": ["Ana", "Luis"]}, {"artist": ["Ana", "Luis"]}),
        ({"album_artist": "Ana"}, {"albumartist": ["Ana"]}),
        ({"track": "3/12"}, {"tracknumber": ["3"], "totaltracks": ["12"]}),
        ({"discnumber": 1}, {"discnumber": ["1"]}),
        ({"compilation": True}, {"compilation": ["1"]}),
        ({"bpm": 128.5}, {"bpm": ["128.5"]}),
        ({"discnumber": 2.0, "totaltracks": [""]}, {"discnumber": ["2"], "totaltracks": []}),
        ({"comment": None, "genre": [], "key": " "}, {"comment": [], "genre": [], "key": []}),
        ({"lyrics": "la\r\nla\x00"}, {"lyrics": ["la\nla"]}),
        ({"title": "e\u0301"}, {"title": ["\u00e9"]}),
    ],
)
def test_values_are_read(given: dict[str, Any], expected: dict[str, list[str]]) -> None:
    assert expected == parse_tags(given, "tags")
    assert SCHEMA.is_valid(given)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"artits": "Ana"}, "tags.artits"),
        ({"date": "yesterday"}, "tags.date"),
        ({"totaltracks": "twelve"}, "tags.totaltracks"),
        ({"compilation": "maybe"}, "tags.compilation"),
        ({"rating": 256}, "tags.rating"),
        ({"title": {"en": "Luna"}}, "tags.title"),
        ({"title": "x" * 20_001}, "tags.title"),
        ({"artist": ["Ana"] * 51}, "tags.artist"),
        ({"showmovement": [True, False]}, "tags.showmovement"),
        ({"tracknumber": [3]}, "tags.tracknumber"),
        ({"compilation": 1}, "tags.compilation"),
        ({"date": " 2026"}, "tags.date"),
        ({"totaltracks": "\u0663"}, "tags.totaltracks"),
        ({"replaygain_track_gain": "-3 dB"}, "tags.replaygain_track_gain"),
    ],
)
def test_an_invalid_field_is_named(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_tags(given, "tags")

    assert field == caught.value.field
    assert not SCHEMA.is_valid(given)


def test_all_values_together_are_limited() -> None:
    with pytest.raises(InvalidField, match="100000 characters in all"):
        parse_tags({"lyrics": ["x" * 20_000] * 6}, "tags")


def test_the_option_is_stored_as_it_is_read() -> None:
    options = parse_options({"tags": {"artist": "Ana", "comment": None}}, FORMATS["mp3"])

    assert options == Options(tags={"artist": ["Ana"], "comment": []})
    assert options == parse_options(options.as_json(), FORMATS["mp3"])

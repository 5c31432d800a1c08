"""Tables of fields: what they accept, and errors that state what is valid."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.errors import InvalidField
from shared.domain.fields import Field, FieldTable

COUNT = Field("count", "integer", "…", minimum=1, maximum=5, default=2)
LENGTH = Field("lengthS", "number", "…", minimum=0, maximum=60, unit="s", is_nullable=True)
COLOUR = Field("colour", "string", "…", values=("red", "blue"))
TITLE = Field("title", "string", "…", minimum=2, maximum=4, is_required=True)
CODE = Field("code", "string", "…", pattern="^[a-z]+$", must_be="lower-case letters")
ITEMS = Field("items", "array", "…", minimum=1, maximum=2)
FLAG = Field("flag", "boolean", "…")
NUMBER = Field("number", "integer", "…", minimum=1)
TABLE = FieldTable("Thing", (TITLE, COUNT, LENGTH))


@pytest.mark.parametrize(
    ("field", "valid"),
    [
        (COUNT, [1, 5]),
        (LENGTH, [0, 59.5, 60]),
        (COLOUR, ["red", "blue"]),
        (TITLE, ["ab", "abcd"]),
        (CODE, ["a"]),
        (ITEMS, [[1], [1, 2]]),
        (FLAG, [True, False]),
        (NUMBER, [1, 10**9]),
    ],
)
def test_a_valid_value_is_returned(field: Field, valid: list[Any]) -> None:
    assert valid == [field.parse(value) for value in valid]


@pytest.mark.parametrize(
    ("field", "invalid", "message"),
    [
        (COUNT, [0, 6, 1.5, "1", True, None], "count must be an integer from 1 to 5."),
        (LENGTH, [-1, 60.5, "1", float("nan")], "lengthS must be a number from 0 to 60 s."),
        (COLOUR, ["green", 1, None], "colour must be one of red, blue."),
        (TITLE, ["a", "abcde", 12], "title must be a string of 2 to 4 characters."),
        (CODE, ["", "A", "a\n"], "code must be lower-case letters."),
        (ITEMS, [[], [1, 2, 3], {}, "ab"], "items must be an array of 1 to 2 entries."),
        (FLAG, [0, "true", None], "flag must be true or false."),
        (NUMBER, [0], "number must be an integer."),
    ],
)
def test_an_invalid_value_is_refused_with_what_is_valid(
    field: Field, invalid: list[Any], message: str
) -> None:
    for value in invalid:
        with pytest.raises(InvalidField) as caught:
            field.parse(value)

        assert (message, field.name) == (caught.value.message, caught.value.field)


def test_null_means_the_same_as_leaving_a_nullable_field_out() -> None:
    assert LENGTH.parse(None) is None


@pytest.mark.parametrize("text", ["0", "6", "x", "-1", "1.0", "٣", "", "0000000000001"])
def test_a_parameter_that_is_not_a_valid_integer_is_refused(text: str) -> None:
    with pytest.raises(InvalidField):
        COUNT.parse_text(text)


def test_a_table_returns_every_field_with_its_default() -> None:
    assert TABLE.parse({"title": "abc"}) == {"title": "abc", "count": 2, "lengthS": None}


@pytest.mark.parametrize(
    ("raw", "field", "message"),
    [
        ({}, "in.title", "in.title is required and must be a string of 2 to 4 characters."),
        ({"title": 5}, "in.title", "in.title must be a string of 2 to 4 characters."),
        ({"title": "abc", "mood": 1}, "in.mood", "'in.mood' is not a field of this request."),
    ],
)
def test_an_error_names_the_whole_path_of_the_field(raw: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(InvalidField) as caught:
        TABLE.parse(raw, "in.")

    assert (field, message) == (caught.value.field, caught.value.message)


def test_an_open_table_ignores_unknown_names() -> None:
    assert FieldTable("Open", (COUNT,), is_open=True).parse({"mood": 1}) == {"count": 2}


def test_a_parser_replaces_the_checks_of_a_string() -> None:
    field = Field("name", "string", "…", maximum=1, parser=lambda text, _path: text.upper())

    assert field.parse("abc") == "ABC"
    with pytest.raises(InvalidField):
        field.parse(5)

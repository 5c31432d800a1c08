"""Strict parsing of JSON objects."""

from __future__ import annotations

import pytest

from shared.domain.errors import MalformedBody
from shared.domain.json_object import parse_object


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b'"text"',
        b"null",
        b"\xff",
        b"\xef\xbb\xbf{}",
        '{"a":"é"}'.encode("utf-16"),
        '{"a":"é"}'.encode("latin-1"),
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":' + b"[" * 20_000,
        b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"a":' + b"[" * 64 + b"]" * 64 + b"}",
        b'{"a":' + b"9" * 5_000 + b"}",
        b"{'a':1}",
        b"{} {}",
    ],
)
def test_anything_but_a_json_object_is_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedBody):
        parse_object(raw)


def test_number_without_a_fraction_is_an_integer() -> None:
    assert type(parse_object(b'{"a":2.0}')["a"]) is int


def test_infinite_number_is_malformed() -> None:
    with pytest.raises(MalformedBody):
        parse_object(b'{"a":1e999}')


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b' \n{"a": 1e3} ', {"a": 1000}),
        (b'{"a":[[[[[[[[1]]]]]]]]}', {"a": [[[[[[[[1]]]]]]]]}),
        (b'{"a":[2.0,-0.5,1e300]}', {"a": [2, -0.5, 1e300]}),
        (b'{"a":"\\ud83c\\udfb5"}', {"a": "🎵"}),
        ('{"ñ":"🎵\\u0000"}'.encode(), {"ñ": "🎵\0"}),
    ],
)
def test_json_object_is_parsed(raw: bytes, value: dict[str, object]) -> None:
    assert value == parse_object(raw)

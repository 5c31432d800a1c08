"""The parser and the JSON Schema of every field accept the same values, since one table makes both."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from functions.api.inputs import fields
from functions.api.openapi.request_schemas import value_schema
from shared.domain.errors import InvalidField
from shared.domain.fields import Field, FieldTable
from shared.domain.formats import FORMATS
from shared.domain.options import options_table
from shared.domain.options.edited_tags import tag_schemas

TABLES = [table for table in vars(fields).values() if isinstance(table, FieldTable)]
TABLES += [options_table(form) for form in FORMATS.values()]
PLAIN = [field for field in vars(fields).values() if isinstance(field, Field)]
FIELDS = {f"{table.name}.{field.name}": field for table in TABLES for field in table.fields}
FIELDS |= {field.name: field for field in PLAIN}
NUMBERS = [-41, -40, -1, 0, 0.4, 0.5, 1, 1.5, 2, 5, 60, 61, 99, 100, 101, 320, 44_100, 86_400.5, 2**53]
TEXTS = ["", " ", "a", "a" * 254, "a" * 255, "a" * 256, "a" * 2001, "secret", "WAITING", "audio/wav"]
TEXTS += ["é", "a b", " a", "original", "..", "a/b", "a\\b", "\u202ea", "a\u2028b", "x\r\ny", "T" * 22]
OTHERS = [None, True, False, [], [1], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], {}, {"a": 1}]


def is_accepted(field: Field, value: Any) -> bool:
    try:
        field.parse(value)
    except InvalidField:
        return False
    return True


@pytest.mark.parametrize("name", FIELDS)
def test_the_parser_and_the_schema_accept_the_same_values(name: str) -> None:
    field = FIELDS[name]
    validator = OAS31Validator({**value_schema(field), "components": {"schemas": tag_schemas()}})
    edges = [edge for edge in (field.minimum, field.maximum) if edge is not None and field.kind != "string"]
    values = [*NUMBERS, *edges, *field.values, *TEXTS, *OTHERS]

    assert [v for v in values if validator.is_valid(v)] == [v for v in values if is_accepted(field, v)]

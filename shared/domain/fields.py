"""Tables of the fields that a client sends: each is the one text for both the parser and the OpenAPI schemas.

A field is named, typed, bounded and described once. `FieldTable.parse` checks a JSON object by it, and
`functions/api/openapi` turns the same table into a JSON Schema.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from shared.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Kind = Literal["string", "integer", "number", "boolean", "array", "object"]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
_WORDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
}
_UNITS = {"string": "characters", "array": "entries"}
# Up to this number all JSON parsers agree on integers (RFC 8259, section 6).
MAX_INTEGER = 2**53 - 1
# Of a name that the client made up, in an error.
MAX_NAME_CHARACTERS = 40
# Of an integer in a query.
MAX_DIGITS = 9
# Pattern of a string that is not blank.
NOT_BLANK = r"\S"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a JSON object, one header or one query parameter.

    Attributes:
        name: as the client writes it.
        kind: JSON type.
        description: one sentence for the documentation.
        minimum: lowest value of a number, fewest characters of a string, fewest entries of an array.
        maximum: the same for the highest value, and most characters or entries.
        values: the only valid values, if they can be listed.
        unit: of a number, as a person writes it.
        pattern: regular expression for a string, in the syntax that Python and ECMAScript share.
        format: name of a JSON Schema string format; documented, not checked.
        must_be: what a valid value is, for the error message; by default it is derived from the above.
        is_required: whether the field must be present.
        is_nullable: whether null is accepted; it means the same as leaving the field out.
        default: value of a field that is left out.
        example: for the documentation.
        parser: checks and normalises a string or an object by itself; pattern and bounds are then only
            documented.
        component: of an object: the name of its JSON Schema, among those of requests.
        integers: lowest and highest integer that may stand for a string, which then has its digits.
        better: which end of a number's scale is the better quality, `lower` or `higher`, where one is.
    """

    name: str
    kind: Kind
    description: str
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[Any, ...] = ()
    unit: str = ""
    pattern: str = ""
    format: str = ""
    must_be: str = ""
    is_required: bool = False
    is_nullable: bool = False
    default: Any = None
    example: Any = None
    parser: Callable[[Any, str], Any] | None = None
    component: str = ""
    integers: tuple[int, int] | None = None
    better: str = ""

    def parse(self, value: object, path: str = "") -> Any:  # noqa: ANN401  # of the type that `kind` says
        """The value, if this field accepts it.

        Args:
            value: from JSON.
            path: of the field within the whole request, for the error.

        Raises:
            InvalidField: the value is not valid; the error says which values are.
        """
        if value is None and self.is_nullable:
            return None
        path = path or self.name
        if self.integers and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not self.accepts(value):
            valid = ("true", "false") if self.kind == "boolean" else self.values
            raise InvalidField(f"{path} must be {self.expected()}.", field=path, valid=valid)
        if not self.parser:
            return value
        return self.parser(value if self.kind == "object" else str(value), path)

    def parse_text(self, text: str) -> Any:  # noqa: ANN401  # as above
        """The value of a header or of a query parameter, where a number is written as text."""
        is_integer = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        return self.parse(int(text) if self.kind == "integer" and is_integer else text)

    def accepts(self, value: Any) -> bool:  # noqa: ANN401  # JSON
        """Whether a value is of the right type and within the bounds."""
        is_typed, is_boolean = isinstance(value, _TYPES[self.kind]), isinstance(value, bool)
        if not is_typed or is_boolean != (self.kind == "boolean"):
            return False
        if self.parser or is_boolean:
            return True
        if self.values:
            return value in self.values
        if self.pattern and not _matches(self.pattern, value):
            return False
        size: float = len(value) if isinstance(value, (str, list, dict)) else value
        is_high_enough = self.minimum is None or size >= self.minimum
        return is_high_enough and (self.maximum is None or size <= self.maximum)

    def expected(self) -> str:
        """What a value must be, for an error message: `a number from 0 to 60 s`."""
        if self.must_be:
            return self.must_be
        if self.values:
            return f"one of {self.range_text()}"
        words = _WORDS[self.kind]
        if self.kind != "boolean" and self.range_text():
            words += f" {'of' if self.kind in _UNITS else 'from'} {self.range_text()}"
        return f"{words} that is not blank" if self.pattern == NOT_BLANK else words

    def range_text(self) -> str:
        """The valid values, for a table: `0 to 60 s`, `16, 24 bit`; empty if all are valid."""
        if self.kind == "boolean":
            return "true, false"
        if self.values:
            return f"{', '.join(str(value) for value in self.values)} {self.unit}".rstrip()
        if self.minimum is None or self.maximum is None:
            return ""
        unit = _UNITS.get(self.kind, self.unit)
        return f"{self.minimum:.16g} to {self.maximum:.16g} {unit}".rstrip()


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The fields of one JSON object.

    Attributes:
        name: of the object's schema.
        fields: in the order in which they are checked and documented.
        noun: what one of them is, for the error about an unknown name.
        is_open: whether unknown names are ignored; by default they are refused.
    """

    name: str
    fields: tuple[Field, ...]
    noun: str = "a field of this request"
    is_open: bool = False

    def parse(self, raw: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        """The value of every field, by name; one that is left out has its default.

        Args:
            raw: JSON object.
            prefix: path of the object within the whole request, with its full stop.

        Raises:
            InvalidField: a field is unknown, missing or invalid; the error names it and the valid values.
        """
        names = [field.name for field in self.fields]
        unknown = () if self.is_open else sorted(set(raw) - set(names))
        if unknown:
            path = prefix + unknown[0][:MAX_NAME_CHARACTERS]
            raise InvalidField(f"{path!r} is not {self.noun}.", field=path, valid=sorted(names))
        return {field.name: _read(field, raw, prefix) for field in self.fields}

    def names(self) -> tuple[str, ...]:
        """Names of the fields."""
        return tuple(field.name for field in self.fields)

    def parse_texts(self, raw: Mapping[str, str]) -> dict[str, Any]:
        """As `parse`, for query parameters, of which the route has refused unknown ones."""
        return {
            field.name: field.parse_text(raw[field.name]) if field.name in raw else field.default
            for field in self.fields
        }

    def example(self) -> dict[str, Any]:
        """An object with the example of each field that has one."""
        return {field.name: field.example for field in self.fields if field.example is not None}


def _read(field: Field, raw: Mapping[str, Any], prefix: str) -> Any:  # noqa: ANN401  # JSON
    if field.name in raw:
        return field.parse(raw[field.name], prefix + field.name)
    if field.is_required:
        path = prefix + field.name
        raise InvalidField(
            f"{path} is required and must be {field.expected()}.", field=path, valid=field.values
        )
    return field.default


def _matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found, as ECMAScript reads it: `$` does not match before a final newline."""
    exact = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    return re.search(exact, text) is not None

"""The fields of requests and responses, as tables of the reference page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..inputs.fields import FORMAT, NEW_FORMAT, OPTIONS, OUTPUT_REQUEST, OUTPUTS, PRESET
from .markup import Markup, element, joined, prose, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.domain.fields import Field, FieldTable

    from .shapes import Schema

Row = tuple[Markup, Markup, Markup]

HEAD = ("Field", "Values", "Description")
# Fields whose values stand elsewhere on the page: section and text of the link.
LINKS = {
    FORMAT.name: ("formats", "a format"),
    NEW_FORMAT.name: ("formats", "a format"),
    OPTIONS.name: ("formats", "options of the format"),
    PRESET.name: ("presets", "a preset"),
    OUTPUTS.name: (OUTPUT_REQUEST.name, f"array of {OUTPUTS.range_text()}"),
}


def request_table(fields: FieldTable) -> Markup:
    """The fields of a request body."""
    return table(HEAD, [_request_row(field) for field in fields.fields])


def object_section(name: str, schemas: Schema) -> Markup:
    """A section about an object in responses, which `link_to` leads to."""
    schema = schemas[name]
    about = [element("p", prose(schema["description"]))] if "description" in schema else []
    parts = schema.get("allOf", [schema])
    about += [element("p", "All fields of ", values(part), ", and:") for part in parts if "$ref" in part]
    fields = table(HEAD, [row for part in parts if "$ref" not in part for row in _response_rows(part)])
    return element("section", element("h3", name), *about, fields, class_="operation", id=name)


def link_to(section: str, text: str = "") -> Markup:
    """A link to a section of the page."""
    return element("a", text or section, href=f"#{section}")


def field_values(field: Field) -> Markup:
    """The valid values of a field in a request."""
    if field.name in LINKS:
        return link_to(*LINKS[field.name])
    if field.values:
        shown = _codes(field.values)
    else:
        shown = Markup(_kind(field.kind, field.is_nullable, field.range_text()))
    if field.default is None:
        return shown
    return joined((shown, " default ", element("code", json.dumps(field.default).strip('"'))))


def values(schema: Schema) -> Markup:
    """The possible values of a field in a response."""
    if "$ref" in schema:
        return link_to(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return _codes(schema["enum"])
    if "anyOf" in schema:
        first, *rest = map(values, schema["anyOf"])
        return joined((first, *(part for other in rest for part in (Markup(" or "), other))))
    if "type" not in schema:
        return Markup("any")
    kinds = schema["type"]
    kind, *others = [kinds] if isinstance(kinds, str) else kinds
    if "$ref" in schema.get("items", ()):
        return joined(("array of ", values(schema["items"])))
    low, high = schema.get("minimum"), schema.get("maximum")
    limits = f"{low:g} to {high:g}" if low is not None and high is not None else ""
    return Markup(_kind(kind, "null" in others, limits))


def _kind(kind: str, is_nullable: bool, limits: str) -> str:  # noqa: FBT001  # internal
    shown = f"{kind} or null" if is_nullable else kind
    return f"{shown}, {limits}" if limits and kind != "boolean" else shown


def _response_rows(schema: Schema, prefix: str = "") -> Iterator[Row]:
    """A row for each field, including those of nested objects that are not components."""
    for name, field in schema["properties"].items():
        mark = "" if name in schema.get("required", ()) else "optional"
        yield _row(prefix + name, mark, values(field), field.get("description", ""))
        inner, separator = (field["items"], "[].") if "items" in field else (field, ".")
        if "properties" in inner:
            yield from _response_rows(inner, f"{prefix}{name}{separator}")


def _request_row(field: Field) -> Row:
    return _row(field.name, "required" if field.is_required else "", field_values(field), field.description)


def _row(name: str, mark: str, shown: Markup, description: str) -> Row:
    marked = element("span", f" {mark}", class_=mark) if mark else Markup()
    return joined((element("code", name), marked)), shown, prose(description)


def _codes(valid: Iterable[object]) -> Markup:
    return joined(part for value in valid if value is not None for part in (element("code", str(value)), " "))

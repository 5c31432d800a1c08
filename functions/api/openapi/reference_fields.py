"""The fields of what is asked and of what is answered, as tables of the reference page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markup import Markup, element, joined, prose, table
from .request_schemas import OWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Schema = dict[str, Any]
Row = tuple[Markup, Markup, Markup]

HEAD = ("Field", "Values", "Meaning")
# These differ from one format to the next.
BY_FORMAT = {
    "newFormat": ("a format", "One output."),
    "format": ("a format", "Of this output."),
    "options": ("object", "Options of that format."),
}


def asked_fields(schema: Schema, schemas: Schema) -> Markup:
    """The fields of a body; where there are several ways to say it, all of their fields."""
    ways = schema.get("anyOf", [schema])
    always = set.intersection(*(set(way.get("required", ())) for way in ways))
    found: Schema = {}
    for way in ways:
        for name, value in way["properties"].items():
            found.setdefault(name, schemas[OWN_FIELDS[name]] if name in OWN_FIELDS else value)
    rows = [_asked(n, s, "required" if n in always else "") for n, s in found.items()]
    return table(HEAD, rows)


def object_section(name: str, schemas: Schema) -> Markup:
    """A section for an object, which `link_to` leads to."""
    schema = schemas[name]
    about = [element("p", prose(schema["description"]))] if "description" in schema else []
    if "anyOf" in schema:
        fields = asked_fields(schema, schemas)
    else:
        parts = schema.get("allOf", [schema])
        about += [element("p", "All of ", values(part), ", and:") for part in parts if "$ref" in part]
        fields = table(HEAD, [row for part in parts if "$ref" not in part for row in _answered(part)])
    return element("section", element("h3", name), *about, fields, class_="operation", id=name)


def link_to(name: str) -> Markup:
    """A link to an object."""
    return element("a", name, href=f"#{name}")


def values(schema: Schema) -> Markup:
    """What a field may hold."""
    if "$ref" in schema:
        return link_to(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return joined(_spaced(element("code", str(value)) for value in schema["enum"] if value is not None))
    if "const" in schema:
        return element("code", str(schema["const"]))
    kinds = schema.get("type", "text or object")
    kind, *others = [kinds] if isinstance(kinds, str) else kinds
    if "$ref" in schema.get("items", ()):
        return joined(("list of ", values(schema["items"])))
    low, high = schema.get("minimum"), schema.get("maximum")
    limits = f", {low:g} to {high:.10g}" if low is not None and high is not None else ""
    named = {"string": "text", "array": "list"}.get(kind, kind)
    return Markup(named + limits + (" or null" if "null" in others else ""))


def _answered(schema: Schema, prefix: str = "") -> Iterator[Row]:
    """A row for each field, and for those of the objects within that have no name."""
    for name, field in schema["properties"].items():
        mark = "" if name in schema.get("required", ()) else "optional"
        yield _row(prefix + name, mark, values(field), field.get("description", ""))
        inner, dot = (field["items"], "[].") if "items" in field else (field, ".")
        if "properties" in inner:
            yield from _answered(inner, f"{prefix}{name}{dot}")


def _asked(name: str, schema: Schema, mark: str) -> Row:
    shown, meaning = BY_FORMAT.get(name, (values(schema), schema.get("description", "")))
    return _row(name, mark, joined((shown,)), meaning)


def _row(name: str, mark: str, shown: Markup, meaning: str) -> Row:
    marked = element("span", f" {mark}", class_=mark) if mark else Markup()
    return joined((element("code", name), marked)), shown, prose(meaning)


def _spaced(parts: Iterable[Markup]) -> Iterable[str]:
    for part in parts:
        yield from (part, " ")

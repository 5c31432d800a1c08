"""The parts that JSON Schemas are made of."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
# Generators take integers for 32 bits, and numbers for single precision, where no format says otherwise.
BYTES: Schema = {**WHOLE, "format": "int64"}
REAL: Schema = {"type": "number", "format": "double"}
NUMBER: Schema = {**REAL, "minimum": 0}
ANY_OBJECT: Schema = {"type": "object", "additionalProperties": True}
INSTANT: Schema = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC."}


def ref(name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    """What a schema accepts, or null."""
    if "anyOf" in schema:
        first, *others = schema["anyOf"]
        return {**schema, "anyOf": [nullable(first), *others]}
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **enum}


def record(_optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object with these properties, all required except the optional ones."""
    required = [name for name in properties if name not in _optional]
    return {"type": "object", "properties": properties, "required": required}


def code(example: str) -> Schema:
    """A code for programs; an enumeration would make clients fail on those that are added later."""
    about = "Stable; /docs/errors lists all. More may be added."
    return {**TEXT, "description": about, "examples": [example]}


def with_field(name: str, schema: str) -> Schema:
    """An object with one field, to add to another object."""
    return record(**{name: ref(schema)})

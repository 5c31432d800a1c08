"""JSON Schemas of request bodies and parameters, made from the tables of fields, formats and presets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.domain.formats import FORMATS, Format
from shared.domain.options import EXCLUSIVE, options_table
from shared.domain.presets import PRESETS

from ..inputs.fields import (
    CREDENTIALS,
    DURATION,
    ENDPOINT_CHANGE,
    NEW_ACCOUNT,
    NEW_FORMAT,
    NEW_KEY,
    NEW_TASK,
    ONE_OUTPUT,
    OPTIONS,
    OUTPUT_CHANGE,
    OUTPUT_REQUEST,
    OUTPUTS,
    PRESET,
    REFRESH_TOKEN,
    SIZE,
    URL,
    WEBHOOK,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.domain.fields import Field, FieldTable

    from ..service.quotas import Limits

Schema = dict[str, Any]

# JSON type → the keywords of its lower and upper bound.
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "array": ("minItems", "maxItems"),
}


class Variant(NamedTuple):
    """One way to request an output: its properties, and those of them that are required."""

    properties: dict[str, Schema]
    required: list[str]


def request_schemas(limits: Limits) -> dict[str, Schema]:
    """Component name → schema.

    Args:
        limits: of this deployment; they bound what a client may declare.
    """
    several = field_schema(OUTPUTS) | {"items": ref(OUTPUT_REQUEST.name)}
    variants = [*_variants(NEW_FORMAT.name), Variant({OUTPUTS.name: several}, [OUTPUTS.name])]
    return {
        **{_options_name(form): _options(form) for form in FORMATS.values()},
        **{_component(field): field_schema(field) for field in _own_fields(limited(NEW_TASK, limits))},
        _component(WEBHOOK): _webhook(),
        **{table.name: object_schema(table) for table in (NEW_ACCOUNT, CREDENTIALS, REFRESH_TOKEN)},
        **{table.name: object_schema(table) for table in (ENDPOINT_CHANGE, NEW_KEY)},
        NEW_TASK.name: {"anyOf": [_new_task(variant) for variant in variants]},
        OUTPUT_CHANGE.name: {"anyOf": [_object(*variant) for variant in variants]},
        OUTPUT_REQUEST.name: {"anyOf": [_object(*variant) for variant in _variants("format")]},
    }


def limited(table: FieldTable, limits: Limits) -> FieldTable:
    """The table with the maxima of this deployment."""
    maxima = {SIZE.name: limits.upload_bytes, DURATION.name: limits.duration_s}
    fields = (replace(field, maximum=maxima.get(field.name, field.maximum)) for field in table.fields)
    return replace(table, fields=tuple(fields))


def field_schema(field: Field) -> Schema:
    """What a field accepts, with its description."""
    unit = f" Unit: {field.unit}." if field.unit else ""
    return value_schema(field) | {"description": field.description + unit}


def value_schema(field: Field) -> Schema:
    """What a field accepts."""
    if field.values:
        schema: Schema = {"enum": [*field.values, *([None] if field.is_nullable else [])]}
    else:
        kinds = [field.kind, *["integer"] * bool(field.integers), *["null"] * field.is_nullable]
        schema = {"type": kinds if len(kinds) > 1 else field.kind}
        schema |= dict(zip(_BOUNDS["integer"], field.integers or (), strict=False))
        bounds = zip(_BOUNDS.get(field.kind, ()), (field.minimum, field.maximum), strict=False)
        schema |= {keyword: bound for keyword, bound in bounds if bound is not None}
    described = {"pattern": field.pattern, "format": field.format}
    schema |= {keyword: value for keyword, value in described.items() if value}
    schema |= field.schema or {}
    return schema if field.default is None else schema | {"default": field.default}


def object_schema(table: FieldTable) -> Schema:
    """What a table of fields accepts."""
    properties = {field.name: field_schema(field) for field in table.fields}
    return _object(properties, [f.name for f in table.fields if f.is_required], is_open=table.is_open)


def ref(name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def _own_fields(new_task: FieldTable = NEW_TASK) -> list[Field]:
    """The fields of a new task other than its outputs; each is a component, since every variant has it."""
    return [field for field in new_task.fields if field not in (*ONE_OUTPUT, OUTPUTS)]


def _new_task(variant: Variant) -> Schema:
    own = {field.name: ref(_component(field)) for field in _own_fields()}
    required = [field.name for field in _own_fields() if field.is_required]
    return _object(own | variant.properties, [*required, *variant.required])


def _variants(format_name: str) -> list[Variant]:
    """By format, since the options differ; then by preset alone, which implies a format."""
    return [_by_format(form, format_name) for form in FORMATS.values()] + [
        _by_preset(form, names, format_name)
        for form in FORMATS.values()
        if (names := [preset.name for preset in PRESETS.values() if preset.format == form.name])
    ]


def _by_format(form: Format, format_name: str) -> Variant:
    preset: Schema = {"enum": [*PRESETS, None], "description": PRESET.description}
    format_schema: Schema = {"const": form.name}
    return Variant(
        {format_name: format_schema, PRESET.name: preset, OPTIONS.name: _options_ref(form)}, [format_name]
    )


def _by_preset(form: Format, names: list[str], format_name: str) -> Variant:
    preset: Schema = {"enum": names}
    no_format: Schema = {"type": "null"}
    return Variant(
        {PRESET.name: preset, format_name: no_format, OPTIONS.name: _options_ref(form)}, [PRESET.name]
    )


def _webhook() -> Schema:
    """A URL, bare or in an object."""
    bare = field_schema(WEBHOOK)
    wrapped = _object({URL.name: bare}, [URL.name])
    return {"anyOf": [bare, wrapped], "description": WEBHOOK.description}


def _options_name(form: Format) -> str:
    return options_table(form).name


def _options_ref(form: Format) -> Schema:
    return {"anyOf": [ref(_options_name(form)), {"type": "null"}]}


def _options(form: Format) -> Schema:
    """Every option of one format, without the combinations that exclude each other."""
    table = options_table(form)
    kinds = {field.name: field.kind for field in table.fields}
    exclusive = [_both(pair, kinds) for pair in EXCLUSIVE if set(pair) <= set(kinds)]
    if form.bit_rate_up_to_hz:
        beyond = _both(("bitRateKbps", "sampleRateHz"), kinds)
        beyond["properties"]["sampleRateHz"]["exclusiveMinimum"] = form.bit_rate_up_to_hz
        exclusive.append(beyond)
    rules = {"allOf": [{"not": both} for both in exclusive], "description": f"Options of {form.name}."}
    return object_schema(table) | rules


def _both(pair: Iterable[str], kinds: Mapping[str, str]) -> Schema:
    """Matches an object in which each of these has a value."""
    names = list(pair)
    return {"required": names, "properties": {name: {"type": kinds[name]} for name in names}}


def _component(field: Field) -> str:
    return field.name[0].upper() + field.name[1:]


def _object(properties: dict[str, Schema], required: list[str], *, is_open: bool = False) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return schema if is_open else schema | {"additionalProperties": False}

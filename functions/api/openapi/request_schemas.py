"""JSON Schemas of request bodies and parameters, made from the tables of fields, formats and presets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.formats import FORMATS, Format
from shared.domain.options import EXCLUSIVE, options_table
from shared.domain.options.edited_tags import tag_schemas
from shared.domain.presets import PRESETS

from ..inputs.fields import (
    ACCOUNT_DELETION,
    ADDRESS,
    CHOSEN_PASSWORD,
    CREDENTIALS,
    DURATION,
    ENDPOINT_CHANGE,
    MAIL_CODE,
    NEW_ACCOUNT,
    NEW_FORMAT,
    NEW_KEY,
    NEW_TASK,
    ONE_OUTPUT,
    OPTIONS,
    OUTPUT_CHANGE,
    OUTPUT_REQUEST,
    OUTPUTS,
    PASSWORD_CHANGE,
    PRESET,
    REFRESH_TOKEN,
    SIZE,
    URL,
    WEBHOOK,
)
from .shapes import Schema, nullable, ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shared.domain.fields import Field, FieldTable

    from ..service.quotas import Limits

_MAX_INT32 = 2**31 - 1
# JSON type → the keywords of its lower and upper bound.
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "array": ("minItems", "maxItems"),
}


class Variant(NamedTuple):
    """One way to request an output: its name, its properties, and those of them that are required."""

    name: str
    properties: dict[str, Schema]
    required: list[str]


def request_schemas(limits: Limits) -> dict[str, Schema]:
    """Component name → schema.

    Args:
        limits: of this deployment; they bound what a client may declare.
    """
    several = field_schema(OUTPUTS) | {"items": ref(OUTPUT_REQUEST.name)}
    variants = [*_variants(NEW_FORMAT.name), Variant("Outputs", {OUTPUTS.name: several}, [OUTPUTS.name])]
    return {
        **tag_schemas(),
        **{_options_name(form): _options(form) for form in FORMATS.values()},
        **{_component(field): field_schema(field) for field in _own_fields(limited(NEW_TASK, limits))},
        _component(WEBHOOK): _webhook(),
        "WebhookUrl": _object({URL.name: field_schema(WEBHOOK)}, [URL.name]),
        **{table.name: object_schema(table) for table in (NEW_ACCOUNT, CREDENTIALS, REFRESH_TOKEN)},
        **{table.name: object_schema(table) for table in (ADDRESS, MAIL_CODE, CHOSEN_PASSWORD)},
        **{table.name: object_schema(table) for table in (PASSWORD_CHANGE, ACCOUNT_DELETION)},
        **{table.name: object_schema(table) for table in (ENDPOINT_CHANGE, NEW_KEY)},
        **_one_of(NEW_TASK.name, [_new_task(variant) for variant in variants]),
        **_one_of(OUTPUT_CHANGE.name, variants),
        **_one_of(OUTPUT_REQUEST.name, _variants("format")),
    }


def _one_of(name: str, variants: Sequence[Variant]) -> dict[str, Schema]:
    """A component that is one of several, each a component too: generators name their types by them."""
    shapes = {f"{name}{variant.name}": _object(variant.properties, variant.required) for variant in variants}
    return {name: {"anyOf": [ref(shape) for shape in shapes]}, **shapes}


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
    schema: Schema = {"type": field.kind}
    if field.values:
        schema["enum"] = list(field.values)
    else:
        bounds = zip(_BOUNDS.get(field.kind, ()), (field.minimum, field.maximum), strict=False)
        schema |= {keyword: bound for keyword, bound in bounds if bound is not None}
    described = {"pattern": field.pattern, "format": field.format or _number_format(field)}
    schema |= {keyword: value for keyword, value in described.items() if value}
    if field.component:
        schema = ref(field.component)
    if field.integers:
        lowest, highest = field.integers
        schema = {"anyOf": [schema, {"type": "integer", "minimum": lowest, "maximum": highest}]}
    schema = nullable(schema) if field.is_nullable else schema
    return schema if field.default is None else schema | {"default": field.default}


def _number_format(field: Field) -> str:
    """Without it, generators take integers for 32 bits and numbers for single precision."""
    if field.kind == "number":
        return "double"
    return "int64" if field.kind == "integer" and (field.maximum or 0) > _MAX_INT32 else ""


def object_schema(table: FieldTable) -> Schema:
    """What a table of fields accepts."""
    properties = {field.name: field_schema(field) for field in table.fields}
    return _object(properties, [f.name for f in table.fields if f.is_required], is_open=table.is_open)


def _own_fields(new_task: FieldTable = NEW_TASK) -> list[Field]:
    """The fields of a new task other than its outputs; each is a component, since every variant has it."""
    return [field for field in new_task.fields if field not in (*ONE_OUTPUT, OUTPUTS)]


def _new_task(variant: Variant) -> Variant:
    own = {field.name: ref(_component(field)) for field in _own_fields()}
    required = [field.name for field in _own_fields() if field.is_required]
    return Variant(variant.name, own | variant.properties, [*required, *variant.required])


def _variants(format_name: str) -> list[Variant]:
    """By format, since the options differ; then by preset alone, which implies a format."""
    return [_by_format(form, format_name) for form in FORMATS.values()] + [
        _by_preset(form, names)
        for form in FORMATS.values()
        if (names := [preset.name for preset in PRESETS.values() if preset.format == form.name])
    ]


def _by_format(form: Format, format_name: str) -> Variant:
    preset = nullable({"type": "string", "enum": list(PRESETS)}) | {"description": PRESET.description}
    properties = {format_name: _only(form.name), PRESET.name: preset, OPTIONS.name: _options_ref(form)}
    return Variant(_title(form.name), properties, [format_name])


def _by_preset(form: Format, names: list[str]) -> Variant:
    properties = {PRESET.name: _only(*names), OPTIONS.name: _options_ref(form)}
    return Variant(f"ByPreset{_title(form.name)}", properties, [PRESET.name])


def _only(*names: str) -> Schema:
    return {"type": "string", "enum": list(names)}


def _title(name: str) -> str:
    return name[0].upper() + name[1:]


def _webhook() -> Schema:
    """A URL, bare or in an object."""
    return {"anyOf": [field_schema(WEBHOOK), ref("WebhookUrl")], "description": WEBHOOK.description}


def _options_name(form: Format) -> str:
    return options_table(form).name


def _options_ref(form: Format) -> Schema:
    return nullable(ref(_options_name(form)))


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
    return _title(field.name)


def _object(properties: dict[str, Schema], required: list[str], *, is_open: bool = False) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return schema if is_open else schema | {"additionalProperties": False}

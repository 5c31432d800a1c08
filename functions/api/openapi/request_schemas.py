"""JSON Schemas of what clients send; formats, options, bounds and presets come from the code's own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.formats import FORMATS, Format
from shared.domain.names import MAX_FILENAME_CHARACTERS
from shared.domain.options import Bound, bounds
from shared.domain.presets import PRESETS, Preset
from shared.webhooks.target import MAX_URL_CHARACTERS

from ..inputs.new_task import MAX_OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..service.quotas import Limits

Schema = dict[str, Any]

# Of each pair only one may be asked for.
RIVALS = (("bitRateKbps", "quality"), ("gainDb", "loudnessLufs"))
# No path, no control character, no text direction, no line or paragraph separator; not blank, `.` or `..`.
FILENAME = (
    r"^(?!\s*$)(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$"
)
MEDIA_TYPE = r"^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,63}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,63}$"
NOT_BLANK = r"\S"
# Field of a new task → the component that describes it.
OWN_FIELDS = {
    "filename": "Filename",
    "contentType": "ContentType",
    "sizeBytes": "SizeBytes",
    "durationS": "DurationS",
    "webhook": "Webhook",
}


def asked_schemas(limits: Limits) -> dict[str, Schema]:
    """Component name → schema.

    Args:
        limits: the sizes that this service takes.
    """
    options = {_options_name(form): _options(form) for form in FORMATS.values()}
    return (
        options
        | _own_fields(limits)
        | {
            "Credentials": _credentials(),
            "RefreshToken": _object(
                {"refreshToken": {"type": "string", "pattern": NOT_BLANK}}, ["refreshToken"]
            ),
            "NewTask": {"anyOf": [_new_task(one) for one in _targets()]},
            "Retarget": {"anyOf": [_strict(one) for one in _targets()]},
            "Output": {"anyOf": [_strict(one) for one in _outputs("format")]},
            "EndpointChange": _strict(
                {
                    "url": _url("Receiver of the outcomes of all your tasks; null for none."),
                    "rotateSecret": {
                        "type": "boolean",
                        "description": "Make a new secret; the old one holds a day.",
                    },
                }
            ),
        }
    )


def _targets() -> list[tuple[dict[str, Schema], list[str]]]:
    """The ways to say what is wanted: properties, and which of them must be there."""
    several = {
        "type": "array",
        "items": _ref("Output"),
        "minItems": 1,
        "maxItems": MAX_OUTPUTS,
        "description": "Several outputs, all made in one pass.",
    }
    return [*_outputs("newFormat"), ({"outputs": several}, ["outputs"])]


def _outputs(name: str) -> list[tuple[dict[str, Schema], list[str]]]:
    by_format = [_by_format(form, name) for form in FORMATS.values()]
    return by_format + [_by_presets(form, name) for form in FORMATS.values() if _presets_of(form)]


def _by_format(form: Format, name: str) -> tuple[dict[str, Schema], list[str]]:
    """A format that is named, with or without a preset beside it."""
    presets = {"enum": [*PRESETS, None], "description": "Options to begin with; those that are given win."}
    return {name: {"const": form.name}, "preset": presets, "options": _options_ref(form)}, [name]


def _by_presets(form: Format, name: str) -> tuple[dict[str, Schema], list[str]]:
    """A preset alone, which brings its own format."""
    chosen = {"enum": [preset.name for preset in _presets_of(form)]}
    return {"preset": chosen, name: {"type": "null"}, "options": _options_ref(form)}, ["preset"]


def _presets_of(form: Format) -> list[Preset]:
    return [preset for preset in PRESETS.values() if preset.format == form.name]


def _new_task(target: tuple[dict[str, Schema], list[str]]) -> Schema:
    properties, required = target
    own = {name: _ref(schema) for name, schema in OWN_FIELDS.items()}
    return _object({**own, **properties}, ["filename", *required], strict=True)


def _own_fields(limits: Limits) -> dict[str, Schema]:
    """What a new task takes beside the outputs that are wanted, by the components' names."""
    return {
        "Filename": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_FILENAME_CHARACTERS,
            "pattern": FILENAME,
            "description": "The file's name, for display and for naming the outputs; not a path.",
        },
        "ContentType": {
            "type": "string",
            "pattern": MEDIA_TYPE,
            "default": "application/octet-stream",
            "description": "Stored with the upload. What the file is, is recognised by its content.",
        },
        "SizeBytes": {
            "type": ["integer", "null"],
            "minimum": 0,
            "maximum": limits.upload_bytes,
            "description": "If you say it, a file that is too large is refused before it is sent.",
        },
        "DurationS": {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": limits.duration_s,
            "description": "If you say it, audio that is too long is refused before it is sent.",
        },
        "Webhook": {
            "anyOf": [
                _url("Where to tell the outcome of this task."),
                _object({"url": _url("As above.")}, ["url"], strict=True),
            ],
            "description": "Where to tell the outcome of this task; see /api/webhook for all of them.",
        },
    }


def _strict(target: tuple[dict[str, Schema], list[str]] | dict[str, Schema]) -> Schema:
    properties, required = target if isinstance(target, tuple) else (target, [])
    return _object(properties, required, strict=True)


def _options_name(form: Format) -> str:
    return f"Options.{form.name}"


def _options_ref(form: Format) -> Schema:
    return {"anyOf": [_ref(_options_name(form)), {"type": "null"}]}


def _options(form: Format) -> Schema:
    """Every option of one format; null is the same as leaving it out."""
    table = bounds(form)
    schema = _object({name: bound_schema(bound) for name, bound in table.items()}, [], strict=True)
    rivals = [_both(pair, table) for pair in RIVALS if set(pair) <= set(table)]
    if form.bit_rate_up_to_hz:
        beyond = _both(("bitRateKbps", "sampleRateHz"), table)
        beyond["properties"]["sampleRateHz"]["exclusiveMinimum"] = form.bit_rate_up_to_hz
        rivals.append(beyond)
    return schema | {"allOf": [{"not": both} for both in rivals], "description": f"Options of {form.name}."}


def bound_schema(bound: Bound) -> Schema:
    """What values one option takes."""
    schema: Schema = {"description": bound.meaning + (f" Unit: {bound.unit}." if bound.unit else "")}
    if bound.values:
        return schema | {"enum": [*bound.values, None]}
    schema["type"] = [bound.kind, "null"]
    limits = {"minimum": bound.minimum, "maximum": bound.maximum}
    return schema | {name: value for name, value in limits.items() if value is not None}


def _both(pair: Iterable[str], table: dict[str, Bound]) -> Schema:
    """Matches an object in which each of these has a value."""
    names = list(pair)
    return {"required": names, "properties": {name: {"type": table[name].kind} for name in names}}


def _credentials() -> Schema:
    return _object(
        {
            "email": {"type": "string", "format": "email"},
            "password": {
                "type": "string",
                "format": "password",
                "minLength": 6,
                "maxLength": 4096,
                "pattern": NOT_BLANK,
                "description": "Goes to Firebase Authentication and is kept nowhere else.",
            },
        },
        ["email", "password"],
    )


def _url(description: str) -> Schema:
    return {
        "type": ["string", "null"],
        "format": "uri",
        "maxLength": MAX_URL_CHARACTERS,
        "description": f"{description} An https address on the public internet.",
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict[str, Schema], required: list[str], *, strict: bool = False) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return schema | ({"additionalProperties": False} if strict else {})

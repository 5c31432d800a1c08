"""The body of a request that creates a task or changes its outputs, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import InvalidField
from shared.domain.files import stored_type
from shared.domain.formats import FORMATS, Format, find_format
from shared.domain.options import Options, check_same_source, parse_options
from shared.domain.presets import find_preset, merged

from .fields import NEW_FORMAT, NEW_TASK, ONE_OUTPUT, OUTPUT_CHANGE, OUTPUT_REQUEST, OUTPUTS, WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class RequestedOutput:
    """One output that the client requests."""

    form: Format
    options: Options


@dataclass(frozen=True, slots=True)
class NewTask:
    """A valid request to create a task.

    Attributes:
        webhook: receiver of this task's outcome; whether it may be called is checked later.
        size_bytes: of the file, if the client declares it.
        duration_s: of the audio, if the client declares it.
        max_cost_usd: the most that the task may cost.
    """

    filename: str
    content_type: str
    outputs: tuple[RequestedOutput, ...]
    webhook: str | None = None
    size_bytes: int | None = None
    duration_s: float | None = None
    max_cost_usd: float | None = None


def parse_new_task(body: Mapping[str, Any]) -> NewTask:
    """The body of `POST /api/tasks`.

    Raises:
        InvalidField: names the invalid field and what is valid.
    """
    values = NEW_TASK.parse({**body, **_webhook_url(body)})
    return NewTask(
        values["filename"],
        stored_type(values["contentType"]),
        _outputs(body),
        values["webhook"],
        values["sizeBytes"],
        values["durationS"],
        values["maxCostUsd"],
    )


def parse_output_change(body: Mapping[str, Any]) -> tuple[tuple[RequestedOutput, ...], float | None]:
    """The body of `PUT /api/tasks/{id}`: outputs, and the most that the task may cost.

    Raises:
        InvalidField: names the invalid field and what is valid.
    """
    values = OUTPUT_CHANGE.parse(body)
    return _outputs(body), values["maxCostUsd"]


def _webhook_url(body: Mapping[str, Any]) -> dict[str, Any]:
    """The webhook as a bare URL, if it is given as `{"url": …}`."""
    webhook = body.get(WEBHOOK.name)
    return {WEBHOOK.name: webhook["url"]} if isinstance(webhook, dict) and set(webhook) == {"url"} else {}


def _outputs(body: Mapping[str, Any]) -> tuple[RequestedOutput, ...]:
    """One output from `newFormat`, `preset` and `options`, or several from `outputs`."""
    is_one = any(field.name in body for field in ONE_OUTPUT)
    if is_one and OUTPUTS.name in body:
        raise InvalidField("Send either outputs or newFormat, preset and options.", field=OUTPUTS.name)
    if is_one:
        return (_output(body, NEW_FORMAT.name),)
    if OUTPUTS.name not in body:
        raise InvalidField(
            "Send newFormat or preset, or outputs for several.", field=NEW_FORMAT.name, valid=sorted(FORMATS)
        )
    outputs = tuple(_entry(entry, f"{OUTPUTS.name}[{n}]") for n, entry in enumerate(body[OUTPUTS.name]))
    paths = [f"{OUTPUTS.name}[{n}].options" for n in range(len(outputs))]
    check_same_source([output.options for output in outputs], paths)
    return outputs


def _entry(entry: object, path: str) -> RequestedOutput:
    if not isinstance(entry, dict):
        raise InvalidField(f"{path} must be an object with format, preset or both.", field=path)
    OUTPUT_REQUEST.parse(entry, f"{path}.")
    return _output(entry, "format", f"{path}.")


def _output(raw: Mapping[str, Any], format_name: str, prefix: str = "") -> RequestedOutput:
    """One output; format and options in the request override those of the preset."""
    name, preset_name, options = raw.get(format_name), raw.get("preset"), raw.get("options") or {}
    path = prefix + format_name
    if preset_name is None:
        if name is None:
            raise InvalidField(f"Send {path}, a preset, or both.", field=path, valid=sorted(FORMATS))
        form = find_format(name, path)
        return RequestedOutput(form, parse_options(options, form, f"{prefix}options"))
    preset = find_preset(preset_name, f"{prefix}preset")
    form = FORMATS[preset.format] if name is None else find_format(name, path)
    return RequestedOutput(form, merged(preset, parse_options(options, form, f"{prefix}options"), form))

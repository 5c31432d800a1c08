"""`GET /api/formats`: what can be asked for, from the very tables that the code goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.formats import FORMATS, Format
from shared.domain.options import Bound, bounds
from shared.domain.presets import PRESETS, Preset
from shared.web.http import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from shared.web.http import Call


def formats(call: Call) -> Response:  # noqa: ARG001  # a handler takes the call
    """Every output format with its options and their bounds, and every preset."""
    shown = {
        "formats": [_present(form) for form in FORMATS.values()],
        "presets": [_present_preset(preset) for preset in PRESETS.values()],
    }
    return json_response(shown, headers={"Cache-Control": "public, max-age=300"})


def _present(form: Format) -> dict[str, Any]:
    return {
        "name": form.name,
        "extension": form.extension,
        "contentType": form.content_type,
        "codec": form.codec,
        "lossless": form.lossless,
        "options": {name: _bound(bound) for name, bound in bounds(form).items()},
    }


def _present_preset(preset: Preset) -> dict[str, Any]:
    return {
        "name": preset.name,
        "description": preset.description,
        "format": preset.format,
        "options": preset.options.as_json(),
    }


def _bound(bound: Bound) -> dict[str, Any]:
    shown = {
        "type": bound.kind,
        "description": bound.meaning,
        "minimum": bound.minimum,
        "maximum": bound.maximum,
        "values": list(bound.values) or None,
        "unit": bound.unit or None,
    }
    return {name: value for name, value in shown.items() if value is not None}

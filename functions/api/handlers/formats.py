"""Handler of `/api/formats`: the tables of formats, options and presets by which requests are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.formats import FORMATS, Format
from shared.domain.formats.defaults import defaults_of
from shared.domain.options import options_table
from shared.domain.options.edited_tags import tag_fields
from shared.domain.presets import PRESETS, Preset
from shared.web.http import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from shared.domain.fields import Field
    from shared.domain.formats.defaults import Default
    from shared.web.http import Call

    from ..service.quotas import Limits


@dataclass(frozen=True, slots=True)
class FormatHandlers:
    """What the service offers.

    Attributes:
        limits: of one upload.
        kept_days: after which a task and its files are deleted.
    """

    limits: Limits
    kept_days: int

    def list(self, call: Call) -> Response:  # noqa: ARG002  # a handler takes the call
        """All output formats with their options and bounds, presets, fields of tags, and limits."""
        shown = {
            "formats": [_present_format(form) for form in FORMATS.values()],
            "presets": [_present_preset(preset) for preset in PRESETS.values()],
            "tagFields": [
                {"name": name, "kind": kind, **({"pattern": pattern} if pattern else {})}
                for name, kind, pattern in tag_fields()
            ],
            "limits": {
                "uploadMaxBytes": self.limits.upload_bytes,
                "durationMaxS": self.limits.duration_s,
                "keptDays": self.kept_days,
            },
        }
        return json_response(shown, headers={"Cache-Control": "public, max-age=300"})


def _present_format(form: Format) -> dict[str, Any]:
    return {
        "name": form.name,
        "extension": form.extension,
        "contentType": form.content_type,
        "codec": form.codec,
        "lossless": form.lossless,
        "defaults": [_present_default(default) for default in defaults_of(form)],
        "options": {field.name: _present_option(field) for field in options_table(form).fields},
    }


def _present_default(default: Default) -> dict[str, Any]:
    shown = {
        "upToHz": default.up_to_hz,
        "quality": default.quality,
        "monoKbps": default.mono_kbps,
        "stereoKbps": default.stereo_kbps,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _present_preset(preset: Preset) -> dict[str, Any]:
    return {
        "name": preset.name,
        "description": preset.description,
        "format": preset.format,
        "options": preset.options.as_json(),
    }


def _present_option(field: Field) -> dict[str, Any]:
    shown = {
        "type": field.kind,
        "description": field.description,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "values": list(field.values) or None,
        "unit": field.unit or None,
        "pattern": field.pattern or None,
        "better": field.better or None,
    }
    return {name: value for name, value in shown.items() if value is not None}

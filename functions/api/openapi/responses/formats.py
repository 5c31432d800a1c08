"""Schemas of the formats, their options and the limits of the service."""

from __future__ import annotations

from shared.domain.options.edited_tags import tag_kinds

from ..shapes import ANY_OBJECT, BYTES, REAL, TEXT, WHOLE, Schema, record, ref


def format_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Formats": record(
            formats={"type": "array", "items": ref("Format")},
            presets={"type": "array", "items": ref("Preset")},
            tagFields={
                "type": "array",
                "items": ref("TagField"),
                "description": "Fields that the option `tags` may have.",
            },
            limits=ref("Limits"),
        ),
        "TagField": record(
            ("pattern",),
            name=TEXT,
            kind={**TEXT, "enum": list(tag_kinds()), "description": "What its values look like."},
            pattern={**TEXT, "description": "Regular expression for a value; any text without one."},
        ),
        "Format": _format(),
        "FormatDefault": _default(),
        "FormatOption": _option(),
        "Preset": record(name=TEXT, description=TEXT, format=TEXT, options=ANY_OBJECT),
        "Limits": record(
            uploadMaxBytes=BYTES,
            durationMaxS=WHOLE,
            keptDays={**WHOLE, "description": "Days after which a task and its files are deleted."},
        ),
    }


def _format() -> Schema:
    return record(
        name=TEXT,
        extension=TEXT,
        contentType=TEXT,
        codec=TEXT,
        lossless={"type": "boolean"},
        defaults={
            "type": "array",
            "items": ref("FormatDefault"),
            "description": "Quality or bit rate without `quality` and `bitRateKbps`; empty if lossless.",
        },
        options={"type": "object", "additionalProperties": ref("FormatOption")},
    )


def _default() -> Schema:
    lowered = (
        "Highest sample rate of this row. Rates above the last row's are lowered, unless `sampleRateHz` "
    )
    return record(
        ("quality", "monoKbps", "stereoKbps"),
        upToHz={"type": "integer", "description": f"{lowered}is set."},
        quality=REAL,
        monoKbps={"type": "integer", "description": "Also for each channel, if there are more than two."},
        stereoKbps={"type": "integer"},
    )


def _option() -> Schema:
    return record(
        ("minimum", "maximum", "values", "unit", "pattern", "better"),
        type={**TEXT, "enum": ["integer", "number", "boolean", "string", "object"]},
        description=TEXT,
        minimum=REAL,
        maximum=REAL,
        values={"type": "array", "items": {}},
        unit=TEXT,
        pattern={**TEXT, "description": "Regular expression for a string."},
        better={
            **TEXT,
            "enum": ["lower", "higher"],
            "description": "Which end of the scale is the better quality.",
        },
    )

"""Schemas of health and problems."""

from __future__ import annotations

from ..shapes import TEXT, Schema, code, record


def service_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Health": record(status={**TEXT, "enum": ["ok"]}),
        "Problem": _problem(),
    }


def _problem() -> Schema:
    return record(
        ("field", "valid"),
        type={**TEXT, "description": "Documentation of the code."},
        title=TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail={**TEXT, "description": "What went wrong, for a person to read."},
        code=code("invalid_field"),
        requestId={**TEXT, "description": "Quote it when you report a problem."},
        field={**TEXT, "description": "The invalid field, parameter or header."},
        valid={"type": "array", "items": {}, "description": "The valid values."},
    ) | {"description": "RFC 9457."}

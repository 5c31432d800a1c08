"""Schemas of sessions and API keys."""

from __future__ import annotations

from shared.keys.api_key import Scope

from ...inputs.fields import KEY_ID_PARAMETER
from ..shapes import INSTANT, TEXT, WHOLE, Schema, nullable, record, ref


def account_schemas() -> dict[str, Schema]:
    """Component name → schema."""
    return {
        "Session": record(
            userId=TEXT,
            idToken={**TEXT, "description": "Send it as `Authorization: Bearer …`."},
            refreshToken={**TEXT, "description": "Gets a new ID token; it can be used many times."},
            expiresIn={**WHOLE, "description": "Seconds until the ID token expires."},
        ),
        "ApiKey": _api_key(),
        "CreatedApiKey": {
            "allOf": [
                ref("ApiKey"),
                record(key={**TEXT, "description": "The key itself, only in this response: store it."}),
            ]
        },
        "ApiKeys": record(keys={"type": "array", "items": ref("ApiKey")}),
    }


def _api_key() -> Schema:
    return record(
        id={**TEXT, "pattern": KEY_ID_PARAMETER.pattern},
        name=TEXT,
        scope={**TEXT, "enum": [scope.value for scope in Scope]},
        ending={**TEXT, "description": "The last characters of the key."},
        createdAt=INSTANT,
        expiresAt=nullable(INSTANT),
        lastUsedAt={**nullable(INSTANT), "description": "To the hour; null before its first use."},
    )

"""Schemas of sessions and API keys."""

from __future__ import annotations

from shared.keys.api_key import Scope
from shared.ports.accounts import Purpose

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
        "Config": record(signIn=ref("SignIn")),
        "SignIn": record(
            apiKey={**TEXT, "description": "The project's web API key, which is public: add it as `?key=…`."},
            identityToolkitUrl={
                **TEXT,
                "description": "Where `/accounts:signInWithPassword` and its like are.",
            },
            secureTokenUrl={**TEXT, "description": "Where `/token` is, which refreshes ID tokens."},
        ),
        "AccountInfo": record(
            userId=TEXT,
            email=nullable(TEXT),
            emailVerified={"type": "boolean", "description": "Whether its owner has followed a mail's link."},
            createdAt=INSTANT,
        ),
        "MailCodePurpose": record(
            email=TEXT, purpose={**TEXT, "enum": [purpose.value for purpose in Purpose]}
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

"""Secrets and signatures of webhooks by the Standard Webhooks specification 1.0.0."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "whsec_"
# The specification allows 24 to 64.
SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(event: str, timestamp_s: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The headers of one attempt, with a signature for each secret.

    Args:
        event: the `webhook-id`.
        timestamp_s: of this attempt, in seconds since 1970.
        body: the bytes as sent.
        keys: secrets, newest first.
    """
    signed = f"{event}.{timestamp_s}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Sonube-Webhooks/1",
        "webhook-id": event,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(_signature(signed, key) for key in keys),
    }


def _signature(text: bytes, key: str) -> str:
    secret = base64.b64decode(key.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(secret, text, "sha256")).decode()

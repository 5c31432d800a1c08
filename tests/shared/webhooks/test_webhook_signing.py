"""Signatures, checked with the official library of the Standard Webhooks specification."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from shared.domain.webhook import event_id, random_event_id
from shared.webhooks.signing import new_secret, signed_headers

BODY = '{"type":"task.processed","data":{"filename":"Ñandú 🎵.mp3"}}'.encode()


def headers(*secrets: str, at: int | None = None, body: bytes = BODY) -> dict[str, str]:
    return signed_headers("msg_1", int(time.time()) if at is None else at, body, secrets)


def test_official_library_verifies_our_signature() -> None:
    secret = new_secret()

    assert Webhook(secret).verify(BODY, headers(secret))["type"] == "task.processed"


def test_official_library_creates_the_same_signature() -> None:
    secret, at = new_secret(), datetime(2026, 11, 23, 12, tzinfo=UTC)
    sent = headers(secret, at=int(at.timestamp()))

    assert Webhook(secret).sign("msg_1", at, BODY.decode()) == sent["webhook-signature"]


def test_either_secret_verifies_during_a_rotation() -> None:
    new, old = new_secret(), new_secret()
    sent = headers(new, old)

    for secret in (new, old):
        assert Webhook(secret).verify(BODY, sent)
    assert len(sent["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize("change", ["body", "id", "time", "secret"])
def test_modified_message_is_refused(change: str) -> None:
    secret = new_secret()
    sent, body = headers(secret), BODY
    if change == "body":
        body = BODY.replace(b"processed", b"failed")
    elif change == "id":
        sent["webhook-id"] = "msg_2"
    elif change == "time":
        sent["webhook-timestamp"] = str(int(sent["webhook-timestamp"]) + 1)
    else:
        secret = new_secret()

    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(secret).verify(body, sent)


def test_replayed_message_is_refused() -> None:
    secret = new_secret()

    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(BODY, headers(secret, at=int(time.time()) - 301))


def test_secret_conforms_to_the_specification() -> None:
    secret = new_secret()

    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    assert secret != new_secret()


def test_event_id_is_derived_from_the_attempt() -> None:
    ids = {event_id("T", 1, 1), event_id("T", 1, 2), event_id("T", 2, 1), event_id("U", 1, 1)}

    assert event_id("T", 1, 1) == event_id("T", 1, 1)
    assert len(ids | {random_event_id()}) == 5
    assert all("." not in one and one.startswith("msg_") for one in ids)

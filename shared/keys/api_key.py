"""API keys: secrets by which programs act for a user."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

PREFIX = "snb_"
# Bytes of chance. A secret as long as this cannot be guessed, so that a fast hash is enough to store it.
_RANDOM_BYTES = 24
# The first digits of the digest.
KEY_ID, _ID_DIGITS = re.compile("[0-9a-f]{32}"), 32
_ENDING = 4


class Scope(StrEnum):
    """What a key may do: read, or also create, change and delete."""

    READ = "read"
    WRITE = "write"


class NewKey(NamedTuple):
    """A request for a key; `days` is how long it is valid, None is for ever."""

    name: str
    scope: Scope
    days: int | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is stored of a key.

    Attributes:
        id: public; the first half of the digest.
        owner: Firebase uid.
        name: the owner's.
        digest: SHA-256 of the secret, in hexadecimal.
        ending: the last characters of the secret, by which its owner recognises it.
        expire_at: when it ends; None is never.
        used_at: hour of the last use; None is never.
        owner_since: when the owner's account was created; None in older keys.
        revision: opaque version of the stored document; None if it was never stored.
    """

    id: str
    owner: str
    name: str
    scope: Scope
    digest: str
    ending: str
    created_at: datetime
    expire_at: datetime | None = None
    used_at: datetime | None = None
    owner_since: datetime | None = None
    revision: str | None = None

    def matches(self, secret: str) -> bool:
        """Return whether this is the secret's key."""
        return hmac.compare_digest(self.digest, _digest(secret))

    def is_expired(self, now: datetime) -> bool:
        """Return whether the key has ended."""
        return self.expire_at is not None and self.expire_at <= now


def new_secret() -> str:
    """Return a secret, in letters and digits: a double click selects all of it."""
    return PREFIX + secrets.token_hex(_RANDOM_BYTES)


def new_key(
    secret: str, owner: str, request: NewKey, now: datetime, owner_since: datetime | None = None
) -> ApiKey:
    """Return the key of a new secret."""
    expire_at = None if request.days is None else now + timedelta(days=request.days)
    digest, ending = _digest(secret), secret[-_ENDING:]
    return ApiKey(
        id_of(secret),
        owner,
        request.name,
        request.scope,
        digest,
        ending,
        now,
        expire_at,
        owner_since=owner_since,
    )


def is_secret(credential: str) -> bool:
    """Return whether a credential is an API key, valid or not."""
    return credential.startswith(PREFIX)


def id_of(secret: str) -> str:
    """Return the id of the secret's key."""
    return _digest(secret)[:_ID_DIGITS]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

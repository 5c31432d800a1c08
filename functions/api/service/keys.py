"""A user's API keys: creating, listing and revoking them, and finding the user of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import EmailNotVerified, KeyNotAllowed, KeyNotFound, TooManyKeys, Unauthenticated
from shared.keys.api_key import KEY_ID, ApiKey, Scope, id_of, new_key, new_secret
from shared.ports.accounts import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from shared.keys.api_key import NewKey
    from shared.keys.ports import KeyStore
    from shared.ports.accounts import User
    from shared.ports.clock import Clock

MAX_KEYS = 20
REFUSED = "The API key is invalid, has expired or has been revoked. Create another with POST /api/keys."
UNVERIFIED = "The e-mail address of this key's account is not verified. Its owner can do that on the page."
READ_ONLY = "This API key may only read. Create one with the scope write."


@dataclass(frozen=True, slots=True)
class UserKeys:
    """Manages keys, and finds the user that a key acts for.

    Attributes:
        check_account: the user; raises if the account is disabled or gone; one call.
        needs_verified: whether the user needs a verified e-mail address.
    """

    store: KeyStore
    check_account: Callable[[str], User]
    clock: Clock
    needs_verified: bool = False

    def create(self, caller: Caller, request: NewKey) -> tuple[ApiKey, str]:
        """The key, and its secret, which is not stored.

        Raises:
            TooManyKeys: the caller has as many as one may have.
        """
        if len(self.store.of_owner(caller.uid, MAX_KEYS)) >= MAX_KEYS:
            raise TooManyKeys(f"You have {MAX_KEYS} API keys, the limit. Revoke one that is no longer used.")
        secret = new_secret()
        key = new_key(secret, caller.uid, request, self.clock(), caller.since)
        self.store.add(key)
        return key, secret

    def list(self, caller: Caller) -> Sequence[ApiKey]:
        """The caller's keys, newest first."""
        return sorted(self.store.of_owner(caller.uid, MAX_KEYS), key=lambda key: key.created_at, reverse=True)

    def revoke(self, caller: Caller, key_id: str) -> None:
        """Forget a key; the next request with it is refused.

        Raises:
            KeyNotFound: the caller has no such key.
        """
        key = self.store.get(key_id) if KEY_ID.fullmatch(key_id) else None
        if key is None or key.owner != caller.uid:
            raise KeyNotFound
        self.store.remove(key_id)

    def caller(self, secret: str, *, writes: bool) -> Caller:
        """The user of a key: one read; once an hour also a look at the account, and a write.

        Raises:
            Unauthenticated: there is no such key, it has expired, or its user is gone.
            AccountDisabled: an operator has disabled the account.
            KeyNotAllowed: the request changes something, and the key may only read.
            EmailNotVerified: the user has not verified the e-mail address, and must.
        """
        key = self.store.get(id_of(secret))
        now = self.clock()
        if key is None or not key.matches(secret) or key.is_expired(now):
            raise Unauthenticated(REFUSED)
        if writes and key.scope is not Scope.WRITE:
            raise KeyNotAllowed(READ_ONLY)
        self._note_use(key, now.replace(minute=0, second=0, microsecond=0))
        return Caller(key.owner, None, key.id, since=key.owner_since)

    def _note_use(self, key: ApiKey, hour: datetime) -> None:
        if key.used_at is None or key.used_at < hour:
            user = self.check_account(key.owner)
            if self.needs_verified and not user.is_verified:
                raise EmailNotVerified(UNVERIFIED)
            self.store.mark_used(key, hour)

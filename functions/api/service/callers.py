"""Whom a request acts for: the user of its ID token or API key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from shared.domain.errors import KeyNotAllowed
from shared.keys.api_key import is_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.ports.accounts import Caller, TokenVerifier

    from .keys import UserKeys

NEEDS_PERSON = "This request needs an ID token, not an API key. POST /api/auth/login returns one."


class Access(Enum):
    """What a request needs: to read, to change something, or a person who has logged in.

    `PERSON` is for the account itself, and works with an address that is not verified; `PERSON_WRITE` is for
    changes that only a person may make.
    """

    READ = auto()
    WRITE = auto()
    PERSON = auto()
    PERSON_WRITE = auto()


@dataclass(frozen=True, slots=True)
class Callers:
    """Identifies callers; each verifier is made when a request first needs it."""

    tokens: Callable[[], TokenVerifier]
    keys: Callable[[], UserKeys]

    def identify(self, credential: str, access: Access) -> Caller:
        """The caller.

        Args:
            credential: an ID token or an API key.
            access: that the request needs. All but reading refuse a revoked ID token, which costs one call.

        Raises:
            Unauthenticated: the credential is invalid, has expired or has been revoked.
            AccountDisabled: an operator has disabled the account.
            KeyNotAllowed: an API key may not do this.
            EmailNotVerified: changes need a verified e-mail address.
        """
        if not is_secret(credential):
            changes = access in {Access.WRITE, Access.PERSON_WRITE}
            return self.tokens().verify(credential, check_revoked=access is not Access.READ, changes=changes)
        if access in {Access.PERSON, Access.PERSON_WRITE}:
            raise KeyNotAllowed(NEEDS_PERSON)
        return self.keys().caller(credential, writes=access is Access.WRITE)

"""Rules for e-mail addresses, passwords and custom claims, and the creation of accounts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from localcloud.identity.errors import IdentityError, not_implemented
from localcloud.identity.identity_toolkit import passwords
from localcloud.identity.identity_toolkit.accounts import Account, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.identity.body import Body
    from localcloud.identity.identity_toolkit.accounts import Accounts

EMAIL = re.compile(r"[^@\s]+@[\w-]+(\.[\w-]+)*")
EMAIL_LENGTH_MAX = 255
PASSWORD_LENGTH_MIN = 6
ID_LENGTH_MAX = 128
CLAIMS_LENGTH_MAX = 1000
RESERVED_CLAIMS = frozenset(
    [
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "cnf",
        "c_hash",
        "exp",
        "firebase",
        "iat",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "sub",
    ]
)


class Registration:
    """Creates accounts, for users who sign up and for administrators."""

    def __init__(self, accounts: Accounts, now: Callable[[], float]) -> None:
        self._accounts = accounts
        self._now = now

    async def create(self, body: Body, *, privileged: bool) -> Account:
        """Store the account that a request describes.

        Args:
            body: email, password, displayName; the privileged also give localId, photoUrl, emailVerified
                and disabled.
            privileged: whether an administrator asks.

        Raises:
            IdentityError: a field is invalid, or the address or id is taken.
        """
        for name in ("phoneNumber", "mfaInfo", "tenantId"):
            if body.has(name):
                raise not_implemented(f"accounts with {name}")
        email = checked_email(body.text("email")) if body.has("email") else None
        if email and self._accounts.by_email(email):
            raise IdentityError("EMAIL_EXISTS")
        password_hash = await checked_hash(body.text("password")) if body.text("password") else None
        now_s = self._now()
        account = Account(
            local_id=checked_id(body.text("localId")) if privileged and body.has("localId") else new_id(),
            created_ms=int(now_s * 1000),
            valid_since=int(now_s),
            email=email,
            password_hash=password_hash,
            password_updated_ms=int(now_s * 1000) if password_hash else None,
            display_name=body.text("displayName") or None,
            photo_url=body.text("photoUrl") or None if privileged else None,
            email_verified=privileged and body.flag("emailVerified"),
            disabled=privileged and body.flag("disabled"),
        )
        self._accounts.add(account)
        return account


def checked_email(email: str) -> str:
    """The address in lower case, or INVALID_EMAIL."""
    if len(email) > EMAIL_LENGTH_MAX or not EMAIL.fullmatch(email):
        raise IdentityError("INVALID_EMAIL")
    return email.lower()


async def checked_hash(password: str) -> str:
    """The password's hash, or WEAK_PASSWORD."""
    if len(password) < PASSWORD_LENGTH_MIN:
        raise IdentityError(f"WEAK_PASSWORD : Password should be at least {PASSWORD_LENGTH_MIN} characters")
    return await passwords.hashed(password)


def checked_id(local_id: str) -> str:
    """The uid that an administrator chose, or INVALID_LOCAL_ID."""
    if not 0 < len(local_id) <= ID_LENGTH_MAX:
        raise IdentityError("INVALID_LOCAL_ID")
    return local_id


def checked_claims(text: str) -> str:
    """Custom claims as JSON; CLAIMS_TOO_LARGE, INVALID_CLAIMS or FORBIDDEN_CLAIM if they will not do."""
    if len(text) > CLAIMS_LENGTH_MAX:
        raise IdentityError("CLAIMS_TOO_LARGE")
    try:
        claims = json.loads(text)
    except ValueError as error:
        raise IdentityError("INVALID_CLAIMS") from error
    if not isinstance(claims, dict):
        raise IdentityError("INVALID_CLAIMS")
    for name in sorted(RESERVED_CLAIMS & claims.keys()):
        raise IdentityError(f"FORBIDDEN_CLAIM : {name}")
    return text

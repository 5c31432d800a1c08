"""Codes in mails (Google's `oobCode`): they prove that their holder reads the mail of an address."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from localcloud.identity.errors import IdentityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.database import Database
    from localcloud.identity.identity_toolkit.accounts import Account, Accounts

SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_action_codes (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    local_id TEXT NOT NULL,
    email TEXT NOT NULL,
    at REAL NOT NULL
);
"""
CODE_BYTES = 40


class Kind(StrEnum):
    """What a code is for, in Identity Toolkit's words."""

    RESET = "PASSWORD_RESET"
    VERIFY = "VERIFY_EMAIL"


# As Firebase's own links: an hour, and three days.
LIFETIME_S = {Kind.RESET: 3600.0, Kind.VERIFY: 3 * 86400.0}


@dataclass(frozen=True)
class ActionCode:
    """A valid code, and the account that it was sent to."""

    code: str
    kind: Kind
    account: Account


class ActionCodes:
    """Makes codes and accepts each once."""

    def __init__(self, database: Database, accounts: Accounts, now: Callable[[], float]) -> None:
        self._database = database
        self._accounts = accounts
        self._now = now
        database.declare(SCHEMA)

    def create(self, kind: Kind, account: Account) -> str:
        """A new code; earlier ones stay valid."""
        code = secrets.token_urlsafe(CODE_BYTES)
        self._database.write(
            "INSERT INTO identity_action_codes VALUES (?, ?, ?, ?, ?)",
            [code, kind.value, account.local_id, account.email, self._now()],
        )
        return code

    def check(self, code: str, *kinds: Kind) -> ActionCode:
        """What a code is for, without using it up.

        Raises:
            IdentityError: MISSING_OOB_CODE, INVALID_OOB_CODE, EXPIRED_OOB_CODE.
        """
        if not code:
            raise IdentityError("MISSING_OOB_CODE")
        row = self._database.row("SELECT * FROM identity_action_codes WHERE code = ?", [code])
        account = self._accounts.by_id(row["local_id"]) if row else None
        if row is None or account is None or account.email != row["email"] or row["kind"] not in kinds:
            raise IdentityError("INVALID_OOB_CODE")
        kind = Kind(row["kind"])
        if self._now() >= row["at"] + LIFETIME_S[kind]:
            raise IdentityError("EXPIRED_OOB_CODE")
        return ActionCode(code, kind, account)

    def use(self, found: ActionCode) -> None:
        """Use up a code.

        Raises:
            IdentityError: INVALID_OOB_CODE, another request has used it.
        """
        if not self._database.write("DELETE FROM identity_action_codes WHERE code = ?", [found.code]):
            raise IdentityError("INVALID_OOB_CODE")

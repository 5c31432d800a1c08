"""The accounts of one project, and how they are stored."""

from __future__ import annotations

import json
import secrets
import string
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from localcloud.identity.errors import IdentityError

if TYPE_CHECKING:
    import sqlite3

    from localcloud.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_accounts (
    local_id TEXT PRIMARY KEY,
    email TEXT UNIQUE,
    email_verified INTEGER NOT NULL,
    password_hash TEXT,
    password_updated_ms INTEGER,
    display_name TEXT,
    photo_url TEXT,
    disabled INTEGER NOT NULL,
    custom_attributes TEXT NOT NULL,
    valid_since INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    last_login_ms INTEGER
);
"""

ID_LENGTH = 28
ID_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Account:
    """One account.

    Attributes:
        local_id: what Firebase calls the uid.
        email: in lower case.
        password_hash: as `passwords.hashed` makes it.
        custom_attributes: a JSON object that goes into every ID token.
        valid_since: seconds since 1970; tokens of sign-ins before it are revoked.
        created_ms, last_login_ms, password_updated_ms: milliseconds since 1970.
    """

    local_id: str
    created_ms: int
    valid_since: int
    email: str | None = None
    email_verified: bool = False
    password_hash: str | None = None
    password_updated_ms: int | None = None
    display_name: str | None = None
    photo_url: str | None = None
    disabled: bool = False
    custom_attributes: str = "{}"
    last_login_ms: int | None = None

    @property
    def custom_claims(self) -> dict[str, Any]:
        """The custom attributes, parsed."""
        claims: dict[str, Any] = json.loads(self.custom_attributes)
        return claims

    def resource(self) -> dict[str, Any]:
        """The account as `accounts:lookup` returns it, without the password's hash."""
        providers = [
            {"providerId": "password", "email": self.email, "federatedId": self.email, "rawId": self.email}
        ]
        resource = {
            "localId": self.local_id,
            "email": self.email,
            "emailVerified": self.email_verified,
            "displayName": self.display_name,
            "photoUrl": self.photo_url,
            "passwordUpdatedAt": self.password_updated_ms,
            "passwordHash": "UkVEQUNURUQ=" if self.password_hash else None,  # base64 of REDACTED
            "providerUserInfo": providers if self.password_hash and self.email else None,
            "validSince": str(self.valid_since),
            "disabled": self.disabled,
            "createdAt": str(self.created_ms),
            "lastLoginAt": None if self.last_login_ms is None else str(self.last_login_ms),
            "customAttributes": self.custom_attributes if self.custom_claims else None,
        }
        return {name: value for name, value in resource.items() if value is not None}


COLUMNS = [field.name for field in fields(Account)]


class Accounts:
    """All accounts, by id and by e-mail address."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.declare(SCHEMA)

    def by_id(self, local_id: str) -> Account | None:
        """The account of that id."""
        return _account(self._database.row("SELECT * FROM identity_accounts WHERE local_id = ?", [local_id]))

    def by_email(self, email: str) -> Account | None:
        """The account of that address; case does not matter."""
        return _account(
            self._database.row("SELECT * FROM identity_accounts WHERE email = ?", [email.lower()])
        )

    def page(self, after: str, limit: int) -> list[Account]:
        """Up to `limit` accounts in the order of their ids, after the id `after`."""
        rows = self._database.rows(
            "SELECT * FROM identity_accounts WHERE local_id > ? ORDER BY local_id LIMIT ?", [after, limit]
        )
        return [_of(row) for row in rows]

    def add(self, account: Account) -> None:
        """Store a new account.

        Raises:
            IdentityError: EMAIL_EXISTS or DUPLICATE_LOCAL_ID.
        """
        if self.by_id(account.local_id):
            raise IdentityError("DUPLICATE_LOCAL_ID")
        self.save(account)

    def save(self, account: Account) -> None:
        """Store an account in place of what was stored of it.

        Raises:
            IdentityError: EMAIL_EXISTS, the address is another account's.
        """
        other = self.by_email(account.email) if account.email else None
        if other and other.local_id != account.local_id:
            raise IdentityError("EMAIL_EXISTS")
        columns, marks = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
        values = asdict(account)
        self._database.write(
            f"INSERT OR REPLACE INTO identity_accounts ({columns}) VALUES ({marks})",  # noqa: S608  # our own names
            [values[name] for name in COLUMNS],
        )

    def signed_in(self, local_id: str, at_ms: int) -> None:
        """Remember the last sign-in."""
        self._database.write(
            "UPDATE identity_accounts SET last_login_ms = ? WHERE local_id = ?", [at_ms, local_id]
        )

    def remove(self, local_id: str) -> bool:
        """Delete an account; false if there was none."""
        return self._database.write("DELETE FROM identity_accounts WHERE local_id = ?", [local_id]) > 0


def new_id() -> str:
    """A random id in Firebase's form."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))


def _account(row: sqlite3.Row | None) -> Account | None:
    return None if row is None else _of(row)


def _of(row: sqlite3.Row) -> Account:
    values = {name: row[name] for name in COLUMNS}
    flags = {name: bool(row[name]) for name in ("email_verified", "disabled")}
    return Account(**{**values, **flags})

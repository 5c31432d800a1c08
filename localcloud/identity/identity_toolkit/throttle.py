"""Failed sign-ins, counted: an address under attack is locked for a while, as Identity Toolkit does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.identity.errors import IdentityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_failures (email TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS identity_failures_email ON identity_failures (email, at);
"""

# Google publishes neither figure.
FAILURES_ALLOWED = 10
WINDOW_S = 300.0


class Throttle:
    """Refuses sign-ins to an address after too many wrong passwords."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        database.declare(SCHEMA)

    def check(self, email: str) -> None:
        """Raise TOO_MANY_ATTEMPTS_TRY_LATER while the address is locked, whether it has an account or not."""
        row = self._database.row(
            "SELECT COUNT(*) FROM identity_failures WHERE email = ? AND at > ?",
            [email.lower(), self._now() - WINDOW_S],
        )
        if row is not None and row[0] >= FAILURES_ALLOWED:
            raise IdentityError(
                "TOO_MANY_ATTEMPTS_TRY_LATER : Access to this account has been temporarily disabled due to "
                "many failed login attempts. You can immediately restore it by resetting your password or "
                "you can try again later."
            )

    def failed(self, email: str) -> None:
        """Remember a wrong password."""
        with self._database.transaction():
            self._database.write("DELETE FROM identity_failures WHERE at <= ?", [self._now() - WINDOW_S])
            self._database.write("INSERT INTO identity_failures VALUES (?, ?)", [email.lower(), self._now()])

    def succeeded(self, email: str) -> None:
        """Forget the address's failures."""
        self._database.write("DELETE FROM identity_failures WHERE email = ?", [email.lower()])

"""The mails that Firebase would send: stored and printed, because nothing is sent from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from localcloud.identity.identity_toolkit.action_codes import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_mails (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    link TEXT NOT NULL,
    at REAL NOT NULL
);
"""
SHOWN = 100
MODES = {Kind.RESET: "resetPassword", Kind.VERIFY: "verifyEmail"}
SUBJECTS = {Kind.RESET: "Reset your password", Kind.VERIFY: "Verify your e-mail address"}


class Mailbox:
    """Keeps mails instead of sending them.

    Args:
        database: where they are kept.
        action_url: the page that links lead to, as the e-mail templates of a project name it.
        now: seconds since 1970.
        show: prints a line for the developer.
    """

    def __init__(
        self, database: Database, action_url: str, now: Callable[[], float], show: Callable[[str], None]
    ) -> None:
        self._database, self._action_url = database, action_url
        self._now, self._show = now, show
        database.declare(SCHEMA)

    def link(self, kind: Kind, code: str, continue_url: str) -> str:
        """The link of a mail, as Firebase makes it."""
        query = {"mode": MODES[kind], "oobCode": code, "apiKey": "local", "lang": "en"}
        return (
            f"{self._action_url}?{urlencode(query | ({'continueUrl': continue_url} if continue_url else {}))}"
        )

    def send(self, kind: Kind, recipient: str, link: str) -> None:
        """Keep the mail, and print it."""
        self._database.write(
            "INSERT INTO identity_mails (recipient, subject, link, at) VALUES (?, ?, ?, ?)",
            [recipient, SUBJECTS[kind], link, self._now()],
        )
        self._show(f"Mail to {recipient}: {SUBJECTS[kind]}: {link}")


def sent_mails(database: Database) -> list[dict[str, Any]]:
    """The last mails, newest first; `sentAt` in seconds since 1970."""
    database.declare(SCHEMA)
    rows = database.rows("SELECT * FROM identity_mails ORDER BY number DESC LIMIT ?", [SHOWN])
    return [
        {"to": row["recipient"], "subject": row["subject"], "link": row["link"], "sentAt": row["at"]}
        for row in rows
    ]

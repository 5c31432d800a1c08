"""Sessions: ID tokens, which are renewed before they end; the command line saves its own in a file."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import platformdirs
import requests

from sonube.errors import Unauthenticated, unexpected
from sonube.identity.toolkit import Toolkit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A token is renewed when it expires within this time.
MARGIN_S = 120
LOG_IN = "Run `sonube login`."


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in; `expires_at` is in seconds since 1970."""

    url: str
    email: str
    id_token: str
    refresh_token: str
    expires_at: float


class Tokens:
    """The valid ID token of a session, as `Service` takes it; safe for use by several threads.

    Args:
        load: returns the session.
        save: keeps a renewed one.
    """

    def __init__(self, load: Callable[[], Session], save: Callable[[Session], None]) -> None:
        self._load, self._save = load, save
        # Parallel files renew the session once, not once each.
        self._one_at_a_time = Lock()

    @classmethod
    def of_file(cls, file: Path) -> Tokens:
        """Of the session in a file."""
        return cls(lambda: load(file), lambda session: save(session, file))

    @classmethod
    def of_memory(cls, session: Session) -> Tokens:
        """Of a session that is kept nowhere else."""
        kept = [session]
        return cls(lambda: kept[-1], lambda renewed: kept.__setitem__(0, renewed))

    def __call__(self) -> str:
        """A valid ID token; renews the session if it expires soon."""
        with self._one_at_a_time:
            session = self._load()
            if session.expires_at - time.time() < MARGIN_S:
                session = self._renew(session)
            return session.id_token

    def renew(self, refused: str) -> str:
        """A new ID token for one that the service has refused, although it should be valid."""
        with self._one_at_a_time:
            session = self._load()
            return (self._renew(session) if session.id_token == refused else session).id_token

    def _renew(self, session: Session) -> Session:
        try:
            tokens = Toolkit(session.url).refresh(session.refresh_token)
        except Unauthenticated as error:
            error.hint = LOG_IN
            raise
        renewed = as_session(session.url, session.email, tokens)
        self._save(renewed)
        return renewed


def session_file() -> Path:
    """Path of the session file; `SONUBE_SESSION` overrides it."""
    named = os.environ.get("SONUBE_SESSION")
    return Path(named) if named else platformdirs.user_config_path("sonube") / "session.json"


def save(session: Session, file: Path) -> None:
    """Write the file atomically, readable only by its owner."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(asdict(session), out)
    fresh.replace(file)


def load(file: Path) -> Session:
    """The saved session.

    Raises:
        Unauthenticated: the user is not logged in, or the file is damaged.
    """
    try:
        return Session(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise Unauthenticated("not_logged_in", "You are not logged in.", hint=LOG_IN) from error


def log_in(url: str, email: str, password: str, *, sign_up: bool = False) -> Session:
    """Request a session; without retries, because the user is waiting."""
    toolkit = Toolkit(url, tries=1)
    tokens = toolkit.sign_up(email, password) if sign_up else toolkit.sign_in(email, password)
    return as_session(url, email, tokens)


def fresh_token(file: Path) -> str:
    """A valid ID token of the session in a file."""
    return Tokens.of_file(file)()


def as_session(url: str, email: str, tokens: Mapping[str, Any]) -> Session:
    """The session in a response.

    Raises:
        SonubeError: there is none.
    """
    try:
        expires_at = time.time() + float(tokens["expiresIn"])
        return Session(url, email, str(tokens["idToken"]), str(tokens["refreshToken"]), expires_at)
    except (KeyError, TypeError, ValueError) as error:
        raise unexpected(url, requests.codes.ok) from error

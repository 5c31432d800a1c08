"""The saved session: a file of mode 0600 with the refresh token; ID tokens are renewed from it."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import platformdirs
import requests

from sonube.errors import SonubeError, unexpected
from sonube.service import TRIES, Service

if TYPE_CHECKING:
    from collections.abc import Mapping

# A token is renewed when it expires within this time.
MARGIN_S = 120
# Parallel files renew the session once, not once each.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Session:
    """A saved sign-in; `expires_at` is in seconds since 1970."""

    url: str
    email: str
    id_token: str
    refresh_token: str
    expires_at: float


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
        SonubeError: the user is not logged in, or the file is damaged.
    """
    try:
        return Session(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise SonubeError("not_logged_in", "You are not logged in. Run `sonube login`.") from error


def log_in(url: str, email: str, password: str, *, sign_up: bool = False) -> Session:
    """Request a session; without retries, because the user is waiting."""
    route = "signup" if sign_up else "login"
    return _ask(url, email, route, {"email": email, "password": password}, tries=1)


def fresh_token(file: Path) -> str:
    """A valid ID token; renews and saves the session if it expires soon."""
    with _ONE_AT_A_TIME:
        session = load(file)
        if session.expires_at - time.time() < MARGIN_S:
            session = _ask(session.url, session.email, "refresh", {"refreshToken": session.refresh_token})
            save(session, file)
        return session.id_token


def _ask(url: str, email: str, route: str, body: Mapping[str, str], *, tries: int = TRIES) -> Session:
    service = Service(url, lambda: "", time.sleep)
    answer = service.call("POST", f"/api/auth/{route}", signed=False, tries=tries, json=body)
    try:
        expires_at = time.time() + float(answer["expiresIn"])
        return Session(url, email, str(answer["idToken"]), str(answer["refreshToken"]), expires_at)
    except (KeyError, TypeError, ValueError) as error:
        raise unexpected(service.url, requests.codes.ok) from error

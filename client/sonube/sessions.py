"""Who is logged in where: a file of mode 0600 with the refresh token, and ID tokens that stay fresh."""

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

# A token is renewed when it has less than this to live.
MARGIN_S = 120
# Files that are under way side by side renew the session once, not each for itself.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in; `expires_at` is in seconds since 1970."""

    url: str
    email: str
    id_token: str
    refresh_token: str
    expires_at: float


def session_file() -> Path:
    """Where the session is kept; `SONUBE_SESSION` moves it."""
    named = os.environ.get("SONUBE_SESSION")
    return Path(named) if named else platformdirs.user_config_path("sonube") / "session.json"


def save(session: Session, file: Path) -> None:
    """Write the file whole or not at all, for its owner's eyes only."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(asdict(session), out)
    fresh.replace(file)


def load(file: Path) -> Session:
    """The saved session.

    Raises:
        SonubeError: nobody is logged in, or the file is damaged.
    """
    try:
        return Session(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise SonubeError("not_logged_in", "Nobody is logged in: run `sonube login`.") from error


def log_in(url: str, email: str, password: str, *, sign_up: bool = False) -> Session:
    """Ask the service for a session; somebody waits, so it is asked once."""
    route = "signup" if sign_up else "login"
    return _ask(url, email, route, {"email": email, "password": password}, tries=1)


def fresh_token(file: Path) -> str:
    """An ID token that is good for a while yet; renews and saves the session when it is not."""
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

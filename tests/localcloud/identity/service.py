"""A running identity service, on a thread of its own so that it is as far away as another process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from aiohttp import web

from localcloud.credentials.service_account import write_service_account
from localcloud.database import Database
from localcloud.identity.app import identity_app
from tests.localcloud.background import Background
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from pathlib import Path

    from localcloud.credentials.keys import SigningKey

PROJECT = "sonube-test"


class Clock:
    """The service's clock: real time, moved by `ahead_s`."""

    ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


@dataclass
class Identity:
    """A running service and the ways in which the tests speak with it."""

    host: str
    key: SigningKey
    credentials: Path
    clock: Clock
    mails: list[str]
    http: requests.Session = field(default_factory=requests.Session)

    def post(self, path: str, **fields: Any) -> requests.Response:  # any JSON
        url = f"http://{self.host}/identitytoolkit.googleapis.com/v1/{path}"
        return self.http.post(url, params={"key": "web"}, json=fields, timeout=HANG_S)

    def admin(self, path: str, **fields: Any) -> requests.Response:  # any JSON
        url = f"http://{self.host}/identitytoolkit.googleapis.com/v1/projects/{PROJECT}{path}"
        headers = {"Authorization": "Bearer owner"}
        return self.http.post(url, headers=headers, json=fields, timeout=HANG_S)

    def sign_up(self, email: str = "ada@example.com") -> dict[str, Any]:
        fields = {"email": email, "password": "analytical", "returnSecureToken": True}
        response = self.post("accounts:signUp", **fields)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    def refresh(self, token: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        url = f"http://{self.host}/securetoken.googleapis.com/v1/token"
        return self.http.post(url, params={"key": "web"}, data=form, timeout=HANG_S)


def word(response: requests.Response) -> str:
    """Identity Toolkit's word for what went wrong."""
    return str(response.json()["error"]["message"]).split(" ")[0]


class running:  # noqa: N801  # reads as a statement: with running(folder, key) as service
    """The service over the database in `folder`, from entering to leaving."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self._folder = folder
        self._key = key
        self._background = Background()

    def __enter__(self) -> Identity:
        return self._background.run(self._start())

    def __exit__(self, *_: object) -> None:
        self._background.run(self._stop())
        self._background.close()
        self._service.http.close()

    async def _start(self) -> Identity:
        clock = Clock()
        self._database = Database(self._folder / "cloud.db")
        credentials = self._folder / "key.json"
        account = write_service_account(credentials, PROJECT, "api", "http://127.0.0.1:1/token")
        mails: list[str] = []
        app = identity_app(
            self._database,
            self._key,
            PROJECT,
            service_accounts={account.email: account.key},
            now=clock,
            show_mail=mails.append,
        )
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        write_service_account(credentials, PROJECT, "api", f"http://{host}/token")
        self._service = Identity(host, self._key, credentials, clock, mails)
        return self._service

    async def _stop(self) -> None:
        await self._runner.cleanup()
        self._database.close()

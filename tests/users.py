"""Users of the real functions: staged bundles on localcloud."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

FINAL = frozenset({"PROCESSED", "FAILED", "CANCELLED", "EXPIRED"})
PASSWORD = "correct horse"


@dataclass
class User:
    """A user who has signed up."""

    url: str
    http: requests.Session = field(default_factory=requests.Session)
    session: dict[str, Any] = field(default_factory=dict)
    email: str = ""

    def sign_up(self) -> User:
        self.email = f"user-{time.time_ns()}@example.com"
        account = {"email": self.email, "password": PASSWORD}
        self.session = self.call("POST", "/api/auth/signup", json=account).json()
        self.http.headers["Authorization"] = f"Bearer {self.session['idToken']}"
        return self

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self.http.request(
            method, self.url + path, **{"timeout": HANG_S, "allow_redirects": False, **arguments}
        )

    def create(self, filename: str = "song.wav", to: str = "mp3", **fields: Any) -> dict[str, Any]:
        answer = self.call("POST", "/api/tasks", json={"filename": filename, "newFormat": to, **fields})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def upload(self, task: Mapping[str, Any], data: bytes) -> requests.Response:
        upload = task["upload"]
        return requests.put(upload["url"], data=data, headers=upload["headers"], timeout=HANG_S)

    def wait(self, task_id: str) -> dict[str, Any]:
        """Return the task once it has ended."""

        def ended() -> dict[str, Any] | None:
            task: dict[str, Any] = self.call("GET", f"/api/tasks/{task_id}").json()
            return task if task["state"] in FINAL else None

        return wait_until(ended, lambda: f"task {task_id} has not ended")

    def convert(self, filename: str, to: str, data: bytes, **fields: Any) -> dict[str, Any]:
        task = self.create(filename, to, **fields)
        self.upload(task, data).raise_for_status()
        return self.wait(task["id"])

"""The api's routes over fakes of our own ports: no process, no network."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from functions.api.changes import TaskChanges
from functions.api.routes import application
from functions.api.tasks import UserTasks
from functions.api.webhooks import UserWebhooks
from shared.errors import EmailTaken
from shared.log import Log
from shared.ports import Session
from tests.fakes import (
    FakeClock,
    FakeEndpoints,
    FakeFolder,
    FakeQueue,
    FakeSender,
    FakeTasks,
    FakeTokens,
    FakeUrls,
)

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

ANA = {"Authorization": "Bearer ana"}
BEA = {"Authorization": "Bearer bea"}


class FakeAccounts:
    def sign_up(self, email: str, password: str) -> Session:
        if email == "taken@example.com":
            raise EmailTaken
        return Session("ana", f"id-{email}-{password}", "refresh", 3600)

    def sign_in(self, email: str, password: str) -> Session:
        return self.sign_up(email, password)

    def refresh(self, refresh_token: str) -> Session:
        return Session("ana", "id", refresh_token, 3600)


class World:
    """Ana, Bea, and everything that their requests can reach."""

    def __init__(self) -> None:
        self.tasks, self.clock, self.folder = FakeTasks(), FakeClock(), FakeFolder()
        users = UserTasks(self.tasks, FakeUrls(), self.clock, 1000, timedelta(days=30))
        changes = TaskChanges(users, self.folder)
        self.endpoints, self.queue, self.sender = FakeEndpoints(), FakeQueue(), FakeSender()
        webhooks = UserWebhooks(
            self.endpoints, self.tasks, self.queue, self.sender, self.clock, allow_loopback=False
        )
        self.application = application(
            FakeAccounts, FakeTokens, lambda: users, lambda: webhooks, lambda: changes
        )
        self.log = io.StringIO()
        self._client = Client(Request.application(self._respond))

    def _respond(self, request: Request) -> Response:
        return self.application.respond(request, Log(stream=self.log))

    def call(
        self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any
    ) -> TestResponse:
        pairs = list((headers or {}).items())
        return self._client.open(EnvironBuilder(path=path, method=method, headers=pairs, **body))

    def created(self, **fields: Any) -> dict[str, Any]:
        body = {"filename": "song.wav", "newFormat": "mp3"} | fields
        answer = self.call("POST", "/api/tasks", ANA, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

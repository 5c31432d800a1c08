"""The routes of api over fakes of its ports: no process, no network."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from functions.api.openapi.reference import Reference
from functions.api.routes import UseCases, application
from functions.api.service.account import UserAccount
from functions.api.service.changes import TaskChanges
from functions.api.service.creation import TaskCreation
from functions.api.service.keys import UserKeys
from functions.api.service.links import Links
from functions.api.service.quotas import Limits, Quotas
from functions.api.service.quotes import Quotes
from functions.api.service.tasks import UserTasks
from functions.api.service.transfers import Transfers
from functions.api.service.usage import UserUsage
from functions.api.service.webhooks import UserWebhooks
from shared.domain.costs.prices import load_prices
from shared.domain.errors import AccountDisabled, EmailTaken, InvalidCredentials
from shared.ports.accounts import Session, SignIn, User
from shared.ports.ledger import MonthUsage
from shared.runtime.log import Log
from shared.service.forgetting import Forgetting, Grants
from tests.fakes.accounts import FakeMails, FakeTokens, FakeUsers
from tests.fakes.admission import FakeAdmission
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.deletions import FakeDeletions
from tests.fakes.keys import FakeKeys
from tests.fakes.links import FakeUrls
from tests.fakes.task_folder import FakeFolder
from tests.fakes.tasks import FakeTasks
from tests.fakes.webhooks import FakeEndpoints, FakeQueue, FakeSender

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

ANA = {"Authorization": "Bearer ana"}
BEA = {"Authorization": "Bearer bea"}
LIMITS = Limits(open_tasks=5, per_minute=10, upload_bytes=1000, duration_s=600)
# Of quotes, which upload nothing.
QUOTED = Limits(open_tasks=5, per_minute=10, upload_bytes=2**31, duration_s=4 * 3600)


class FakeAccounts(FakeMails):
    def sign_up(self, email: str, password: str) -> Session:
        if email == "taken@example.com":
            raise EmailTaken
        return Session("ana", f"id-{email}-{password}", "refresh", 3600)

    def sign_in(self, email: str, password: str) -> Session:
        uid = email.partition("@")[0]
        if self.users.passwords.get(uid, password) != password or password == "wrong":
            raise InvalidCredentials
        return Session(uid, uid, "refresh", 3600)

    def refresh(self, refresh_token: str) -> Session:
        return Session("ana", "id", refresh_token, 3600)


class FakeMonths:
    """`UsageReader` over numbers in memory."""

    def __init__(self) -> None:
        self.used = dict[tuple[str, str], MonthUsage]()

    def usage(self, owner: str, month: str) -> MonthUsage:
        return self.used.get((owner, month), MonthUsage(month))


class World:
    """Two users, Ana and Bea, and everything that their requests reach."""

    def __init__(self) -> None:
        self.tasks, self.clock, self.folder = FakeTasks(), FakeClock(), FakeFolder()
        self.admission = FakeAdmission(self.tasks, self.clock)
        self.keys, self.disabled = FakeKeys(), set[str]()
        self.months = FakeMonths()
        self.endpoints, self.queue, self.sender = FakeEndpoints(), FakeQueue(), FakeSender()
        user_tasks, quotas = UserTasks(self.tasks), Quotas(self.admission, LIMITS, self.clock)
        creation = TaskCreation(self.tasks, self.admission, quotas, LIMITS, self.clock, timedelta(days=30))
        changes = TaskChanges(user_tasks, self.tasks, self.folder, quotas, self.clock)
        transfers = Transfers(user_tasks, quotas, FakeUrls(), LIMITS.upload_bytes, lambda: self.folder)
        links = Links(self.tasks, self.clock, 900)
        webhooks = UserWebhooks(
            self.endpoints, self.tasks, self.queue, self.sender, quotas, self.clock, allow_loopback=False
        )
        self.users, self.deletions = FakeUsers(), FakeDeletions()
        grants = Grants(self.keys, self.endpoints)
        forgetting = Forgetting(
            self.users, grants, self.tasks, self.folder, self.admission, self.deletions, self.clock
        )
        self.accounts = FakeAccounts(self.users)
        own_account = UserAccount(self.accounts, self.users, grants, forgetting, self.clock)
        use = UseCases(
            accounts=lambda: self.accounts,
            sign_in=lambda: SignIn("key", "https://toolkit.example/v1", "https://tokens.example/v1"),
            verifier=FakeTokens,
            own_account=lambda: own_account,
            keys=lambda: UserKeys(self.keys, self.check_account, self.clock),
            user_tasks=lambda: user_tasks,
            quotes=lambda: Quotes(load_prices(), QUOTED, 7, 240, 1740),
            usage=lambda: UserUsage(self.months, 5_000_000_000, self.clock),
            creation=lambda: creation,
            changes=lambda: changes,
            transfers=lambda: transfers,
            links=lambda: links,
            webhooks=lambda: webhooks,
            reference=lambda: Reference(LIMITS),
            limits=LIMITS,
            kept_days=30,
        )
        self.application = application(use)
        self.log = io.StringIO()
        self._client = Client(Request.application(self._respond))

    def _respond(self, request: Request) -> Response:
        return self.application.respond(request, Log(stream=self.log))

    def call(
        self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any
    ) -> TestResponse:
        pairs = list((headers or {}).items())
        return self._client.open(EnvironBuilder(path=path, method=method, headers=pairs, **body))

    def check_account(self, uid: str) -> User:
        if uid in self.disabled:
            raise AccountDisabled
        return User(uid, f"{uid}@example.com", is_verified=True, created_at=NOON)

    def key(self, **fields: Any) -> dict[str, Any]:
        """A new key of Ana's, with its secret."""
        answer = self.call("POST", "/api/keys", ANA, json={"name": "server"} | fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def follow(self, link: dict[str, Any]) -> TestResponse:
        """The response to a client that follows a link of this API."""
        return self.call(link["method"], link["url"].removeprefix("http://localhost"), link["headers"])

    def created(self, **fields: Any) -> dict[str, Any]:
        body = {"filename": "song.wav", "newFormat": "mp3"} | fields
        answer = self.call("POST", "/api/tasks", ANA, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

"""Only convert's call to notify settles a task, with real functions and real tokens."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from google.cloud import tasks_v2

from localcloud.credentials.keys import SigningKey
from shared.adapters.tasks.cloud_tasks import tasks_client
from tests.notify.outcomes import failed_task
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

Body = dict[str, Any]


@dataclass(frozen=True)
class QueuedCall:
    """A call to notify as convert queued it."""

    url: str
    body: Body
    invoker: str
    key: SigningKey
    task_id: str

    def token(self, **claims: Any) -> str:
        """An OIDC token as Google signs them, of the invoker and for notify, unless `claims` differ."""
        now = int(time.time())
        right = {
            "iss": "https://accounts.google.com",
            "aud": self.url.partition("/api/")[0],
            "email": self.invoker,
            "email_verified": True,
            "sub": "1",
            "iat": now,
            "exp": now + 3600,
        }
        return self.key.sign_jwt(right | claims)

    def post(self, body: Body, authorization: str) -> requests.Response:
        """Call notify."""
        headers = {"Authorization": authorization} if authorization else {}
        return requests.post(self.url, json=body, headers=headers, timeout=HANG_S)


@pytest.fixture(scope="module")
def calls(cloud: ThrowawayCloud, user: User) -> Iterator[list[QueuedCall]]:
    """Two calls for finished conversions, which the paused queue does not deliver."""
    client = tasks_client(cloud.environment["CLOUD_TASKS_EMULATOR_HOST"])
    queue = f"projects/{cloud.environment['GOOGLE_CLOUD_PROJECT']}/locations/us-central1/queues/notify"
    client.pause_queue(name=queue, timeout=HANG_S)
    ids = [failed_task(user) for _ in range(2)]
    key = SigningKey.load_or_create(cloud.data / "signing-key.pem")
    yield [_queued_call(client, queue, key, task_id) for task_id in ids]
    client.resume_queue(name=queue, timeout=HANG_S)


def _queued_call(client: tasks_v2.CloudTasksClient, queue: str, key: SigningKey, task_id: str) -> QueuedCall:
    request = tasks_v2.ListTasksRequest(parent=queue, response_view=tasks_v2.Task.View.FULL)

    def queued() -> tasks_v2.HttpRequest | None:
        calls = (task.http_request for task in client.list_tasks(request, timeout=HANG_S))
        return next((call for call in calls if f"/{task_id}/" in call.url), None)

    call = wait_until(queued, lambda: f"convert has queued no call for {task_id}")
    return QueuedCall(call.url, json.loads(call.body), call.oidc_token.service_account_email, key, task_id)


@pytest.fixture
def held(calls: list[QueuedCall]) -> QueuedCall:
    """A call that no test delivers."""
    return calls[0]


@pytest.fixture(scope="module")
def ended(calls: list[QueuedCall]) -> QueuedCall:
    """A call that has been delivered."""
    call = calls[1]
    answer = call.post(call.body, f"Bearer {call.token()}")
    assert (answer.status_code, answer.json()) == (200, {"state": "FAILED"})
    return call


def shown(user: User, call: QueuedCall) -> tuple[str, str]:
    """State and ETag, which any write would change."""
    answer = user.call("GET", f"/api/tasks/{call.task_id}")
    return answer.json()["state"], answer.headers.get("ETag", answer.json()["updatedAt"])


OTHER_CALLERS: dict[str, tuple[dict[str, Any] | str, int]] = {
    "without a token": ("", 403),
    "without a JWT": ("Bearer let me in", 401),
    "another service account": ({"email": "other@sonube-local.iam.gserviceaccount.com"}, 403),
    "an unverified address": ({"email_verified": False}, 403),
    "for another audience": ({"aud": "https://elsewhere.example"}, 401),
    "expired": ({"exp": 1_000_000_000}, 401),
    "by another issuer": ({"iss": "https://evil.example"}, 403),
}


@pytest.mark.parametrize("who", OTHER_CALLERS)
def test_another_caller_changes_nothing(user: User, held: QueuedCall, who: str) -> None:
    before = shown(user, held)
    credentials, status = OTHER_CALLERS[who]
    authorization = credentials if isinstance(credentials, str) else f"Bearer {held.token(**credentials)}"
    answer = held.post(held.body, authorization)

    assert answer.status_code == status
    assert before == shown(user, held)
    assert before[0] == "CONVERTING"


def test_a_token_with_a_foreign_signature_is_refused(user: User, held: QueuedCall) -> None:
    before = shown(user, held)
    forged = replace(held, key=SigningKey.create("evil"))
    answer = forged.post(forged.body, f"Bearer {forged.token()}")

    assert (answer.status_code, before) == (401, shown(user, held))


def test_a_users_own_token_is_refused(user: User, held: QueuedCall) -> None:
    before = shown(user, held)
    answer = held.post(held.body, str(user.http.headers["Authorization"]))

    assert (answer.status_code, before) == (401, shown(user, held))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"nonce": "guess"}, 403),
        ({"generation": "1"}, 200),
        ({"attempt": 2}, 200),
        ({"generation": 5}, 422),
        ({"attempt": "one"}, 422),
    ],
)
def test_a_call_with_a_wrong_nonce_or_attempt_changes_nothing(
    user: User, held: QueuedCall, change: Body, status: int
) -> None:
    before = shown(user, held)
    answer = held.post(held.body | change, f"Bearer {held.token()}")

    assert (answer.status_code, before) == (status, shown(user, held))
    assert status != 200 or answer.json() == {"state": "unchanged"}


def test_another_tasks_nonce_is_refused(user: User, held: QueuedCall, ended: QueuedCall) -> None:
    before = shown(user, held)
    answer = held.post(held.body | {"nonce": ended.body["nonce"]}, f"Bearer {held.token()}")

    assert (answer.status_code, before) == (403, shown(user, held))


def test_a_repeated_call_is_acknowledged_and_changes_nothing(user: User, ended: QueuedCall) -> None:
    before = shown(user, ended)
    answers = [ended.post(ended.body, f"Bearer {ended.token()}") for _ in range(3)]

    assert [(one.status_code, one.json()) for one in answers] == [(200, {"state": "unchanged"})] * 3
    assert (before[0], before) == ("FAILED", shown(user, ended))


def test_a_call_for_a_deleted_task_is_acknowledged(ended: QueuedCall) -> None:
    deleted = replace(ended, url=ended.url.replace(ended.task_id, "A" * 22))
    answer = deleted.post(deleted.body, f"Bearer {deleted.token()}")

    assert (answer.status_code, answer.json()) == (200, {"state": "unchanged"})


def test_the_api_has_no_route_that_settles_a_task(user: User, held: QueuedCall) -> None:
    before = shown(user, held)
    answer = user.call("POST", f"/api/tasks/{held.task_id}/processed", json=held.body)

    assert (answer.status_code, before) == (404, shown(user, held))

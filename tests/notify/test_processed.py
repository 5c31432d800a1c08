"""Only what convert announced ends a task: real functions, real tokens, and whoever else may try."""

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
from tests.notify.telling import failed_task
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

Body = dict[str, Any]


@dataclass(frozen=True)
class Announcement:
    """A call to notify as convert has put it into the queue, which is paused."""

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

    def call(self, body: Body, authorization: str) -> requests.Response:
        """Post it, as anybody might."""
        headers = {"Authorization": authorization} if authorization else {}
        return requests.post(self.url, json=body, headers=headers, timeout=HANG_S)


@pytest.fixture(scope="module")
def announcements(cloud: ThrowawayCloud, user: User) -> Iterator[list[Announcement]]:
    """Two tasks whose conversions have finished and of which notify has not heard."""
    client = tasks_client(cloud.environment["CLOUD_TASKS_EMULATOR_HOST"])
    queue = f"projects/{cloud.environment['GOOGLE_CLOUD_PROJECT']}/locations/us-central1/queues/notify"
    client.pause_queue(name=queue, timeout=HANG_S)
    ids = [failed_task(user) for _ in range(2)]
    key = SigningKey.load_or_create(cloud.data / "signing-key.pem")
    yield [_announced(client, queue, key, task_id) for task_id in ids]
    client.resume_queue(name=queue, timeout=HANG_S)


def _announced(client: tasks_v2.CloudTasksClient, queue: str, key: SigningKey, task_id: str) -> Announcement:
    request = tasks_v2.ListTasksRequest(parent=queue, response_view=tasks_v2.Task.View.FULL)

    def announced() -> tasks_v2.HttpRequest | None:
        calls = (booked.http_request for booked in client.list_tasks(request, timeout=HANG_S))
        return next((call for call in calls if f"/{task_id}/" in call.url), None)

    call = wait_until(announced, lambda: f"convert has announced nothing of {task_id}")
    return Announcement(call.url, json.loads(call.body), call.oidc_token.service_account_email, key, task_id)


@pytest.fixture
def held(announcements: list[Announcement]) -> Announcement:
    """One that nobody delivers."""
    return announcements[0]


@pytest.fixture(scope="module")
def ended(announcements: list[Announcement]) -> Announcement:
    """One that has been delivered."""
    announcement = announcements[1]
    answer = announcement.call(announcement.body, f"Bearer {announcement.token()}")
    assert (answer.status_code, answer.json()) == (200, {"state": "FAILED"})
    return announcement


def shown(user: User, announcement: Announcement) -> tuple[str, str]:
    """State and ETag, which any write would change."""
    answer = user.call("GET", f"/api/tasks/{announcement.task_id}")
    return answer.json()["state"], answer.headers.get("ETag", answer.json()["updatedAt"])


STRANGERS: dict[str, tuple[dict[str, Any] | str, int]] = {
    "without a token": ("", 403),
    "with words instead": ("Bearer let me in", 401),
    "another service account": ({"email": "other@sonube-local.iam.gserviceaccount.com"}, 403),
    "an unverified address": ({"email_verified": False}, 403),
    "for another audience": ({"aud": "https://elsewhere.example"}, 401),
    "expired": ({"exp": 1_000_000_000}, 401),
    "by another issuer": ({"iss": "https://evil.example"}, 403),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_changes_nothing(user: User, held: Announcement, who: str) -> None:
    before = shown(user, held)
    credentials, status = STRANGERS[who]
    authorization = credentials if isinstance(credentials, str) else f"Bearer {held.token(**credentials)}"
    answer = held.call(held.body, authorization)

    assert answer.status_code == status
    assert before == shown(user, held)
    assert before[0] == "CONVERTING"


def test_a_token_that_somebody_else_signed_is_refused(user: User, held: Announcement) -> None:
    before = shown(user, held)
    forged = replace(held, key=SigningKey.create("evil"))
    answer = forged.call(forged.body, f"Bearer {forged.token()}")

    assert (answer.status_code, before) == (401, shown(user, held))


def test_a_users_own_token_is_refused(user: User, held: Announcement) -> None:
    before = shown(user, held)
    answer = held.call(held.body, str(user.http.headers["Authorization"]))

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
def test_a_call_with_a_wrong_nonce_or_about_another_attempt_changes_nothing(
    user: User, held: Announcement, change: Body, status: int
) -> None:
    before = shown(user, held)
    answer = held.call(held.body | change, f"Bearer {held.token()}")

    assert (answer.status_code, before) == (status, shown(user, held))
    assert status != 200 or answer.json() == {"state": "unchanged"}


def test_another_tasks_nonce_is_refused(user: User, held: Announcement, ended: Announcement) -> None:
    before = shown(user, held)
    answer = held.call(held.body | {"nonce": ended.body["nonce"]}, f"Bearer {held.token()}")

    assert (answer.status_code, before) == (403, shown(user, held))


def test_a_call_that_comes_again_is_acknowledged_and_changes_nothing(user: User, ended: Announcement) -> None:
    before = shown(user, ended)
    answers = [ended.call(ended.body, f"Bearer {ended.token()}") for _ in range(3)]

    assert [(one.status_code, one.json()) for one in answers] == [(200, {"state": "unchanged"})] * 3
    assert (before[0], before) == ("FAILED", shown(user, ended))


def test_a_call_about_a_task_that_was_deleted_is_acknowledged(ended: Announcement) -> None:
    gone = replace(ended, url=ended.url.replace(ended.task_id, "A" * 22))
    answer = gone.call(gone.body, f"Bearer {gone.token()}")

    assert (answer.status_code, answer.json()) == (200, {"state": "unchanged"})


def test_nobody_ends_a_task_through_the_api(user: User, held: Announcement) -> None:
    before = shown(user, held)
    answer = user.call("POST", f"/api/tasks/{held.task_id}/processed", json=held.body)

    assert (answer.status_code, before) == (404, shown(user, held))

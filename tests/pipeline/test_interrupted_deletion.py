"""A deletion of an account that is interrupted by kills, of api and then of the sweeper."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import requests

from tests.users import PASSWORD, User
from tests.waiting import HANG_S, wait_until
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# So many that a deletion outlasts some requests.
TASKS = 60


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[ThrowawayCloud]:
    with ThrowawayCloud(tmp_path, "--sweep-s", "86400") as running:
        yield running


def left(user: User) -> int:
    """The tasks that are left; an ID token can read for an hour after the account is gone."""
    return len(user.call("GET", "/api/tasks?max=100").json()["tasks"])


def kill_during(cloud: ThrowawayCloud, user: User, work: Callable[[], object]) -> int:
    """Kill everything once the work has begun, and start it again; the tasks that are left."""

    def attempt() -> None:
        with suppress(requests.RequestException):
            work()

    before = left(user)
    running = threading.Thread(target=attempt)
    running.start()
    wait_until(lambda: left(user) < before, lambda: "nothing is deleted")
    cloud.kill()
    running.join(HANG_S)
    cloud.start()
    return left(user)


def sweep(cloud: ThrowawayCloud) -> None:
    url = cloud.environment["LOCALCLOUD_URL"]
    requests.post(f"{url}/jobs/sonube-sweep/run", timeout=HANG_S).raise_for_status()


@pytest.mark.wide
def test_sweeper_continues_a_deletion_after_kills(mortal: ThrowawayCloud) -> None:
    user = User(mortal.url).sign_up()
    key = user.call("POST", "/api/keys", json={"name": "server"}).json()["key"]
    oldest = user.create()
    user.upload(oldest, b"no audio").raise_for_status()
    for _ in range(TASKS - 1):
        user.create()

    deletion = {"currentPassword": PASSWORD}
    after_api = kill_during(
        mortal,
        user,
        lambda: requests.post(
            f"{user.url}/api/account/delete", json=deletion, headers=dict(user.http.headers), timeout=HANG_S
        ),
    )
    after_notify = kill_during(mortal, user, lambda: sweep(mortal))
    sweep(mortal)
    wait_until(lambda: left(user) == 0, lambda: f"{left(user)} tasks are left")
    login = user.call("POST", "/api/auth/login", json={"email": user.email, "password": PASSWORD})
    by_key = requests.get(f"{user.url}/api/tasks", headers={"Authorization": f"Bearer {key}"}, timeout=HANG_S)
    bucket = f"{mortal.environment['STORAGE_EMULATOR_HOST']}/storage/v1/b/{mortal.environment['BUCKET']}/o"
    files = requests.get(bucket, params={"prefix": oldest["id"]}, timeout=HANG_S).json().get("items", [])

    assert TASKS > after_api > after_notify > 0
    assert (login.status_code, by_key.status_code, files) == (401, 401, [])

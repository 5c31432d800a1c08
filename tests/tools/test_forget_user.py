"""Deleting a user's data deletes all of it, and nothing of other users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from google.cloud import firestore
from google.cloud.storage import Client

from tests.users import User
from tests.waiting import HANG_S
from tools.forget_user import forget

if TYPE_CHECKING:
    from tools.throwaway import ThrowawayCloud


COLLECTIONS = ("tasks", "keys", "webhooks", "users")
NO_AUDIO = b"This is not audio at all.\n" * 40


@pytest.fixture
def users(cloud: ThrowawayCloud, monkeypatch: pytest.MonkeyPatch) -> tuple[User, User]:
    """Two that have both brought something."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    found = (User(cloud.url).sign_up(), User(cloud.url).sign_up())
    for user in found:
        user.call("POST", "/api/keys", json={"name": "server"}).raise_for_status()
        user.convert("notes.mp3", "wav", NO_AUDIO)
        # Afterwards: a delivery under way would create the endpoint again.
        user.call("PUT", "/api/webhook", json={"url": "https://a.example/"}).raise_for_status()
        user.create()
    return found


def belongings(cloud: ThrowawayCloud, user: User) -> list[str]:
    """Documents and objects of a user, by path."""
    uid = user.session["userId"]
    database = firestore.Client(project=cloud.environment["GOOGLE_CLOUD_PROJECT"])
    documents = [s.reference for c in COLLECTIONS for s in database.collection(c).get()]
    owned = [d for d in documents if (d.get().to_dict() or {}).get("owner") == uid]
    tasks = [d for d in owned if d.path.startswith("tasks/")]
    own = [d.path for d in documents if d.id == uid] + [d.path for d in owned]
    bucket = Client(project=cloud.environment["GOOGLE_CLOUD_PROJECT"]).bucket(cloud.environment["BUCKET"])
    return own + [blob.name for task in tasks for blob in bucket.list_blobs(prefix=f"{task.id}/")]


def test_all_data_of_a_user_is_deleted_and_none_of_others(
    cloud: ThrowawayCloud, users: tuple[User, User]
) -> None:
    ana, bea = users
    before = belongings(cloud, bea)
    assert len(belongings(cloud, ana)) == len(before) == 6
    said = forget(ana.session["userId"], cloud.environment)

    assert said == f"{ana.session['userId']}: 2 tasks, 1 files, the account."
    assert belongings(cloud, ana) == []
    assert before == belongings(cloud, bea)


def test_the_account_is_closed_and_asking_again_does_no_harm(
    cloud: ThrowawayCloud, users: tuple[User, User]
) -> None:
    ana, _ = users
    forget(ana.session["userId"], cloud.environment)
    again = forget(ana.session["userId"], cloud.environment)
    account = {"email": ana.email, "password": "correct horse"}
    login = requests.post(f"{cloud.url}/api/auth/login", json=account, timeout=HANG_S)

    assert again == f"{ana.session['userId']}: 0 tasks, 0 files, no account."
    assert login.status_code == 401

"""Deletes all that a user has brought, and the account: tasks, files, API keys, webhook endpoint, counters.

usage: python -m tools.forget_user UID      (GOOGLE_CLOUD_PROJECT and BUCKET say where)

The account goes first, so that nothing new comes in. If it is interrupted, run it again. Kept answers
and daily counts, which hold no content, expire by themselves within two days; log lines after 30.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

import firebase_admin
from firebase_admin import auth
from google.cloud import firestore
from google.cloud.storage import Client

from shared.adapters.firestore.admission import USERS
from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.endpoints import COLLECTION as ENDPOINTS
from shared.adapters.firestore.keys import FirestoreKeys
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.storage.bucket import Bucket
from shared.domain.formats import FORMATS
from shared.ports.tasks import TaskQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = 100
TIMEOUT_S = 30


def forget(uid: str, environment: Mapping[str, str]) -> str:
    """Delete it all; one line that says how much there was."""
    project = environment["GOOGLE_CLOUD_PROJECT"]
    database = firestore.Client(project=project, database=environment.get("FIRESTORE_DATABASE", "(default)"))
    folders = Bucket(Client(project=project), environment["BUCKET"])
    records = GoogleRecords(database)
    had_account = _forget_account(uid, project)
    _forget_keys(uid, FirestoreKeys(records))
    tasks, files = _forget_tasks(uid, FirestoreTasks(records), folders)
    files += sum(folders.delete_folder(f"drop/{name}/{uid}") for name in FORMATS)
    for collection in (ENDPOINTS, USERS):
        database.collection(collection).document(quote(uid, safe="")).delete(timeout=TIMEOUT_S)
    return f"{uid}: {tasks} tasks, {files} files, {'the' if had_account else 'no'} account."


def _forget_account(uid: str, project: str) -> bool:
    app = firebase_admin.initialize_app(options={"projectId": project, "httpTimeout": TIMEOUT_S})
    try:
        auth.delete_user(uid, app=app)
    except auth.UserNotFoundError:
        return False
    finally:
        firebase_admin.delete_app(app)
    return True


def _forget_keys(uid: str, store: FirestoreKeys) -> None:
    while keys := store.of_owner(uid, PAGE):
        for key in keys:
            store.remove(key.id)


def _forget_tasks(uid: str, store: FirestoreTasks, folders: Bucket) -> tuple[int, int]:
    """The document first, as the API does: a conversion under way then stops, and stores nothing more."""
    tasks = files = 0
    while found := store.page(TaskQuery(uid, size=PAGE)).tasks:
        for task in found:
            store.delete(task.id)
            files += folders.delete_folder(task.id)
        tasks += len(found)
    return tasks, files


if __name__ == "__main__":
    print(forget(sys.argv[1], os.environ))

"""Deletes all that a user has brought, and the account: tasks, files, API keys, webhook endpoint, counters.

usage: python -m tools.forget_user UID      (GOOGLE_CLOUD_PROJECT and BUCKET say where)

It is what `POST /api/account/delete` does for its caller. If it is interrupted, the sweeper continues. Kept
answers and daily counts, which hold no content, expire by themselves within two days; log lines after 30.
"""

from __future__ import annotations

import math
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from google.cloud import firestore
from google.cloud.storage import Client

from shared.adapters.firestore.admission import FirestoreAdmission
from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.firestore.deletions import FirestoreDeletions
from shared.adapters.firestore.endpoints import FirestoreEndpoints
from shared.adapters.firestore.keys import FirestoreKeys
from shared.adapters.firestore.tasks import FirestoreTasks
from shared.adapters.identity.users import Users
from shared.adapters.storage.bucket import Bucket
from shared.service.forgetting import Forgetting, Grants

if TYPE_CHECKING:
    from collections.abc import Mapping


def forget(uid: str, environment: Mapping[str, str]) -> str:
    """Delete it all; one line that says how much there was."""
    project = environment["GOOGLE_CLOUD_PROJECT"]
    database = firestore.Client(project=project, database=environment.get("FIRESTORE_DATABASE", "(default)"))
    records = GoogleRecords(database)
    forgetting = Forgetting(
        Users(project, environment.get("FIREBASE_AUTH_EMULATOR_HOST", "")),
        Grants(FirestoreKeys(records), FirestoreEndpoints(records)),
        FirestoreTasks(records),
        Bucket(Client(project=project), environment["BUCKET"]),
        FirestoreAdmission(records),
        FirestoreDeletions(records),
        lambda: datetime.now(UTC),
    )
    done = forgetting.forget(uid, math.inf)
    return f"{uid}: {done.tasks} tasks, {done.files} files, {'the' if done.had_account else 'no'} account."


if __name__ == "__main__":
    print(forget(sys.argv[1], os.environ))

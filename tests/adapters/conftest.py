"""Both Firestore clients, and objects of the bucket, on localcloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.cloud import firestore, storage

from shared.adapters.firestore import rest_records
from shared.adapters.firestore.client_records import GoogleRecords
from shared.adapters.storage.objects import BucketObjects

if TYPE_CHECKING:
    from shared.adapters.firestore.records import Records


@pytest.fixture(params=["google", "rest"])
def records(request: pytest.FixtureRequest, environment: dict[str, str]) -> Records:
    project = environment["GOOGLE_CLOUD_PROJECT"]
    if request.param == "google":
        return GoogleRecords(firestore.Client(project=project))
    return rest_records.records(project, "(default)", environment["FIRESTORE_REST_EMULATOR_HOST"])


@pytest.fixture
def objects(environment: dict[str, str]) -> BucketObjects:
    client = storage.Client(project=environment["GOOGLE_CLOUD_PROJECT"])
    return BucketObjects(client, environment["BUCKET"])

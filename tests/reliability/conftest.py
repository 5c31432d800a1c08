"""Google's clients on the tests' localcloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.cloud import firestore
from google.cloud.storage import Client

from shared.adapters.firestore.client_records import GoogleRecords
from tests.users import User

if TYPE_CHECKING:
    from google.cloud.storage import Bucket

    from tools.throwaway import ThrowawayCloud


@pytest.fixture
def bucket(environment: dict[str, str]) -> Bucket:
    return Client(project=environment["GOOGLE_CLOUD_PROJECT"]).bucket(environment["BUCKET"])


@pytest.fixture
def records(environment: dict[str, str]) -> GoogleRecords:
    return GoogleRecords(firestore.Client(project=environment["GOOGLE_CLOUD_PROJECT"]))


@pytest.fixture
def user(cloud: ThrowawayCloud) -> User:
    return User(cloud.url).sign_up()

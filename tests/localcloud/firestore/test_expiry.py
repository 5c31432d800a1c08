"""Documents go when their time is over."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from localcloud.firestore.indexes.requirements import IndexRules
from tests.localcloud.firestore.running import Client, Local

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sweep_deletes_what_is_over_and_nothing_else(tmp_path: Path) -> None:
    ahead_s = [0.0]
    rules = IndexRules.allow_all(ttl=[("tasks", "expireAt")])
    local = Local(tmp_path, rules, now=lambda: time.time() + ahead_s[0])
    client = Client(local.port)
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    client.document("tasks/over").set({"expireAt": in_an_hour})
    client.document("users/u/tasks/over").set({"expireAt": in_an_hour})
    client.document("tasks/later").set({"expireAt": in_an_hour + timedelta(hours=5)})
    client.document("tasks/never").set({"expireAt": "a text is no time"})
    client.document("others/one").set({"expireAt": in_an_hour})

    early = local.delete_expired()
    ahead_s[0] = 3700.0
    late = local.delete_expired()

    assert (early, late) == (0, 2)
    assert {one.id for one in client.collection("tasks").stream()} == {"later", "never"}
    assert client.document("others/one").get().exists
    client.close()
    local.close()

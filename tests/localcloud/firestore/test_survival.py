"""What was acknowledged survives SIGKILL, and what is not here says its name."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from google.api_core.exceptions import GoogleAPICallError, MethodNotImplemented, RetryError

from tests.localcloud.firestore.running import Client, local_process
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = "survival"


def write_until_it_dies(client: Client, acknowledged: list[int]) -> None:
    try:
        for number in range(100_000):
            client.document(f"songs/{number}").set({"n": number}, retry=None, timeout=HANG_S)
            acknowledged.append(number)
    except (GoogleAPICallError, RetryError):
        return


def test_a_kill_in_the_middle_of_load_loses_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[int] = []
    with local_process(tmp_path / "cloud.db") as (process, port):
        client = Client(port, PROJECT)
        writer = threading.Thread(target=write_until_it_dies, args=(client, acknowledged))
        writer.start()
        wait_until(lambda: len(acknowledged) > 10)
        process.kill()
        writer.join(HANG_S)
        client.close()

    with local_process(tmp_path / "cloud.db") as (_, port):
        client = Client(port, PROJECT)
        kept = {one.get("n") for one in client.collection("songs").stream()}
        client.close()
    assert set(acknowledged) <= kept


def test_the_error_names_what_is_not_implemented(local_client: Client) -> None:
    with pytest.raises(MethodNotImplemented, match=r"google\.firestore\.v1\.Firestore/PartitionQuery"):
        list(local_client.collection_group("songs").get_partitions(3))

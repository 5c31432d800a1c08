"""The README's table of methods is true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from google.cloud import firestore_v1
from google.cloud.firestore_v1.types import ListenRequest, StructuredQuery, Target

from localcloud import firestore
from localcloud.firestore.indexes.requirements import IndexRules
from tests.localcloud.firestore.running import Client, Local
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(firestore.__file__).with_name("README.md")
METADATA = Path(firestore_v1.__file__).with_name("gapic_metadata.json")


def claims() -> dict[str, bool]:
    """Each method of the table and whether it is there."""
    rows = re.findall(r"^\| ([A-Z][\w, ]+) \| (yes|no)", README.read_text(), re.MULTILINE)
    return {name: word == "yes" for names, word in rows for name in names.split(", ")}


def methods() -> list[str]:
    """The methods that the client library knows."""
    return list(json.loads(METADATA.read_text())["services"]["Firestore"]["clients"]["grpc"]["rpcs"])


def test_the_table_names_every_method() -> None:
    assert sorted(claims()) == sorted(methods())


@pytest.mark.parametrize("name", methods())
def test_a_method_is_there_if_the_table_says_so(local_port: int, name: str) -> None:
    message = ""
    with grpc.insecure_channel(f"127.0.0.1:{local_port}") as channel:
        call: grpc.StreamStreamMultiCallable[bytes, bytes]
        call = channel.stream_stream(f"/google.firestore.v1.Firestore/{name}")
        try:
            # Listen does not answer this; a refusal comes immediately.
            list(call(iter([b""]), timeout=0.5 if claims()[name] else HANG_S))
        except grpc.RpcError as error:
            message = error.details() or ""

    refused = message == f"localcloud does not implement google.firestore.v1.Firestore/{name}."
    assert refused is not claims()[name]


@pytest.fixture
def strict_client(tmp_path: Path) -> Iterator[Client]:
    path = tmp_path / "firestore.indexes.json"
    path.write_text('{"indexes": []}')
    local = Local(tmp_path, IndexRules.from_file(path))
    client = Client(local.port)
    yield client
    client.close()
    local.close()


def test_a_listener_without_an_index_is_refused_too(strict_client: Client) -> None:
    orders = [{"field": {"field_path": name}} for name in "ab"]
    query = StructuredQuery({"from_": [{"collection_id": "songs"}], "order_by": orders})
    root = f"{strict_client._database_string}/documents"
    target = Target(query={"parent": root, "structured_query": query}, target_id=7)
    request = ListenRequest(database=strict_client._database_string, add_target=target)

    answer = next(iter(strict_client._firestore_api.listen(iter([request]), timeout=HANG_S)))

    assert answer.target_change.target_change_type.name == "REMOVE"
    assert answer.target_change.cause.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]

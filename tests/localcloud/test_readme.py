"""The README's tables of Cloud Tasks and of the identity services are true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import pytest
import requests
from google.cloud import tasks_v2

import localcloud
from localcloud.credentials.keys import SigningKey
from localcloud.database import Database
from localcloud.tasks.service import TasksService
from tests.localcloud.background import Background
from tests.localcloud.identity.service import Identity, running
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(localcloud.__file__).parent
README = (HERE / "README.md").read_text()
TASKS = "google.cloud.tasks.v2.CloudTasks"
TASKS_CLAIMS = {
    name: word == "yes"
    for names, word in re.findall(r"^\| ([A-Z]\w+(?:, \w+)*) \| (yes|no) \|$", README, re.MULTILINE)
    for name in names.split(", ")
}
IDENTITY_ROWS = re.findall(r"^\| `([A-Z]+) (/\S+)` \| (yes|no) \|$", README, re.MULTILINE)


def tasks_methods() -> list[str]:
    metadata = json.loads(Path(tasks_v2.__file__).with_name("gapic_metadata.json").read_text())
    return list(metadata["services"]["CloudTasks"]["clients"]["grpc"]["rpcs"])


@pytest.fixture(scope="module")
def tasks_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    background = Background()
    database = Database(tmp_path_factory.mktemp("tasks") / "cloud.db")

    async def start() -> tuple[grpc.aio.Server, int]:
        server = grpc.aio.server()
        TasksService(database, lambda *_: "").register(server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        return server, port

    server, port = background.run(start())
    yield port
    background.run(server.stop(None))
    background.close()
    database.close()


def test_the_table_names_every_method_of_cloud_tasks() -> None:
    assert sorted(TASKS_CLAIMS) == sorted(tasks_methods())


@pytest.mark.parametrize("name", tasks_methods())
def test_a_method_of_cloud_tasks_is_there_if_the_table_says_so(tasks_port: int, name: str) -> None:
    message = ""
    with grpc.insecure_channel(f"127.0.0.1:{tasks_port}") as channel:
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{TASKS}/{name}")
        try:
            call(b"", timeout=HANG_S)
        except grpc.RpcError as error:
            message = error.details() or ""

    assert (message == f"localcloud does not implement {TASKS}/{name}.") is not TASKS_CLAIMS[name]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    with running(tmp_path_factory.mktemp("identity"), SigningKey.create()) as service:
        yield service


@pytest.mark.parametrize(("method", "path", "there"), IDENTITY_ROWS, ids=[" ".join(r) for r in IDENTITY_ROWS])
def test_each_row_of_the_identity_services_is_true(
    identity: Identity, method: str, path: str, there: str
) -> None:
    headers = {"Authorization": "Bearer owner", "Metadata-Flavor": "Google"}
    url = f"http://{identity.host}{path}"
    answer = requests.request(method, url, params={"key": "k"}, json={}, headers=headers, timeout=HANG_S)

    assert answer.status_code < 500 or answer.status_code == 501
    assert (answer.status_code != 501) == (there == "yes"), answer.text
    assert answer.status_code not in {404, 405}, answer.text


def test_the_tables_have_both_kinds_of_rows() -> None:
    assert set(TASKS_CLAIMS.values()) == {True, False}
    assert {row[2] for row in IDENTITY_ROWS} == {"yes", "no"}


def test_no_file_of_localcloud_is_too_long() -> None:
    too_long = {str(path) for path in HERE.rglob("*.py") if len(path.read_text().splitlines()) > 250}

    assert too_long == set()

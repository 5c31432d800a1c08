"""The README's table of methods is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from google.cloud.storage import Bucket

    from tests.localcloud.storage.running import Server

README = Path(__file__).parents[3] / "localcloud/storage/README.md"
ROWS = re.findall(r"^\| `([A-Z]+) (/\S+)` \| (yes|no) \|$", README.read_text(), re.MULTILINE)


@pytest.mark.parametrize(("method", "path", "there"), ROWS, ids=[" ".join(row) for row in ROWS])
def test_each_row_of_the_table_is_true(
    server: Server, bucket: Bucket, method: str, path: str, there: str
) -> None:
    bucket.blob("a").upload_from_string("x")
    answer = requests.request(
        method, server.url + path, headers={"Authorization": "Bearer x"}, timeout=HANG_S
    )

    assert answer.status_code < 500 or answer.status_code == 501
    assert (answer.status_code != 501) == (there == "yes"), answer.text


def test_the_table_has_both_kinds_of_rows() -> None:
    assert {row[2] for row in ROWS} == {"yes", "no"}

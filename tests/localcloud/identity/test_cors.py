"""Pages call Identity Toolkit themselves: Google answers to every origin (floci-io/floci-gcp#152)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from tests.localcloud.identity.service import Identity

ORIGIN = "https://page.example"
# What Firebase's own client sends, and the page.
SENT = "content-type,x-client-version,x-firebase-gmpid,x-firebase-locale"


@pytest.mark.parametrize(
    "path",
    [
        "identitytoolkit.googleapis.com/v1/accounts:signUp",
        "identitytoolkit.googleapis.com/v1/accounts:signInWithPassword",
        "securetoken.googleapis.com/v1/token",
    ],
)
def test_preflight_allows_what_firebases_clients_send(identity: Identity, path: str) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": SENT,
    }
    answer = requests.options(f"http://{identity.host}/{path}?key=web", headers=asked, timeout=HANG_S)

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, ORIGIN)
    assert answer.headers["Access-Control-Allow-Headers"] == SENT
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_page_reads_refusals_too(identity: Identity) -> None:
    url = f"http://{identity.host}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=web"
    body = {"email": "ada@example.com", "password": "wrong horse"}
    answer = requests.post(url, json=body, headers={"Origin": ORIGIN}, timeout=HANG_S)

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (400, ORIGIN)

"""What a web page of another origin in the developer's browser could try against a running localcloud."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.users import User
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.throwaway import ThrowawayCloud

EVIL = "http://evil.example"
# As browsers mark a request of another page: with an Origin or, for an image or a link that sends none, with
# Sec-Fetch-Site. A sandboxed frame and a file have the origin `null`.
OTHER_PAGES: tuple[dict[str, str], ...] = (
    {"Origin": EVIL},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "http://localhost.evil.example:8080"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    # A page that is stored in the bucket itself.
    {"Sec-Fetch-Site": "same-origin"},
)
OTHER_HOSTS = ("evil.example", "10.1.2.3", "127.0.0.1.evil.example", "169.254.169.254", "[::ffff:7f00:1]", "")


@pytest.fixture(scope="module")
def victim(cloud: ThrowawayCloud) -> dict[str, Any]:
    """A task with an upload that nobody else may read."""
    user = User(cloud.url).sign_up()
    task = user.create()
    user.upload(task, b"RIFF, and no more").raise_for_status()
    return task


def servers(cloud: ThrowawayCloud) -> dict[str, str]:
    """Every HTTP server of the cloud, by what it is, and a path that a page would like to read."""
    variables = cloud.environment
    bucket = f"/storage/v1/b/{variables['BUCKET']}/o"
    ports = json.loads((cloud.data / "ports.json").read_text())
    return {
        "storage": variables["STORAGE_EMULATOR_HOST"] + bucket,
        "identity": f"http://{variables['FIREBASE_AUTH_EMULATOR_HOST']}/oauth2/v1/certs",
        "firestore": f"http://127.0.0.1:{ports['firestore']}/v1/projects/x/databases/(default)/documents/t",
        "control": variables["LOCALCLOUD_URL"] + "/status",
        "notify": f"http://127.0.0.1:{ports['notify']}/api/sweep",
        "api": cloud.url + "/api/formats",
    }


def with_host(url: str, host: str, method: str = "GET") -> int:
    """The status for a request with this Host header."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=HANG_S)
    connection.putrequest(method, where.path, skip_host=True)
    if host:
        connection.putheader("Host", host)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("server", ["storage", "identity", "firestore", "control", "notify", "api"])
def test_server_answers_under_the_names_of_this_machine_only(cloud: ThrowawayCloud, server: str) -> None:
    url = servers(cloud)[server]
    port = urlsplit(url).port
    own = {with_host(url, f"{name}:{port}") for name in ("127.0.0.1", "localhost", "LOCALHOST.", "[::1]")}

    assert 421 not in own
    assert {with_host(url, f"{name}:{port}" if name else "") for name in OTHER_HOSTS} <= {421, 400}


@pytest.mark.usefixtures("victim")
def test_instance_that_no_front_end_protects_checks_the_name_too(cloud: ThrowawayCloud) -> None:
    """notify trusts what its front end has verified; convert trusts every event."""

    def ports() -> list[int]:
        status = requests.get(cloud.environment["LOCALCLOUD_URL"] + "/status", timeout=HANG_S).json()
        return [view["port"] for view in status["convertInstances"] if view["state"] == "ready"]

    for port in wait_until(ports, lambda: "no instance of convert has started"):
        assert with_host(f"http://127.0.0.1:{port}/", "evil.example", "POST") == 421


@pytest.mark.parametrize("headers", OTHER_PAGES, ids=str)
def test_other_page_cannot_use_googles_apis(
    cloud: ThrowawayCloud, victim: Mapping[str, Any], headers: dict[str, str]
) -> None:
    storage, bucket = cloud.environment["STORAGE_EMULATOR_HOST"], cloud.environment["BUCKET"]
    name = f"{victim['id']}%2Fsong.wav"
    object_url = f"{storage}/storage/v1/b/{bucket}/o/{name}"
    identity = f"http://{cloud.environment['FIREBASE_AUTH_EMULATOR_HOST']}/identitytoolkit.googleapis.com/v1"
    control = cloud.environment["LOCALCLOUD_URL"]
    upload = f"{storage}/upload/storage/v1/b/{bucket}/o?uploadType=media&name=drop/mp3/"
    plain = {**headers, "Content-Type": "text/plain"}
    attacks = [
        requests.get(f"{storage}/storage/v1/b/{bucket}/o", headers=headers, timeout=HANG_S),
        # Not signed, whatever its query says: the JSON API does not look at signatures.
        requests.get(f"{object_url}?alt=media&X-Goog-Date=0&upload_id=1", headers=headers, timeout=HANG_S),
        requests.delete(object_url, headers=headers, timeout=HANG_S),
        requests.post(upload + "evil.wav", b"RIFF", headers=plain, timeout=HANG_S),
        requests.post(f"{storage}/batch/storage/v1", b"--x--", headers=plain, timeout=HANG_S),
        requests.options(object_url, headers={**headers, "Origin": EVIL}, timeout=HANG_S),
        requests.post(f"{identity}/accounts:signUp?key=x", b"{}", headers=plain, timeout=HANG_S),
        requests.post(f"{control}/jobs/sonube-sweep/run", headers=headers, timeout=HANG_S),
        requests.put(f"{control}/faults", b"unavailable=1", headers=headers, timeout=HANG_S),
        requests.get(f"{control}/status", headers=headers, timeout=HANG_S),
    ]

    assert [(attack.request.method, attack.status_code) for attack in attacks] == [
        (attack.request.method, 403) for attack in attacks
    ]
    assert not any("Access-Control-Allow-Origin" in attack.headers for attack in attacks)
    assert requests.get(object_url, timeout=HANG_S).status_code == 200


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1:9999"])
def test_other_page_cannot_sign_up_or_use_a_token(cloud: ThrowawayCloud, origin: str) -> None:
    email = f"evil-{time.time_ns()}@example.com"
    account = {"email": email, "password": "correct horse"}
    headers = {"Origin": origin}
    sent = requests.post(f"{cloud.url}/api/auth/signup", json=account, headers=headers, timeout=HANG_S)
    asked = requests.options(f"{cloud.url}/api/auth/signup", headers=headers, timeout=HANG_S)
    own = requests.post(f"{cloud.url}/api/auth/login", json=account, timeout=HANG_S)

    assert (sent.status_code, sent.json()["code"]) == (403, "origin_not_allowed")
    assert asked.status_code in {204, 403}
    assert not {"Access-Control-Allow-Origin"} & {*sent.headers, *asked.headers}
    assert own.json()["code"] == "invalid_credentials"


def test_body_that_needs_no_permission_is_not_read(cloud: ThrowawayCloud) -> None:
    """A form of another page in a browser that sends neither Origin nor Sec-Fetch-Site."""
    account = json.dumps({"email": f"evil-{time.time_ns()}@example.com", "password": "correct horse"})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = requests.post(
            f"{cloud.url}/api/auth/signup", account, headers={"Content-Type": kind}, timeout=HANG_S
        )

        assert answer.status_code == 415


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_own_page_may_call_the_api_and_the_bucket(
    cloud: ThrowawayCloud, victim: Mapping[str, Any], name: str
) -> None:
    origin = f"http://{name}:{urlsplit(cloud.url).port}"
    answer = requests.get(f"{cloud.url}/api/formats", headers={"Origin": origin}, timeout=HANG_S)
    upload = victim["upload"]["url"]
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    preflight = requests.options(upload, headers=asked, timeout=HANG_S)

    shown = requests.get(f"{cloud.url}/api/config", headers={"Origin": origin}, timeout=HANG_S).json()[
        "signIn"
    ]
    sign_up = f"{shown['identityToolkitUrl']}/accounts:signUp?key={shown['apiKey']}"
    account = {"email": f"page-{time.time_ns()}@example.com", "password": "correct horse"}
    made = requests.post(sign_up, json=account, headers={"Origin": origin}, timeout=HANG_S)

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert (made.status_code, made.headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_page_is_also_at_the_ipv6_address_of_this_machine(cloud: ThrowawayCloud) -> None:
    if not has_ipv6():
        return  # nothing listens there, and no browser looks there
    check_page_and_sign_up(cloud.url.replace("127.0.0.1", "[::1]"))


def has_ipv6() -> bool:
    with suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


def check_page_and_sign_up(url: str) -> None:
    account = {"email": f"six-{time.time_ns()}@example.com", "password": "correct horse"}
    page = requests.get(url, timeout=HANG_S)
    answer = requests.post(f"{url}/api/auth/signup", json=account, headers={"Origin": url}, timeout=HANG_S)

    assert (page.status_code, answer.status_code) == (200, 201)
    assert "<title>" in page.text


def test_unsigned_token_of_an_emulator_is_refused(cloud: ThrowawayCloud) -> None:
    user = User(cloud.url).sign_up()
    header, claims, signature = user.session["idToken"].split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")

    for token in (f"{none}.{claims}.", f"{header}.{claims}.", f"{header}.{claims}.{signature[:-8]}AAAAAAAA"):
        user.http.headers["Authorization"] = f"Bearer {token}"
        answer = user.call("GET", "/api/tasks")

        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_signed_link_works_from_anywhere_but_sends_nothing_for_another_page(
    victim: Mapping[str, Any],
) -> None:
    """In a message or a player, it has no Origin; the page that it is opened from is of no account."""
    signed = victim["upload"]["url"]
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert requests.put(signed, b"", headers={"Origin": EVIL}, timeout=HANG_S).status_code == 403
    # Cloud Storage itself refuses this one: it is signed for PUT.
    assert "<Code>" in requests.get(signed, headers=elsewhere, timeout=HANG_S).text

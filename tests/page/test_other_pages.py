"""Chromium on a page of somebody else, who knows the ports of a localcloud on the same machine."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.page.visitor import PASSWORD
from tests.sampling import chosen
from tests.users import User
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tools.throwaway import ThrowawayCloud

# Sends each request with the browser's permission and without, and returns what it can read.
ATTACKS = """async ({ requests }) => {
  const read = [];
  for (const { url, method = "GET", body, headers = {} } of requests) {
    for (const mode of ["cors", "no-cors"]) {
      try {
        const answer = await fetch(url, { method, body, mode, headers: mode === "cors" ? headers : {} });
        if (answer.type !== "opaque") read.push(`${method} ${url}: ${answer.status} ${await answer.text()}`);
      } catch { /* The browser forbids it. */ }
    }
  }
  return read;
}"""
FORM = """async (url) => {
  document.body.innerHTML = `<iframe name=f></iframe><form method=post enctype=text/plain target=f>
    <input name=a value=b></form><iframe sandbox="allow-scripts allow-forms" srcdoc=""></iframe><img>`;
  const [frame, image] = [document.querySelector("[name=f]"), document.querySelector("img")];
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  document.forms[0].action = url;
  document.forms[0].submit();
  await loaded;
  image.src = url;
  await new Promise((resolve) => { image.onload = image.onerror = resolve; });
}"""


@pytest.fixture(scope="module")
def other_port() -> Iterator[int]:
    """Of a server with an empty page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>win a prize</title>")

        def log_message(self, *_: object) -> None:
            """Do not log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(HANG_S * 1000)
    yield context.new_page()
    context.close()


def at(url: str, name: str) -> str:
    """The same URL under another name of this machine."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{name}:{parts.port}").geturl()


def attempts(cloud: ThrowawayCloud, user: User, victim: dict[str, Any], email: str) -> list[dict[str, Any]]:
    storage, bucket = cloud.environment["STORAGE_EMULATOR_HOST"], cloud.environment["BUCKET"]
    identity = f"http://{cloud.environment['FIREBASE_AUTH_EMULATOR_HOST']}/identitytoolkit.googleapis.com/v1"
    objects = f"{storage}/storage/v1/b/{bucket}/o"
    account = f'{{"email": "{email}", "password": "{PASSWORD}"}}'
    token = {"Authorization": f"Bearer {user.session['idToken'].rpartition('.')[0]}."}
    json = {"Content-Type": "application/json"}
    return [
        {"url": objects},
        {"url": f"{objects}/{victim['id']}%2Fsong.wav?alt=media"},
        {"url": f"{objects}/{victim['id']}%2Fsong.wav", "method": "DELETE"},
        {
            "url": f"{storage}/upload/storage/v1/b/{bucket}/o?uploadType=media&name=drop/mp3/{email}.wav",
            "method": "POST",
            "body": "RIFF",
        },
        {"url": f"{identity}/accounts:signUp?key=x", "method": "POST", "body": account},
        {"url": f"{cloud.url}/api/auth/signup", "method": "POST", "body": account, "headers": json},
        {"url": f"{cloud.url}/api/tasks", "headers": token},
        {"url": f"{cloud.url}/api/tasks/{victim['id']}", "method": "DELETE", "headers": token},
        {"url": f"{cloud.environment['LOCALCLOUD_URL']}/status"},
        {"url": f"{cloud.environment['LOCALCLOUD_URL']}/faults", "method": "PUT", "body": "unavailable=1"},
    ]


@pytest.mark.parametrize("name", chosen(["127.0.0.1", "localhost", "evil.example"], {"evil.example"}))
def test_page_of_another_origin_reads_and_changes_nothing(
    cloud: ThrowawayCloud, tab: Page, other_port: int, name: str
) -> None:
    user, email = User(cloud.url).sign_up(), f"evil-{time.time_ns()}@example.com"
    victim = user.create()
    user.upload(victim, b"RIFF, and no more").raise_for_status()
    tried = attempts(cloud, user, victim, email)
    # Under a name of its own that leads here, too.
    rebound = [{**attempt, "url": at(attempt["url"], "evil.example")} for attempt in tried]

    tab.goto(f"http://{name}:{other_port}/")
    assert tab.evaluate(ATTACKS, {"requests": tried + rebound}) == []
    for attempt in tried:
        tab.evaluate(FORM, attempt["url"])

    check_untouched(cloud, user, victim, email)


def test_page_under_a_rebound_name_gets_no_answer(cloud: ThrowawayCloud, tab: Page) -> None:
    """The same port, and so the same origin: only the Host header tells."""
    user, email = User(cloud.url).sign_up(), f"evil-{time.time_ns()}@example.com"
    victim = user.create()
    user.upload(victim, b"RIFF, and no more").raise_for_status()

    for attempt in attempts(cloud, user, victim, email):
        own = at(attempt["url"], "evil.example")
        answer = tab.goto(own)
        assert answer
        assert answer.status == 421
        read = tab.evaluate(ATTACKS, {"requests": [{**attempt, "url": own}]})
        assert all(": 421 " in each for each in read)

    check_untouched(cloud, user, victim, email)


def check_untouched(cloud: ThrowawayCloud, user: User, victim: dict[str, Any], email: str) -> None:
    storage, bucket = cloud.environment["STORAGE_EMULATOR_HOST"], cloud.environment["BUCKET"]
    listed = requests.get(f"{storage}/storage/v1/b/{bucket}/o", timeout=HANG_S).json()["items"]
    names = [entry["name"] for entry in listed]
    faults = requests.get(f"{cloud.environment['LOCALCLOUD_URL']}/faults", timeout=HANG_S).json()
    account = {"email": email, "password": PASSWORD}

    assert f"{victim['id']}/song.wav" in names
    assert not [found for found in names if email in found]
    assert user.call("GET", f"/api/tasks/{victim['id']}").status_code == 200
    assert (
        User(cloud.url).call("POST", "/api/auth/login", json=account).json()["code"] == "invalid_credentials"
    )
    assert "unavailable" not in faults["plan"]

"""`sonube login` and `sonube account`: by hand, from a script, and without a service."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.client.terminal import CTRL_C
from tests.waiting import HANG_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.client.terminal import Terminal
    from tools.throwaway import ThrowawayCloud

PASSWORD, NEW = "correct horse", "battery staple"


def test_a_new_password_is_typed_twice(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    slip = [("Password: ", "correct hrose\r"), ("confirmation: ", "correct horse\r")]
    again = [("Password: ", "correct horse\r"), ("confirmation: ", "correct horse\r")]
    account = ("--url", cloud.url, "--email", "twice@example.com")

    status, shown = terminal.watch("login", *account, "--sign-up", typed=slip + again)

    assert (status, "do not match" in shown, "Logged in to" in shown) == (0, True, True), shown
    assert terminal.watch("login", *account, typed=[("Password: ", "correct horse\r")])[0] == 0


def test_a_script_gives_the_password_on_standard_input(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    account = ("--url", cloud.url, "--email", "script@example.com")

    first = terminal.run("login", *account, "--sign-up", given="correct horse\n")
    wrong = terminal.run("login", *account, given="wrong horse\n")

    assert (first.returncode, first.stderr) == (0, "")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)


def test_ctrl_c_at_a_prompt_exits_with_130(terminal: Terminal) -> None:
    status, shown = terminal.watch("login", typed=[("E-mail: ", CTRL_C)])

    assert (status, "Stopped." in shown, "Traceback" in shown) == (130, True, False), shown
    assert terminal.run("login").returncode == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sonube.example", "must begin with https://"),
        ("http://127.0.0.1:9", "Check the address and your network"),
    ],
)
def test_an_invalid_or_silent_address_is_reported_immediately(
    terminal: Terminal, url: str, said: str
) -> None:
    done = terminal.run("login", "--url", url, "--email", "ana@example.com", given="correct horse\n")

    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


@pytest.fixture
def moved() -> Iterator[str]:
    """The address of a server that redirects every request."""

    class Moved(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(301)
            self.send_header("Location", f"https://sonube.example{self.path}")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep standard error clean: the test reads it."""

    with HTTPServer(("127.0.0.1", 0), Moved) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_redirect_is_reported_with_the_new_address(terminal: Terminal, moved: str) -> None:
    done = terminal.run("login", "--url", moved, "--email", "ana@example.com", given="correct horse\n")

    assert (done.returncode, "https://sonube.example/api/config" in done.stderr) == (1, True), done.stderr


def test_a_session_is_not_used_if_sonube_url_is_another_service(terminal: Terminal) -> None:
    done = terminal.run("tasks", SONUBE_URL="https://sonube.example")

    assert (done.returncode, "SONUBE_URL is https://sonube.example" in done.stderr) == (1, True)


def test_user_changes_the_password_and_deletes_the_account(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    account = ("--url", cloud.url, "--email", "leaves@example.com")
    terminal.run("login", *account, "--sign-up", given=f"{PASSWORD}\n")
    shown = terminal.run("account", "show")
    mailed = terminal.run("account", "verify")
    wrong = terminal.run("account", "password", given=f"wrong\n{NEW}\n")
    changed = terminal.run("account", "password", given=f"{PASSWORD}\n{NEW}\n")
    still_in = terminal.run("account", "show")
    deleted = terminal.run("account", "delete", given=f"{NEW}\n")
    gone = terminal.run("login", *account, given=f"{NEW}\n")

    assert shown.stdout == still_in.stdout == "leaves@example.com (not verified)\n"
    assert (mailed.returncode, wrong.returncode, changed.returncode) == (0, 1, 0)
    assert "wrong_password" in wrong.stderr
    assert (deleted.stdout, deleted.returncode) == ("The account is deleted.\n", 0)
    assert (gone.returncode, "invalid_credentials" in gone.stderr) == (1, True)


def test_a_forgotten_password_is_replaced_by_mail(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    account = ("--url", cloud.url, "--email", "forgets@example.com")
    terminal.run("login", *account, "--sign-up", given=f"{PASSWORD}\n")
    done = terminal.run("login", *account, "--forgot")
    unknown = terminal.run("login", "--url", cloud.url, "--email", "nobody@example.com", "--forgot")
    code = code_sent(cloud, "forgets@example.com")
    body = {"code": code, "password": NEW}
    requests.post(f"{cloud.url}/api/auth/reset", json=body, timeout=HANG_S).raise_for_status()

    assert (done.returncode, done.stderr) == (unknown.returncode, unknown.stderr) == (0, "")
    assert done.stdout.replace("forgets", "nobody") == unknown.stdout
    assert terminal.run("login", *account, given=f"{PASSWORD}\n").returncode == 1
    assert terminal.run("login", *account, given=f"{NEW}\n").returncode == 0


def code_sent(cloud: ThrowawayCloud, email: str) -> str:
    """The code in the last mail to an address."""

    def found() -> str | None:
        answer = requests.get(cloud.environment["LOCALCLOUD_URL"] + "/mails", timeout=HANG_S).json()
        links = [mail["link"] for mail in answer["mails"] if mail["to"] == email]
        return parse_qs(urlsplit(links[0]).query)["oobCode"][0] if links else None

    return wait_until(found, lambda: f"no mail to {email}")


def test_an_address_is_the_same_however_it_was_typed(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    """Browsers write domains in ASCII; passwords are taken as they are.

    supabase/auth#89 (case), redmatrix/hubzilla#1015 (domains), parallaxinc/BlocklyProp#1583 (spaces).
    """
    address = "idn@xn--mller-kva.example"
    made = {"email": address, "password": f" {PASSWORD} "}
    requests.post(f"{cloud.url}/api/auth/signup", json=made, timeout=HANG_S).raise_for_status()
    typed = (address, "IDN@Müller.example", " idn@müller.example\u200e ")

    entered = [
        terminal.run("login", "--url", cloud.url, "--email", email, given=f" {PASSWORD} \n").returncode
        for email in typed
    ]
    trimmed = terminal.run("login", "--url", cloud.url, "--email", address, given=f"{PASSWORD}\n")

    assert entered == [0, 0, 0]
    assert "invalid_credentials" in trimmed.stderr


def test_signing_out_everywhere_forgets_the_session_here_too(
    cloud: ThrowawayCloud, terminal: Terminal
) -> None:
    account = ("--url", cloud.url, "--email", "everywhere@example.com")
    terminal.run("login", *account, "--sign-up", given=f"{PASSWORD}\n")
    out = terminal.run("account", "signout")
    after = terminal.run("account", "show")

    assert (out.stdout, out.returncode) == ("Signed out everywhere.\n", 0)
    assert (after.returncode, "not logged in" in after.stderr) == (1, True)

"""What a user's environment may decide: proxies, but neither passwords nor tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sonube import Sonube, SonubeError
from sonube.sessions import fresh_token
from tests.client.cutting_proxy import CuttingProxy

if TYPE_CHECKING:
    from tests.client.terminal import Terminal
    from tools.throwaway import ThrowawayCloud

# psf/requests#3929 and #6928, encode/httpx#568, python-gitlab/python-gitlab#2425.
NETRC = "machine 127.0.0.1 login ana password secret\ndefault login ana password secret\n"


@pytest.mark.parametrize("entry", NETRC.splitlines())
def test_passwords_in_netrc_reach_neither_the_service_nor_the_bucket(
    terminal: Terminal, songs: list[str], entry: str
) -> None:
    (terminal.session.parent / ".netrc").write_text(entry)
    with CuttingProxy() as proxy:
        done = terminal.run("convert", songs[0], "--to", "mp3", http_proxy=proxy.url)

    assert (done.returncode, done.stdout) == (0, "a.mp3\n"), done.stderr
    assert not [head for head in proxy.heads if b"Basic" in head]
    # Neither an upload nor a download by signed URL has any credentials, also after the redirect.
    signed = [head for head in proxy.heads if b"X-Goog-Signature" in head or b"x-goog-signature" in head]
    assert len(signed) >= 2
    assert not [head for head in signed if b"authorization" in head.lower()]


def test_a_netrc_file_does_not_spoil_logging_in(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    (terminal.session.parent / "mine").write_text(NETRC)
    account = ("--url", cloud.url, "--email", "netrc@example.com", "--sign-up")
    extra = {"NETRC": str(terminal.session.parent / "mine"), "SONUBE_PASSWORD": "correct horse"}

    assert terminal.run("login", *account, **extra).returncode == 0
    assert terminal.run("tasks", **extra).stderr == "No tasks.\n"


@pytest.mark.parametrize("url", ["https://ana:secret@sonube.example", "https://ana@sonube.example/"])
def test_an_address_with_a_password_is_refused_without_printing_it(terminal: Terminal, url: str) -> None:
    done = terminal.run("formats", "--url", url)

    assert (done.returncode, "must not contain a user name" in done.stderr) == (1, True), done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("url", ["https://", "ftp://sonube.example", "https://[::1", "", "sonube"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SonubeError) as caught:
        Sonube(url or " ", "token").formats()

    assert caught.value.code == "bad_address"


def test_a_token_from_the_environment_needs_no_session(
    cloud: ThrowawayCloud, terminal: Terminal, songs: list[str]
) -> None:
    extra = {"SONUBE_TOKEN": fresh_token(terminal.session), "SONUBE_URL": cloud.url}
    terminal.session.unlink()

    done = terminal.run("convert", songs[0], "--to", "mp3", **extra)

    assert (done.returncode, done.stdout) == (0, "a.mp3\n"), done.stderr
    assert "@example.com at http://127.0.0.1" in terminal.run("whoami", **extra).stdout


def test_whoami_says_who_is_logged_in_and_where(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    done = terminal.run("whoami")

    assert done.stdout.startswith("cli-")
    assert done.stdout.endswith(f"@example.com at {cloud.url}\n")
    terminal.session.unlink()
    assert terminal.run("whoami").returncode == 1

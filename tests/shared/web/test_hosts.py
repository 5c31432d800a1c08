"""Host names under which a server answers."""

from __future__ import annotations

import pytest

from shared.web.hosts import LOOPBACK, is_allowed_host


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LocalHost:8080",
        "localhost.:8080",
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.0.0.1:",
        "[::1]",
        "[::1]:8080",
        "[0:0:0:0:0:0:0:1]:8080",
    ],
)
def test_names_of_this_machine_are_allowed(host: str) -> None:
    assert is_allowed_host(host, LOOPBACK)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":8080",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.nip.io:8080",
        "0.0.0.0:8080",
        "10.0.0.1",
        "127.0.0.1@evil.example",
        "evil.example#localhost",
        "localhost, evil.example",
        "[::2]:8080",
        "[::1]evil.example",
        "::1",
        "[localhost]",
        "localhost:8080:8080",
        "lоcalhost",  # a Cyrillic o
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert not is_allowed_host(host, LOOPBACK)


def test_a_setting_allows_further_names_or_all() -> None:
    assert is_allowed_host("Name-8080.app.github.dev", {*LOOPBACK, "name-8080.app.github.dev"})
    assert is_allowed_host("evil.example", {"*"})

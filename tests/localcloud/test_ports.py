"""Ports are chosen once, apart from each other, and where no outgoing connection takes them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from localcloud.network.ports import Ports, PortTaken, free_port

LOCAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_restart_keeps_the_ports(tmp_path: Path) -> None:
    first = Ports(tmp_path / "ports").choose("storage")

    assert first == Ports(tmp_path / "ports").choose("storage")


def test_no_two_names_have_the_same_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localcloud.network.ports.RANGE", range(20_000, 20_200))
    monkeypatch.setattr("localcloud.network.ports.TRIES", 200)
    ports = Ports(tmp_path / "ports")
    chosen = [ports.choose(str(number)) for number in range(100)]

    assert len(set(chosen)) == 100


def test_a_wanted_port_that_is_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localcloud.network.ports.RELEASE_TIMEOUT_S", 0)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PortTaken, match="--api-port"):
        Ports(tmp_path / "ports").choose("api", server.getsockname()[1])


@pytest.mark.skipif(not LOCAL_RANGE.exists(), reason="needs Linux's /proc")
def test_a_chosen_port_is_none_for_outgoing_connections() -> None:
    first = int(LOCAL_RANGE.read_text().split()[0])

    assert free_port() < first

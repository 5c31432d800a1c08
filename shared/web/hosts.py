"""Host names under which a server answers.

A page of another site can give its own name the address of this machine (DNS rebinding). Its requests then
count as same-origin in the browser, and only their Host header tells them apart.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ANY = "*"


def is_allowed_host(host: str, allowed: Iterable[str]) -> bool:
    """Whether a server answers under this name.

    Args:
        host: the Host header; its port is ignored.
        allowed: names without ports, IPv6 addresses in brackets; `*` allows all.
    """
    names = {name.lower() for name in allowed}
    return ANY in names or _canonical(_without_port(host)) in {_canonical(name) for name in names}


def loopback_origins(port: int) -> frozenset[str]:
    """The origins of a page that this machine serves on this port."""
    return frozenset(f"http://{name}:{port}" for name in LOOPBACK)


def _without_port(host: str) -> str:
    name, separator, port = host.rpartition(":")
    return name if separator and (not port or port.isdecimal()) and not host.endswith("]") else host


def _canonical(name: str) -> str:
    """A name without the dot of its root; an IPv6 address in its shortest form."""
    if name.startswith("[") and name.endswith("]"):
        try:
            return f"[{ipaddress.IPv6Address(name[1:-1])}]"
        except ValueError:
            return name
    return name.lower().removesuffix(".")

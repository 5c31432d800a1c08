"""Free ports, chosen once and kept: queued tasks contain addresses, so they must survive a restart."""

from __future__ import annotations

import json
import random
import socket
import time
from typing import TYPE_CHECKING

from localcloud.settings import HOST

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


RELEASE_TIMEOUT_S = 2.0
# Below the ports of outgoing connections (Linux: from 32,768; macOS: from 49,152), which any program may get
# between their being chosen and their being bound.
RANGE = range(20_000, 32_768)
TRIES = 1000


class PortTaken(OSError):
    """A port that was asked for by number is in use."""


class Ports:
    """Names → ports, remembered in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def choose(self, name: str, wanted: int = 0) -> int:
        """The port that was asked for, else the one of last time, else any free one.

        Raises:
            PortTaken: the one that was asked for is in use.
        """
        if wanted:
            if not _becomes_free(wanted):
                raise PortTaken(
                    f"Port {wanted} ({name}) is in use: choose another with --{name}-port, or 0 for any."
                )
            port = wanted
        else:
            known = self._known.get(name, 0)
            port = known if known and _becomes_free(known) else free_port(self._known.values())
        self._known[name] = port
        self._file.write_text(json.dumps(self._known))
        return port


def free_port(apart_from: Collection[int] = ()) -> int:
    """Return a port that no program listens on, nor is likely to take before it is bound."""
    for port in random.sample(RANGE, TRIES):
        if port not in apart_from and _is_free(port):
            return port
    raise PortTaken(f"No port is free of {TRIES} between {RANGE.start} and {RANGE.stop}.")


def _becomes_free(port: int) -> bool:
    """Whether it is free, or is let go within moments, as after a `kill -9` of an earlier localcloud."""
    deadline = time.monotonic() + RELEASE_TIMEOUT_S
    while not _is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True

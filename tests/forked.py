"""Python programs that start ten times as fast: imported once, then a fork for each run.

Each run is a process of its own, which ends as the interpreter ends it. What the interpreter reads at its own
start (locale, PYTHON* variables) is the server's: a test of such a thing starts the program.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LENGTH_BYTES = 4
# Forks for each request; the child takes its pipes and runs the module as `python -m` does.
_SERVER = """
import importlib, json, os, runpy, socket, sys
server = socket.socket(fileno=int(sys.argv[1]))
module = sys.argv[2]
importlib.import_module(module)
importlib.import_module(sys.argv[3])
while True:
    head, fds, _, _ = socket.recv_fds(server, 4, 3)
    if not head:
        sys.exit()
    text = server.recv(int.from_bytes(head), socket.MSG_WAITALL)
    child = os.fork()
    if not child:
        break
    for fd in fds:
        os.close(fd)
    _, status = os.waitpid(child, 0)
    server.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, signed=True))
server.close()
for number, fd in enumerate(fds):
    os.dup2(fd, number)
    os.close(fd)
arguments, folder, environment = json.loads(text)
os.chdir(folder)
os.environ.clear()
os.environ.update(environment)
sys.argv[1:] = arguments
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


class ForkServer:
    """Context manager; inside it, `run` runs `python -m module` with these arguments.

    Args:
        module: the program.
        imported: the module that has all its imports.
        environment: in which it is imported.
    """

    def __init__(self, module: str, imported: str, environment: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair()
        self._ours.settimeout(HANG_S)
        argv = [sys.executable, "-c", _SERVER, str(theirs.fileno()), module, imported]
        # Pipes, as each run has: Python asks when it starts whether they can seek.
        self._process = subprocess.Popen(
            argv,
            env=dict(environment),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        theirs.close()

    def run(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run it as `subprocess.run` does, with pipes; `given` is its standard input."""
        request = json.dumps([list(arguments), str(folder), dict(environment)]).encode()
        (to_read, stdin), (stdout, to_write), (stderr, to_complain) = os.pipe(), os.pipe(), os.pipe()
        theirs = [to_read, to_write, to_complain]
        socket.send_fds(self._ours, [len(request).to_bytes(_LENGTH_BYTES)], theirs)
        self._ours.sendall(request)
        for fd in theirs:
            os.close(fd)
        with suppress(BrokenPipeError), os.fdopen(stdin, "w", encoding="utf-8") as into:
            into.write(given)
        output, errors = map(_text, _read_all(stdout, stderr))
        status = self._ours.recv(_LENGTH_BYTES, socket.MSG_WAITALL)
        assert status, f"the server has ended: {output}{errors}"
        return subprocess.CompletedProcess(arguments, int.from_bytes(status, signed=True), output, errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        self._process.communicate(timeout=HANG_S)


def _read_all(*pipes: int) -> list[bytes]:
    """Read pipes to their ends."""
    found = dict.fromkeys(pipes, b"")
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(HANG_S)
            assert ready, f"neither output nor an end within {HANG_S} s: {found}"
            for key, _ in ready:
                piece = os.read(key.fd, 65_536)
                found[key.fd] += piece
                if not piece:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return list(found.values())


def _text(output: bytes) -> str:
    return output.decode(errors="surrogateescape").replace("\r\n", "\n").replace("\r", "\n")

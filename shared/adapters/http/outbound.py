"""Calls an address that a stranger chose, without ever calling anything inside.

The name is looked up once. Every address it has must be public, or none is called; the connection goes to one
of those very addresses, with the original name only in SNI and Host, so a name that changes its mind between
check and call (DNS rebinding) gains nothing. No redirect is followed, no proxy used, and one deadline covers
the whole exchange, however slowly its bytes drip.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.domain.errors import InvalidField
from shared.webhooks.addresses import is_loopback, is_public
from shared.webhooks.ports import Answer
from shared.webhooks.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shared.webhooks.target import Target

CONNECT_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 15.0
ANSWER_BYTES = 1024
RETRY_AFTER_MAX_S = 86_400


class _Failed(Exception):
    """Why there is no answer, in words that the user may read."""


def system_addresses(host: str, port: int) -> list[str]:
    """Every address of a name, as the system's resolver has them now."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Outbound:
    """Sends webhooks.

    Attributes:
        allow_loopback: also call this machine, over http too: for local development only.
        total_s: deadline of the whole exchange.
        connect_s: deadline of the look-up, and of the connection.
        resolve: host and port → literal addresses; called once for each request.
        tls: verifies the receiver's certificate; None for the system's authorities.
    """

    allow_loopback: bool = False
    total_s: float = TOTAL_TIMEOUT_S
    connect_s: float = CONNECT_TIMEOUT_S
    resolve: Callable[[str, int], Sequence[str]] = system_addresses
    tls: ssl.SSLContext | None = None

    @property
    def _begin_s(self) -> float:
        return min(self.connect_s, self.total_s)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One POST; never raises for anything that the receiver, its name or the network does."""
        begin = time.monotonic()
        try:
            target = parse_target(url, allow_loopback=self.allow_loopback)
            addresses = self._addresses(target)
            with closing(self._connected(target, addresses, begin)) as connection:
                status, text, retry_after_s = _exchange(connection, target, body, headers)
        except (InvalidField, _Failed) as error:
            return Answer(None, str(error), _since_ms(begin))
        except TimeoutError:
            return Answer(None, f"No response within {self.total_s:g} s.", _since_ms(begin))
        except ssl.SSLError as error:
            return Answer(None, f"TLS failed: {error.reason or error}", _since_ms(begin))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(None, f"The connection failed: {type(error).__name__}.", _since_ms(begin))
        return Answer(status, text, _since_ms(begin), retry_after_s)

    def _addresses(self, target: Target) -> list[str]:
        """The target's addresses, all of them checked, each once."""
        found = [target.host] if target.is_literal else self._looked_up(target)
        for address in found:
            if not is_public(address) and not (self.allow_loopback and is_loopback(address)):
                raise _Failed(f"{target.host} resolves to an IP address that is not public.")
        return list(dict.fromkeys(found))

    def _looked_up(self, target: Target) -> Sequence[str]:
        """The system's resolver knows no deadline: it is waited for from outside."""
        results: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                results.put(self.resolve(target.host, target.port))
            except OSError as error:
                results.put(error)
            except UnicodeError as error:
                results.put(OSError(str(error)))

        threading.Thread(target=look_up, daemon=True).start()
        try:
            found = results.get(timeout=self._begin_s)
        except queue.Empty:
            raise _Failed(f"The DNS lookup of {target.host} took longer than {self._begin_s:g} s.") from None
        if isinstance(found, OSError) or not found:
            raise _Failed(f"{target.host} has no DNS record.")
        return found

    def _connected(self, target: Target, addresses: Sequence[str], begin: float) -> _TimedSocket:
        """A connection to the first address that takes one; name and certificate are the original's."""
        plain = self._first_open(addresses, target.port, begin)
        try:
            plain.settimeout(max(0.001, begin + self.total_s - time.monotonic()))
            if target.scheme == "https":
                context = self.tls or _authorities()
                plain = context.wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise
        return _TimedSocket(plain, begin + self.total_s)

    def _first_open(self, addresses: Sequence[str], port: int, begin: float) -> socket.socket:
        """Each address has its share of the time, lest one that swallows packets use up the next one's."""
        for tried, address in enumerate(addresses):
            left_s = begin + self._begin_s - time.monotonic()
            if left_s <= 0:
                break
            try:
                # A literal address: nothing is looked up a second time.
                return socket.create_connection((address, port), timeout=left_s / (len(addresses) - tried))
            except OSError:
                continue
        raise _Failed(f"No connection within {self._begin_s:g} s.")


@cache
def _authorities() -> ssl.SSLContext:
    """Reading the system's certificates takes longer than a handshake: once for each process."""
    return ssl.create_default_context()


class _TimedSocket:
    """The part of a socket that http.client needs; each wait ends at the one deadline."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain = plain
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._limit()
        self._plain.sendall(data)

    def receive_into(self, buffer: Any) -> int:  # noqa: ANN401  # whatever buffer io hands over
        self._limit()
        return self._plain.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"  # noqa: S101  # http.client asks for nothing else
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        self._plain.close()

    def _limit(self) -> None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._plain.settimeout(left_s)


class _Reader(io.RawIOBase):
    def __init__(self, source: _TimedSocket) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  # as receive_into
        return self._source.receive_into(buffer)


def _exchange(
    connection: _TimedSocket, target: Target, body: bytes, headers: Mapping[str, str]
) -> tuple[int, str, int | None]:
    """Status, the beginning of the body, and Retry-After."""
    fields = {
        "Host": target.host_header,
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Accept-Encoding": "identity",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    connection.sendall(f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body)
    # http.client bounds the length of each header line and their number.
    response = http.client.HTTPResponse(connection, method="POST")  # type: ignore[arg-type]  # only makefile is used
    response.begin()
    text = _beginning(response).decode("utf-8", "replace")
    asked = response.headers.get("Retry-After", "")
    retry_after_s = min(int(asked[:9]), RETRY_AFTER_MAX_S) if asked.isascii() and asked.isdigit() else None
    return response.status, text, retry_after_s


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """Up to `ANSWER_BYTES` of the body; the status stands, however the body ends."""
    read = b""
    try:
        while len(read) < ANSWER_BYTES and (more := response.read1(ANSWER_BYTES - len(read))):
            read += more
    except (OSError, http.client.HTTPException, ValueError):
        return read
    return read


def _since_ms(begin: float) -> int:
    return round((time.monotonic() - begin) * 1000)

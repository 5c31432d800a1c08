"""Calls URLs that users chose, and never an internal address (SSRF).

The name is resolved once. Every address must be public, or none is called. The connection goes to one of
these addresses, with the name only in SNI and Host, so that DNS rebinding has no effect. No redirect is
followed, no proxy used, and one deadline covers the whole exchange.
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
from shared.webhooks.ports import WebhookResponse
from shared.webhooks.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shared.webhooks.target import Target

CONNECT_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 15.0
RESPONSE_BYTES = 1024
RETRY_AFTER_MAX_S = 86_400


class _Failed(Exception):
    """Why there is no response, in a message for the user."""


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses of a name, from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Outbound:
    """Sends webhooks.

    Attributes:
        allow_loopback: also call this machine, over http too; for local development only.
        total_s: timeout of the whole exchange.
        connect_s: timeout of the DNS lookup and the connection.
        resolve: host and port → addresses; called once for each request.
        tls: verifies the receiver's certificate; None for the system's CA certificates.
    """

    allow_loopback: bool = False
    total_s: float = TOTAL_TIMEOUT_S
    connect_s: float = CONNECT_TIMEOUT_S
    resolve: Callable[[str, int], Sequence[str]] = system_addresses
    tls: ssl.SSLContext | None = None

    @property
    def _begin_s(self) -> float:
        return min(self.connect_s, self.total_s)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookResponse:
        """One POST; never raises for failures of the receiver, DNS or the network."""
        begin = time.monotonic()
        try:
            target = parse_target(url, allow_loopback=self.allow_loopback)
            addresses = self._addresses(target)
            with closing(self._connected(target, addresses, begin)) as connection:
                status, text, retry_after_s = _exchange(connection, target, body, headers)
        except (InvalidField, _Failed) as error:
            return WebhookResponse(None, str(error), _since_ms(begin))
        except TimeoutError:
            return WebhookResponse(None, f"No response within {self.total_s:g} s.", _since_ms(begin))
        except ssl.SSLError as error:
            return WebhookResponse(None, f"TLS failed: {error.reason or error}", _since_ms(begin))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return WebhookResponse(None, f"The connection failed: {type(error).__name__}.", _since_ms(begin))
        return WebhookResponse(status, text, _since_ms(begin), retry_after_s)

    def _addresses(self, target: Target) -> list[str]:
        """The distinct addresses of the target, all of them checked."""
        found = [target.host] if target.is_literal else self._resolved(target)
        for address in found:
            if not is_public(address) and not (self.allow_loopback and is_loopback(address)):
                raise _Failed(f"{target.host} resolves to an IP address that is not public.")
        return list(dict.fromkeys(found))

    def _resolved(self, target: Target) -> Sequence[str]:
        """Runs in a thread, because the system's resolver has no timeout."""
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
        """A connection to the first address that accepts one; SNI and certificate are of the name."""
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
        """Each address has its share of the timeout: one that drops packets leaves time for the next."""
        for tried, address in enumerate(addresses):
            left_s = begin + self._begin_s - time.monotonic()
            if left_s <= 0:
                break
            try:
                # An address, so nothing is resolved again.
                return socket.create_connection((address, port), timeout=left_s / (len(addresses) - tried))
            except OSError:
                continue
        raise _Failed(f"No connection within {self._begin_s:g} s.")


@cache
def _authorities() -> ssl.SSLContext:
    """Loaded once per process: it takes longer than a handshake."""
    return ssl.create_default_context()


class _TimedSocket:
    """The part of a socket that http.client needs, with one deadline for all waits."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain = plain
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._limit()
        self._plain.sendall(data)

    def receive_into(self, buffer: Any) -> int:  # noqa: ANN401  # any buffer
        self._limit()
        return self._plain.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"  # noqa: S101  # all that http.client requests
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
    """Status, the start of the body, and Retry-After."""
    fields = {
        "Host": target.host_header,
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Accept-Encoding": "identity",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    connection.sendall(f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body)
    # http.client limits the length of header lines and their number.
    response = http.client.HTTPResponse(connection, method="POST")  # type: ignore[arg-type]  # only makefile is used
    response.begin()
    text = _start_of_body(response).decode("utf-8", "replace")
    retry_after = response.headers.get("Retry-After", "")
    retry_after_s = (
        min(int(retry_after[:9]), RETRY_AFTER_MAX_S)
        if retry_after.isascii() and retry_after.isdigit()
        else None
    )
    return response.status, text, retry_after_s


def _start_of_body(response: http.client.HTTPResponse) -> bytes:
    """Up to `RESPONSE_BYTES` of the body, as far as it can be read."""
    read = b""
    try:
        while len(read) < RESPONSE_BYTES and (more := response.read1(RESPONSE_BYTES - len(read))):
            read += more
    except (OSError, http.client.HTTPException, ValueError):
        return read
    return read


def _since_ms(begin: float) -> int:
    return round((time.monotonic() - begin) * 1000)

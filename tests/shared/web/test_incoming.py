"""When a request has arrived: gunicorn must never wait for more of one that counts as complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser
from hypothesis import given
from hypothesis import strategies as st

from shared.web.incoming import MAX_CHUNKED_BYTES, MAX_HEAD_BYTES, IncomingRequest, Progress
from shared.web.json_body import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    HEAD + b"Content-Length: 3\r\n\r\nabc",
    HEAD + b"content-length:3\r\n\r\nabc",
    HEAD + b"Content-Length: 0\r\n\r\n",
    HEAD + b"Content-Length: 0000000000000000000003\r\n\r\nabc",
    CHUNKED + b"3\r\nabc\r\n0\r\n\r\n",
    CHUNKED + b"3;name=value\r\nabc\r\n00\r\n\r\n",
    CHUNKED + b"1\r\na\r\n2\r\nbc\r\n0\r\nTrailer: x\r\n\r\n",
]
MALFORMED = [
    b"\r\n\r\n",
    b"nonsense\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    HEAD + b"Content-Length: -1\r\n\r\n",
    HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    HEAD + b"Content-Length: 3x\r\n\r\nabc",
    HEAD + b"Content-Length: 99999\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    HEAD + b" folded: x\r\n\r\n",
    CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n",
    CHUNKED + b"-1\r\n\r\n",
    CHUNKED + b"\r\n\r\n",
]


class Waits(Exception):  # reads as what the server does
    """The server asked for more than had arrived."""


def served(data: bytes, size: int = MAX_BODY_BYTES + 1) -> None:
    """What a thread of gunicorn does with a request; errors of the request are its own affair."""

    def source() -> Iterator[bytes]:
        yield data
        raise Waits

    try:
        request = next(get_parser(Config(), source(), ("127.0.0.1", 1)))
        request.body.read(size)
    except Waits:
        raise
    except Exception:  # noqa: BLE001, S110  # the request is malformed
        pass


@pytest.mark.parametrize("data", WHOLE)
def test_request_is_complete_with_its_last_byte(data: bytes) -> None:
    incoming = IncomingRequest()
    states = [incoming.add(bytes([byte])) for byte in data]

    assert set(states[:-1]) == {Progress.PARTIAL}
    assert states[-1] is Progress.COMPLETE
    assert IncomingRequest().add(data + b"GET /next HTTP/1.1\r\n") is Progress.COMPLETE
    served(data)


@pytest.mark.parametrize("data", MALFORMED)
def test_server_refuses_a_malformed_request_without_waiting(data: bytes) -> None:
    assert IncomingRequest().add(data) is Progress.COMPLETE
    served(data)


@given(st.sampled_from(WHOLE + MALFORMED), st.data())
def test_server_never_waits_for_what_counts_as_arrived(data: bytes, draw: st.DataObject) -> None:
    cut, at = (draw.draw(st.integers(0, len(data))) for _ in range(2))
    mutant = data[:at] + draw.draw(st.binary(max_size=3)) + data[at + 1 :]

    for tried in (data[:cut], mutant, mutant[:cut]):
        if IncomingRequest().add(tried) is Progress.COMPLETE:
            served(tried)


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"Content-Length: 999999999999999999999999\r\n\r\n" + b"x" * (MAX_BODY_BYTES + 1),
        CHUNKED + b"fffffffffffffffff\r\n" + b"x" * (MAX_BODY_BYTES + 1),
        CHUNKED + b"8000\r\n" + b"x" * 0x8000 + b"\r\n9000\r\n" + b"x" * 0x8001,
    ],
)
def test_large_request_is_answered_without_its_rest(data: bytes) -> None:
    incoming = IncomingRequest()

    assert IncomingRequest().add(data[:-1]) is Progress.PARTIAL
    assert incoming.add(data) is Progress.LARGE
    served(incoming.closing())
    assert next(get_parser(Config(), iter([incoming.closing()]), None)).should_close()


@pytest.mark.parametrize(
    "data",
    [
        b"GET /" + b"x" * MAX_HEAD_BYTES,
        HEAD + b"x: y\r\n" * (MAX_HEAD_BYTES // 6),
        CHUNKED + b"1;" + b"x" * 1024,
        CHUNKED + b"1\r\nx\r\n" * (MAX_CHUNKED_BYTES // 6 + 1),
        CHUNKED + b"0\r\n" + b"x" * 1025,
    ],
)
def test_request_with_too_much_framing_is_refused(data: bytes) -> None:
    assert IncomingRequest().add(data) is Progress.REFUSED

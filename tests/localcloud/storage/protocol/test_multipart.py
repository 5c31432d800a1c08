"""The multipart reader, fed in every way that a network can cut its input."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.storage.errors import StorageError
from localcloud.storage.protocol.multipart import Multipart, boundary_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def cut(message: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(message), size):
        yield message[start : start + size]


def parts_of(message: bytes, size: int) -> list[tuple[str | None, bytes]]:
    async def read() -> list[tuple[str | None, bytes]]:
        reader = Multipart(cut(message, size), b"b")
        parts = []
        while (headers := await reader.next_part()) is not None:
            parts.append((headers.get("Content-Type"), await reader.small_body()))
        return parts

    return asyncio.run(read())


@given(
    st.lists(st.binary(max_size=60).filter(lambda body: b"--b" not in body), min_size=1, max_size=4),
    st.integers(1, 70),
    st.sampled_from([b"\r\n", b"\n"]),
)
def test_parts_are_read_back_unchanged(bodies: list[bytes], size: int, newline: bytes) -> None:
    message = b"".join(
        b"--b" + newline + b"Content-Type: x/%d" % number + newline * 2 + body + newline
        for number, body in enumerate(bodies)
    )
    parts = parts_of(message + b"--b--" + newline, size)

    assert parts == [(f"x/{number}", body) for number, body in enumerate(bodies)]


def test_a_part_may_have_no_headers() -> None:
    assert parts_of(b"--b\n\nbody\n--b--", 3) == [(None, b"body")]


@pytest.mark.parametrize("message", [b"", b"--b", b"--b\r\nX: 1\r\n\r\nbody", b"nothing"])
def test_a_message_without_its_end_is_incomplete(message: bytes) -> None:
    with pytest.raises(StorageError, match=r"ends|end"):
        parts_of(message, 5)


@pytest.mark.parametrize("quoted", ["b", '"b"', "'b'", "b; charset=x"])
def test_a_boundary_is_read_with_and_without_quotes(quoted: str) -> None:
    assert boundary_of(f"multipart/related; boundary={quoted}") == b"b"


@pytest.mark.parametrize("content_type", ["", "text/plain; boundary=b", "multipart/related"])
def test_no_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(StorageError, match="boundary"):
        boundary_of(content_type)

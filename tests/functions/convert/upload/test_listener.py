"""A listener gets every byte once, and never holds up an upload."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from functions.convert.ffmpeg.loudness import Measurement
from functions.convert.upload.listener import Heard, Listener
from shared.domain.media import Loudness

if TYPE_CHECKING:
    from collections.abc import Callable

HEARD = Heard(Measurement(Loudness(-16.0, 1.0, -1.0)), 2.0)


def test_listener_gets_all_bytes_in_order() -> None:
    got = io.BytesIO()

    def listen(write_to: Callable[[BinaryIO], None]) -> Heard:
        write_to(got)
        return HEARD

    listener = Listener(listen)
    for piece in (b"one ", b"two ", b"three"):
        listener.write(piece)

    assert listener.finish() == HEARD
    assert listener.finish() == HEARD
    assert got.getvalue() == b"one two three"


def test_decoder_that_fails_does_not_hold_up_the_upload() -> None:
    def listen(_: Callable[[BinaryIO], None]) -> Heard:
        raise OSError("no decoder")

    listener = Listener(listen)
    for _ in range(5):
        listener.write(b"bytes")

    assert listener.finish() is None


def test_stopped_listener_ends_its_decoder() -> None:
    def listen(write_to: Callable[[BinaryIO], None]) -> Heard:
        write_to(io.BytesIO())
        return HEARD

    listener = Listener(listen)
    listener.write(b"bytes")
    listener.stop()

    assert listener.heard == HEARD
    assert listener.write(b"more") == 4

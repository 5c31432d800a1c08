"""A tap hears all that is written, holds nobody up, and ends when there is nothing to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.convert.process.fifo import tapped

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_that_is_written_is_heard(tmp_path: Path) -> None:
    heard = bytearray()
    sound = bytes(range(256)) * 4000
    with tapped(tmp_path / "tap", heard.extend), (tmp_path / "tap").open("wb") as writer:
        writer.write(sound)

    assert sound == bytes(heard)
    assert not (tmp_path / "tap").exists()


def test_what_comes_in_bits_is_heard_in_chunks_of_one_size(tmp_path: Path) -> None:
    sizes = []
    sound = bytes(1000)
    with (
        tapped(tmp_path / "tap", lambda chunk: sizes.append(len(chunk))),
        (tmp_path / "tap").open("wb", buffering=0) as writer,
    ):
        for _ in range(600):
            writer.write(sound)

    assert sizes == [1 << 18, 1 << 18, 600 * 1000 - (1 << 19)]


def test_a_writer_that_never_comes_is_not_waited_for(tmp_path: Path) -> None:
    heard = bytearray()
    with tapped(tmp_path / "tap", heard.extend):
        pass

    assert heard == b""


def test_a_listener_that_fails_holds_no_writer_up_and_is_told_of(tmp_path: Path) -> None:
    def refuse(chunk: memoryview) -> None:
        raise ValueError(len(chunk))

    def write() -> None:
        with (tmp_path / "tap").open("wb") as writer:
            writer.write(bytes(1 << 20))

    with pytest.raises(ValueError, match=r"\d+"), tapped(tmp_path / "tap", refuse):
        write()


def test_the_first_failure_is_that_of_the_work_itself(tmp_path: Path) -> None:
    with pytest.raises(KeyError), tapped(tmp_path / "tap", lambda _: None):
        raise KeyError

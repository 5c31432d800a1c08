"""A fifo's reader gets all that is written, never blocks the writer, and ends when no writer comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.convert.process.fifo import reading_fifo

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_written_is_read(tmp_path: Path) -> None:
    received = bytearray()
    audio = bytes(range(256)) * 4000
    with reading_fifo(tmp_path / "fifo", received.extend), (tmp_path / "fifo").open("wb") as writer:
        writer.write(audio)

    assert audio == bytes(received)
    assert not (tmp_path / "fifo").exists()


def test_small_writes_arrive_as_chunks_of_one_size(tmp_path: Path) -> None:
    sizes = []
    with (
        reading_fifo(tmp_path / "fifo", lambda chunk: sizes.append(len(chunk))),
        (tmp_path / "fifo").open("wb", buffering=0) as writer,
    ):
        for _ in range(600):
            writer.write(bytes(1000))

    assert sizes == [1 << 18, 1 << 18, 600 * 1000 - (1 << 19)]


def test_a_missing_writer_is_not_waited_for(tmp_path: Path) -> None:
    received = bytearray()
    with reading_fifo(tmp_path / "fifo", received.extend):
        pass

    assert received == b""


def test_a_failing_consumer_does_not_block_the_writer_and_its_error_is_raised(tmp_path: Path) -> None:
    def refuse(chunk: memoryview) -> None:
        raise ValueError(len(chunk))

    def write() -> None:
        with (tmp_path / "fifo").open("wb") as writer:
            writer.write(bytes(1 << 20))

    with pytest.raises(ValueError, match=r"\d+"), reading_fifo(tmp_path / "fifo", refuse):
        write()


def test_an_error_of_the_body_is_raised(tmp_path: Path) -> None:
    with pytest.raises(KeyError), reading_fifo(tmp_path / "fifo", lambda _: None):
        raise KeyError

"""A conversion that needs too much temporary space is refused beforehand, or stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.convert.upload.streaming_upload import UploadSizes
from functions.convert.workspace import MIB, DiskQuota
from shared.domain.errors import DiskQuotaExceeded
from tests.functions.convert.upload.attempt import ID, SMALL, Attempt
from tests.hostile import bombs
from tests.real_pipeline import BOUNDS

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

SECONDS = 60


@pytest.fixture(scope="module")
def song() -> bytes:
    """A minute of a tone, 5 MiB."""
    return bombs.wav(44_100, 1, b"\0\x10\0\x20" * (SECONDS * 44_100 // 2))


def attempt(
    tools: Tools, song: bytes, form: str, disk_bytes: int, sizes: UploadSizes = SMALL
) -> tuple[str, str]:
    one = Attempt(tools, song, form, bounds=replace(BOUNDS, disk_bytes=disk_bytes))
    error = one.run(sizes).tasks.stored[ID].error
    return (error.code, error.message) if error else ("", "")


def test_files_beyond_the_limit_are_refused_with_the_figures(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\1" * 3 * MIB)

    DiskQuota(4 * MIB).check(tmp_path)
    with pytest.raises(DiskQuotaExceeded, match="needs 3 MiB of temporary space; the limit is 2 MiB"):
        DiskQuota(2 * MIB).check(tmp_path)


def test_an_upload_that_cannot_be_streamed_is_refused_before_it_is_fetched(tools: Tools, song: bytes) -> None:
    assert attempt(tools, song, "mp3", len(song) - 1) == (
        "no_room",
        "The conversion needs 6 MiB of temporary space; the limit is 5 MiB.",
    )


def test_an_output_that_cannot_be_streamed_is_refused_before_it_is_encoded(tools: Tools, song: bytes) -> None:
    one = Attempt(tools, song, "alac", bounds=replace(BOUNDS, disk_bytes=len(song) + MIB))
    one.run()

    assert one.tasks.stored[ID].error is not None
    assert "transcoded" not in one.lines.getvalue()


def test_an_output_that_outgrows_the_limit_is_stopped(tools: Tools, song: bytes) -> None:
    huge = UploadSizes(start_bytes=1 << 40)

    assert attempt(tools, song, "wav", len(song) + MIB, huge)[0] == "no_room"
    assert attempt(tools, song, "wav", 3 * len(song), huge)[0] == ""


@pytest.mark.parametrize("form", ["mp3", "flac", "wav", "alac"])
def test_channels_that_cannot_be_mixed_have_their_own_code(tools: Tools, form: str) -> None:
    many = bombs.wav(44_100, 11, b"\0\x10" * 11 * 4410)

    assert attempt(tools, many, form, 1 << 30)[0] == "too_many_channels"

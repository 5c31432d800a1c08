"""Downloads into open files, with the real client, on localcloud."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from functions.convert.process.stdin import StdinClosed
from shared.adapters.storage.objects import DOWNLOAD_CHUNK_BYTES, BucketObjects
from shared.domain.errors import Stale
from tests.builders import a_folder

if TYPE_CHECKING:
    from pathlib import Path

    from shared.ports.objects import ObjectInfo

SOUND = bytes(range(256)) * 12_000


@pytest.fixture
def info(objects: BucketObjects, tmp_path: Path) -> ObjectInfo:
    file = tmp_path / "file"
    file.write_bytes(SOUND)
    return objects.upload(file, f"{a_folder()}/song.wav", "audio/wav")


@pytest.mark.parametrize("span", [None, range(1000), range(1000, 2_000_000), range(3_000_000, len(SOUND))])
def test_object_or_a_range_of_it_is_read(
    objects: BucketObjects, info: ObjectInfo, span: range | None
) -> None:
    into = io.BytesIO()
    objects.read_into(info.name, info.generation, into, span)

    assert into.getvalue() == (SOUND[span.start : span.stop] if span else SOUND)


def test_object_is_read_in_large_chunks(objects: BucketObjects, info: ObjectInfo) -> None:
    chunks: list[int] = []

    class Into(io.BytesIO):
        def write(self, data: Any) -> int:  # any buffer
            chunks.append(memoryview(data).nbytes)
            return chunks[-1]

    objects.read_into(info.name, info.generation, Into())

    assert chunks == [DOWNLOAD_CHUNK_BYTES, DOWNLOAD_CHUNK_BYTES, len(SOUND) - 2 * DOWNLOAD_CHUNK_BYTES]


def test_range_is_written_at_the_position_of_a_file(
    objects: BucketObjects, info: ObjectInfo, tmp_path: Path
) -> None:
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(len(SOUND))
        sparse.seek(3_000_000)
        objects.read_into(info.name, info.generation, sparse, range(3_000_000, len(SOUND)))

    assert (tmp_path / "sparse").read_bytes() == bytes(3_000_000) + SOUND[3_000_000:]


def test_deleted_generation_is_stale(objects: BucketObjects, info: ObjectInfo) -> None:
    with pytest.raises(Stale):
        objects.read_into(info.name, info.generation + 1, io.BytesIO())


def test_closed_target_aborts_the_download(objects: BucketObjects, info: ObjectInfo) -> None:
    class Closed(io.BytesIO):
        def write(self, _: object) -> int:
            raise StdinClosed

    with pytest.raises(StdinClosed):
        objects.read_into(info.name, info.generation, Closed())

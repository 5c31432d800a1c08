"""Streaming uploads and composed objects, with the real client, on localcloud."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client
from requests import Session, codes

from shared.adapters.storage.objects import STREAM_CHUNK_BYTES, BucketObjects
from shared.domain.errors import AlreadyExists, Unavailable
from shared.domain.names import part_prefix
from tests.builders import a_folder

if TYPE_CHECKING:
    from requests import Response


BODY = bytes(range(256)) * (STREAM_CHUNK_BYTES // 128)


class Stop(Exception):
    """The source stops."""


class Aborting(io.BytesIO):
    """Returns one chunk, and then raises Stop."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise Stop
        return super().read(size)


class Recorded(io.BytesIO):
    """Records what the library does with the file, and what the bucket has confirmed."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.confirmed = 0
        self.unconfirmed: list[int] = []
        self.seeks: list[tuple[int, int]] = []

    def read(self, size: int | None = -1) -> bytes:
        self.unconfirmed.append(self.tell() - self.confirmed)
        return super().read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        self.seeks.append((place, whence))
        return super().seek(place, whence)

    def confirm(self, answer: Response, *_: object, **__: object) -> None:
        """A hook of requests: a 308 response states the bytes that have arrived."""
        if answer.status_code == codes.permanent_redirect and "Range" in answer.headers:
            self.confirmed = int(answer.headers["Range"].rpartition("-")[2]) + 1


@pytest.fixture
def task() -> str:
    return a_folder()


def content(objects: BucketObjects, name: str) -> bytes:
    info, into = objects.stat(name), io.BytesIO()
    assert info
    objects.read_into(name, info.generation, into)
    return into.getvalue()


@pytest.mark.parametrize("size", [1, STREAM_CHUNK_BYTES - 1, STREAM_CHUNK_BYTES, len(BODY)])
def test_stream_becomes_an_object(objects: BucketObjects, task: str, size: int) -> None:
    info = objects.upload_stream(io.BytesIO(BODY[:size]), part_prefix(task, "a"))

    assert (info.size_bytes, info) == (size, objects.stat(info.name))
    assert content(objects, info.name) == BODY[:size]


@pytest.mark.usefixtures("objects")
def test_library_reads_a_chunk_only_after_the_previous_one_has_arrived(task: str) -> None:
    """`StreamingUpload` frees the previous chunk: docs/adr/0016-google-resumable-media.md."""
    file = Recorded(bytes(3 * STREAM_CHUNK_BYTES + 1))
    with Session() as session:
        session.hooks["response"].append(file.confirm)
        client = Client(project="p", credentials=AnonymousCredentials(), _http=session)
        BucketObjects(client, os.environ["BUCKET"]).upload_stream(file, part_prefix(task, "a"))

    assert file.unconfirmed == [0, 0, 0, 0]
    assert file.seeks == []


def test_aborted_stream_creates_no_object(objects: BucketObjects, task: str) -> None:
    with pytest.raises(Stop):
        objects.upload_stream(cast("BinaryIO", Aborting(BODY)), part_prefix(task, "a"))

    assert objects.delete_folder(task) == 0


def test_composed_object_is_created_once_and_replaced_by_generation(
    objects: BucketObjects, task: str
) -> None:
    parts = [
        objects.upload_stream(io.BytesIO(data), part_prefix(task, data.decode()))
        for data in (b"head", b"body")
    ]
    first = objects.compose(parts, f"{task}/song.wav", "audio/wav")
    with pytest.raises(AlreadyExists):
        objects.compose(parts, f"{task}/song.wav", "audio/wav")
    second = objects.compose(parts[::-1], f"{task}/song.wav", "audio/wav", first.generation)

    assert content(objects, f"{task}/song.wav") == b"bodyhead"
    assert (second, second.content_type) == (objects.stat(f"{task}/song.wav"), "audio/wav")
    assert second.crc32c


def test_replaced_or_deleted_part_is_not_composed(objects: BucketObjects, task: str) -> None:
    part = objects.upload_stream(io.BytesIO(b"ours"), part_prefix(task, "a"))
    objects.upload_stream(io.BytesIO(b"theirs"), part.name)
    with pytest.raises((Unavailable, AlreadyExists)):
        objects.compose([part], f"{task}/song.wav", "audio/wav")
    objects.delete(part.name)
    with pytest.raises(Unavailable):
        objects.compose([part], f"{task}/song.wav", "audio/wav")

    assert objects.stat(f"{task}/song.wav") is None


def test_only_the_named_folder_is_deleted(objects: BucketObjects, task: str) -> None:
    for name in ("a", "b"):
        objects.upload_stream(io.BytesIO(b"part"), part_prefix(task, name))
    objects.upload_stream(io.BytesIO(b"song"), f"{task}/partsong.wav")

    assert objects.delete_folder(f"{task}/parts") == 2
    assert objects.delete_folder(task) == 1

"""A session stores the bytes that were sent, with any chunks, interruptions and restarts."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from localcloud.database import Database
from localcloud.storage.protocol.ranges import ChunkRange
from localcloud.storage.resumable.receiver import QUANTUM_BYTES, Receiver
from localcloud.storage.resumable.sessions import Sessions
from localcloud.storage.store.blobs import Blobs
from localcloud.storage.store.buckets import Buckets
from localcloud.storage.store.checksums import ExpectedDigests
from localcloud.storage.store.objects import Objects
from localcloud.storage.store.uploads import Target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from localcloud.storage.store.stored_object import StoredObject

PIECE_BYTES = 100_000


@dataclass(frozen=True)
class Attempt:
    """One PUT of `length` bytes from `overlap` before what is safe, broken off after `survives` of them."""

    length: int
    overlap: int
    survives: int | None
    restart: bool


ATTEMPTS = st.lists(
    st.builds(
        Attempt,
        length=st.sampled_from([1, QUANTUM_BYTES, QUANTUM_BYTES + 7, 2 * QUANTUM_BYTES]),
        overlap=st.sampled_from([0, 1, PIECE_BYTES, QUANTUM_BYTES]),
        survives=st.sampled_from([None, None, 0, QUANTUM_BYTES, QUANTUM_BYTES + 7]),
        restart=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


class BrokenOffError(Exception):
    """The connection of an attempt breaks."""


class Storage:
    """The parts of a session, created again from their files, as by a restart."""

    def __init__(self, directory: Path, finalized: list[StoredObject]) -> None:
        self.database = Database(directory / "state.sqlite")
        self.blobs = Blobs(directory / "blobs")
        self.buckets = Buckets(self.database, time.time)
        objects = Objects(self.database, self.blobs, self.buckets, finalized.append, time.time)
        self.sessions = Sessions(self.database, objects, self.blobs, time.time)
        self.receiver = Receiver(self.sessions, objects, self.blobs)
        self.blobs.sweep(objects.blobs_in_use() | self.sessions.blobs_in_use())


async def body(content: bytes, survives: int | None) -> AsyncIterator[bytes]:
    whole = content if survives is None else content[:survives]
    for start in range(0, len(whole), PIECE_BYTES):
        yield whole[start : start + PIECE_BYTES]
    if survives is not None and survives < len(content):
        raise BrokenOffError


async def put(storage: Storage, upload_id: str, song: bytes, attempt: Attempt | None) -> None:
    """Ask what is safe, then send what `attempt` says, or (None) all the rest."""
    asked = ChunkRange(None, None, None)
    session = storage.sessions.get(upload_id)
    progress = await storage.receiver.receive(session, asked, body(b"", None), ExpectedDigests())
    if progress.stored:
        return
    first = max(progress.received - (attempt.overlap if attempt else 0), 0)
    end = min(first + attempt.length, len(song)) if attempt else len(song)
    chunk = ChunkRange(first, end - 1, len(song))
    pieces = body(song[first:end], attempt.survives if attempt else None)
    with suppress(BrokenOffError):
        await storage.receiver.receive(session, chunk, pieces, ExpectedDigests())


@settings(max_examples=60, deadline=None)
@given(attempts=ATTEMPTS, size=st.sampled_from([1, QUANTUM_BYTES, 3 * QUANTUM_BYTES, 6 * QUANTUM_BYTES + 1]))
def test_the_object_is_whole_and_finalized_once(attempts: list[Attempt], size: int) -> None:
    song = hashlib.shake_128(size.to_bytes(4, "big")).digest(size)
    with tempfile.TemporaryDirectory() as directory:
        finalized: list[StoredObject] = []
        storage = Storage(Path(directory), finalized)
        storage.buckets.create({"name": "songs"})
        upload_id = storage.sessions.start(Target("songs", "song"), None, None).id
        for attempt in [*attempts, None]:
            asyncio.run(put(storage, upload_id, song, attempt))
            if attempt and attempt.restart:
                storage.database.close()
                storage = Storage(Path(directory), finalized)
        content = b"".join(storage.blobs.pieces(finalized[0].blob))
        storage.database.close()

    assert content == song
    assert [each.md5 for each in finalized] == [md5_of(song)]


def md5_of(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()

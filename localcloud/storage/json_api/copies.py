"""Objects made from objects on the server: copyTo, rewriteTo, moveTo and compose."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.storage.errors import INVALID, REQUIRED, StorageError, not_implemented
from localcloud.storage.protocol.call import Reply
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.blobs import PIECE_BYTES, Content
from localcloud.storage.store.preconditions import ANY, Preconditions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localcloud.storage.protocol.call import Call
    from localcloud.storage.store.blobs import Blobs, BlobWriter
    from localcloud.storage.store.objects import Objects
    from localcloud.storage.store.stored_object import StoredObject

COMPOSE_MAX_SOURCES = 32


class Copies:
    """Serves the POSTs below an object. A copy shares its source's bytes on disk, so any copy is one step."""

    def __init__(self, objects: Objects, blobs: Blobs) -> None:
        self._objects = objects
        self._blobs = blobs

    async def __call__(self, call: Call, bucket: str, name: str, verb: Sequence[str]) -> Reply:
        """Serve `POST …/o/{name}/{verb…}`."""
        match verb:
            case ("compose",):
                return Reply(200, (await self._compose(call, bucket, name)).resource(call.base_url))
            case ("copyTo", "b", to_bucket, "o", to_name):
                return Reply(200, self._copy(call, bucket, name, to_bucket, to_name).resource(call.base_url))
            case ("rewriteTo", "b", to_bucket, "o", to_name):
                return self._rewritten(call, self._copy(call, bucket, name, to_bucket, to_name))
            case ("moveTo", "o", to_name):
                return Reply(200, self._move(call, bucket, name, to_name).resource(call.base_url))
        raise not_implemented(f"POST /storage/v1/b/{bucket}/o/{name}/{'/'.join(verb)}")

    def _move(self, call: Call, bucket: str, name: str, to_name: str) -> StoredObject:
        """A copy and the removal of its source in one transaction."""
        if to_name == name:
            raise StorageError(INVALID, "The source and the destination of a move are the same object.")
        source = self._objects.get(bucket, name)
        return self._copy(
            call, bucket, name, bucket, to_name, also=lambda _: self._objects.delete(source, ANY)
        )

    def _copy(
        self,
        call: Call,
        bucket: str,
        name: str,
        to_bucket: str,
        to_name: str,
        *,
        also: Callable[[StoredObject], None] | None = None,
    ) -> StoredObject:
        source = self._objects.get(bucket, name, _number(call.query.get("sourceGeneration")))
        Preconditions.from_query(call.query, "ifSource").check(source)
        attributes = Attributes.from_json(call.document) if call.document else source
        if attributes.content_type is None:
            attributes = replace(attributes, content_type=source.content_type)
        conditions = Preconditions.from_query(call.query)
        self._objects.admit(to_bucket, to_name, conditions)
        blob = self._blobs.link(source.blob)
        content = Content(blob, source.size, source.crc32c, source.md5, source.component_count)
        try:
            return self._objects.put(to_bucket, to_name, attributes, content, conditions, also=also)
        except BaseException:
            self._blobs.remove(blob)
            raise

    def _rewritten(self, call: Call, stored: StoredObject) -> Reply:
        size = str(stored.size)
        progress = {
            "kind": "storage#rewriteResponse",
            "done": True,
            "totalBytesRewritten": size,
            "objectSize": size,
        }
        return Reply(200, {**progress, "resource": stored.resource(call.base_url)})

    async def _compose(self, call: Call, bucket: str, name: str) -> StoredObject:
        if call.document.get("deleteSourceObjects"):
            raise not_implemented("the compose field 'deleteSourceObjects'")
        conditions = Preconditions.from_query(call.query)
        self._objects.admit(bucket, name, conditions)
        sources = self._sources(call, bucket)
        attributes = Attributes.from_json(call.document.get("destination") or {})
        if attributes.content_type is None:
            attributes = replace(attributes, content_type=sources[0].content_type)
        writer = self._blobs.create()
        try:
            await self._concatenate(sources, writer)
            count = sum(source.component_count or 1 for source in sources)
            content = replace(writer.content(), md5=None, component_count=count)
            return self._objects.put(bucket, name, attributes, content, conditions)
        except BaseException:
            writer.discard()
            raise

    async def _concatenate(self, sources: Sequence[StoredObject], writer: BlobWriter) -> None:
        """Open every source before the first await, so that a delete in the meantime changes nothing."""
        with ExitStack() as stack:
            for file in [stack.enter_context(self._blobs.open(source.blob)) for source in sources]:
                while piece := file.read(PIECE_BYTES):
                    writer.write(piece)
                    await asyncio.sleep(0)

    def _sources(self, call: Call, bucket: str) -> list[StoredObject]:
        named = call.document.get("sourceObjects")
        if not isinstance(named, list) or not named:
            raise StorageError(REQUIRED, "You must provide at least one source component.")
        if len(named) > COMPOSE_MAX_SOURCES:
            raise StorageError(
                INVALID,
                f"{len(named)} source components are more than the maximum, {COMPOSE_MAX_SOURCES}.",
            )
        return [self._source(bucket, each) for each in named]

    def _source(self, bucket: str, named: Any) -> StoredObject:  # noqa: ANN401 it is parsed here
        if not isinstance(named, dict) or not isinstance(named.get("name"), str):
            raise StorageError(INVALID, "Invalid value for: sourceObjects.")
        source = self._objects.get(bucket, named["name"], _number(named.get("generation")))
        asked = named.get("objectPreconditions") or {}
        if not isinstance(asked, dict):
            raise StorageError(INVALID, "Invalid value for: objectPreconditions.")
        wanted = _number(asked.get("ifGenerationMatch"))
        replace(ANY, generation_match=wanted).check(source)
        return source


def _number(value: str | int | None) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError) as error:
        raise StorageError(INVALID, f"Invalid generation: {value!r}") from error

"""The JSON API's uploads: simple, multipart and resumable."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from aiohttp import web

from localcloud.storage.errors import INVALID, METHOD_NOT_ALLOWED, REQUIRED, StorageError, not_implemented
from localcloud.storage.protocol.body import body_pieces, parse_document, whole_body
from localcloud.storage.protocol.multipart import Multipart, boundary_of
from localcloud.storage.protocol.partial_response import selected
from localcloud.storage.resumable.requests import session_answer
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.checksums import ExpectedDigests, digests_from_headers
from localcloud.storage.store.preconditions import Preconditions
from localcloud.storage.store.uploads import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.storage.resumable.receiver import Receiver
    from localcloud.storage.resumable.sessions import Sessions
    from localcloud.storage.store.stored_object import StoredObject
    from localcloud.storage.store.uploads import Uploads


class JsonUploads:
    """Serves `/upload/storage/v1/b/{bucket}/o`."""

    def __init__(self, uploads: Uploads, sessions: Sessions, receiver: Receiver) -> None:
        self._uploads = uploads
        self._sessions = sessions
        self._receiver = receiver

    async def __call__(
        self, request: web.Request, path: tuple[str, ...], query: Mapping[str, str], base_url: str
    ) -> web.Response:
        """Serve one request; `path` holds the decoded segments after the prefix."""
        if "upload_id" in query:
            return await session_answer(request, self._sessions, self._receiver, query["upload_id"], base_url)
        match path:
            case ("b", bucket, "o") if request.method == "POST":
                pass
            case ("b", _, "o"):
                raise StorageError(METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed here.")
            case _:
                raise not_implemented(f"{request.method} /upload/storage/v1/{'/'.join(path)}")
        match query.get("uploadType"):
            case "media":
                return _stored(await self._simple(request, bucket, query), query, base_url)
            case "multipart":
                return _stored(await self._multipart(request, bucket, query), query, base_url)
            case "resumable":
                return await self._start(request, bucket, query, base_url)
            case kind:
                raise not_implemented(f"the upload type {kind!r}")

    async def _simple(self, request: web.Request, bucket: str, query: Mapping[str, str]) -> StoredObject:
        target = _target(request, bucket, query, {}, request.headers.get("Content-Type"))
        return await self._uploads.store(target, body_pieces(request), request.content_length)

    async def _multipart(self, request: web.Request, bucket: str, query: Mapping[str, str]) -> StoredObject:
        parts = Multipart(body_pieces(request), boundary_of(request.headers.get("Content-Type", "")))
        await _expected_part(parts)
        metadata = parse_document(await parts.small_body())
        headers = await _expected_part(parts)
        target = _target(request, bucket, query, metadata, headers.get("Content-Type"))
        stored = await self._uploads.store(target, parts.body())
        if await parts.next_part() is not None:
            raise StorageError(INVALID, "A multipart upload has two parts: metadata and media.")
        return stored

    async def _start(
        self, request: web.Request, bucket: str, query: Mapping[str, str], base_url: str
    ) -> web.Response:
        metadata = parse_document(await whole_body(request))
        target = _target(request, bucket, query, metadata, request.headers.get("X-Upload-Content-Type"))
        declared = request.headers.get("X-Upload-Content-Length")
        if declared is not None and not declared.isdecimal():
            raise StorageError(INVALID, f"Invalid X-Upload-Content-Length: {declared!r}")
        size = int(declared) if declared else None
        session = self._sessions.start(target, size, request.headers.get("Origin"))
        uri = f"{base_url}/upload/storage/v1/b/{quote(bucket)}/o?" + urlencode(
            {"uploadType": "resumable", "upload_id": session.id}
        )
        return web.Response(status=200, headers={"Location": uri, "X-GUploader-UploadID": session.id})


def _stored(stored: StoredObject, query: Mapping[str, str], base_url: str) -> web.Response:
    resource = selected(stored.resource(base_url), query.get("fields"))
    return web.json_response(resource, headers={"ETag": stored.etag})


async def _expected_part(parts: Multipart) -> Mapping[str, str]:
    headers = await parts.next_part()
    if headers is None:
        raise StorageError(INVALID, "A multipart upload has two parts: metadata and media.")
    return headers


def _target(
    request: web.Request,
    bucket: str,
    query: Mapping[str, str],
    metadata: Mapping[str, Any],
    media_type: str | None,
) -> Target:
    """What to make: from the parameters, the metadata and the media's own content type, in this order."""
    name = query.get("name") or metadata.get("name")
    if not isinstance(name, str):
        raise StorageError(REQUIRED, "Required parameter: name")
    if query.get("kmsKeyName"):
        raise not_implemented("the parameter 'kmsKeyName'")
    attributes = Attributes.from_json(metadata)
    if attributes.content_type is None:
        attributes = replace(attributes, content_type=media_type or "application/octet-stream")
    if query.get("contentEncoding"):
        attributes = replace(attributes, content_encoding=query["contentEncoding"])
    said = ExpectedDigests(metadata.get("crc32c"), metadata.get("md5Hash"))
    in_headers = digests_from_headers(request.headers, request.headers.getall("x-goog-hash", []))
    conditions = Preconditions.from_query(query)
    return Target(bucket, name, attributes, conditions, said.merged_with(in_headers))

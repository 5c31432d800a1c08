"""Composes Cloud Storage into one aiohttp application and finds the API that a request is for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web

from localcloud.network.browsers import Refusal
from localcloud.network.cors import json_api_headers
from localcloud.storage.errors import INVALID, NOT_MODIFIED, StorageError, not_implemented
from localcloud.storage.json_api.batch import answer_batch
from localcloud.storage.json_api.copies import Copies
from localcloud.storage.json_api.metadata import JsonApi, generation_of
from localcloud.storage.json_api.uploads import JsonUploads
from localcloud.storage.protocol.body import body_pieces, leave_expectation, parse_document, whole_body
from localcloud.storage.protocol.call import Call, decoded, split_target
from localcloud.storage.protocol.cors import preflight_headers, response_headers
from localcloud.storage.protocol.downloads import send
from localcloud.storage.resumable.receiver import Receiver
from localcloud.storage.resumable.requests import SESSION_ORIGIN
from localcloud.storage.resumable.sessions import Sessions
from localcloud.storage.store.blobs import Blobs
from localcloud.storage.store.buckets import Buckets
from localcloud.storage.store.objects import Objects
from localcloud.storage.store.preconditions import Preconditions
from localcloud.storage.store.uploads import Uploads
from localcloud.storage.xml_api.objects import XmlApi
from localcloud.storage.xml_api.signatures import Signatures, is_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from localcloud.database import Database
    from localcloud.storage.store.stored_object import StoredObject

READ_BUFFER_BYTES = 1 << 18
# Bodies are stored as they were sent: aiohttp must not undo a Content-Encoding that belongs to the object.
HANDLER_OPTIONS = {"auto_decompress": False, "read_bufsize": READ_BUFFER_BYTES}
UPLOAD_PREFIXES = ("/upload/storage/v1/", "/resumable/upload/storage/v1/")
DOWNLOAD_PREFIX = "/download/storage/v1/"
METADATA_PREFIX = "/storage/v1/"
BATCH_PATHS = ("/batch/storage/v1", "/batch")
JSON_PREFIXES = (*UPLOAD_PREFIXES, DOWNLOAD_PREFIX, METADATA_PREFIX)


def storage_app(
    database: Database,
    blobs: Path,
    certificates: Mapping[str, str],
    on_finalized: Callable[[StoredObject], None],
    now: Callable[[], float] = time.time,
) -> web.Application:
    """Cloud Storage as an application to bind to HTTP or HTTPS.

    Args:
        database: where buckets, objects and sessions are kept.
        blobs: the directory of their bytes; everything else in it is removed.
        certificates: PEM public keys by service account e-mail; V4 signatures are checked against them.
        on_finalized: called for each new generation, inside the transaction that makes it live.
        now: seconds since the epoch.
    """
    service = _Service(database, Blobs(blobs), certificates, on_finalized, now)
    app = web.Application(handler_args=HANDLER_OPTIONS)
    app.router.add_route("*", "/{path:.*}", service.handle, expect_handler=leave_expectation)
    app.on_response_prepare.append(service.add_cors_headers)
    return app


def is_capability(request: web.Request) -> bool:
    """Whether the URL is the permission: an upload session's, or a signed one, which the XML API verifies."""
    return not _is_json(request) and (is_signed(request.query) or "upload_id" in request.query)


class _Service:
    """The parts, and the way to them."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        certificates: Mapping[str, str],
        on_finalized: Callable[[StoredObject], None],
        now: Callable[[], float],
    ) -> None:
        self._blobs = blobs
        self._buckets = Buckets(database, now)
        self._objects = Objects(database, blobs, self._buckets, on_finalized, now)
        sessions = Sessions(database, self._objects, blobs, now)
        receiver = Receiver(sessions, self._objects, blobs)
        uploads = Uploads(self._objects, blobs)
        self._json = JsonApi(database, self._buckets, self._objects, Copies(self._objects, blobs))
        self._uploads = JsonUploads(uploads, sessions, receiver)
        self._xml = XmlApi(
            self._objects,
            blobs,
            uploads,
            sessions=sessions,
            receiver=receiver,
            signatures=Signatures(certificates, now),
        )
        blobs.sweep(self._objects.blobs_in_use() | sessions.blobs_in_use())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve any request; a refusal becomes the error body of its API."""
        try:
            return await self._dispatch(request)
        except StorageError as error:
            return _refused(request, error)
        except UnicodeEncodeError:
            return _refused(request, StorageError(INVALID, "A text in the request is not Unicode."))

    async def _dispatch(self, request: web.Request) -> web.StreamResponse:
        path, query = split_target(request.raw_path)
        base_url = f"{request.scheme}://{request.host}"
        if request.method == "OPTIONS":
            return web.Response(status=200)  # its headers are added to every answer alike
        if _is_json(request) and request.headers.get("Content-Encoding", "identity") != "identity":
            raise not_implemented("a compressed request body in the JSON API")
        for prefix in UPLOAD_PREFIXES:
            if path.startswith(prefix):
                return await self._uploads(request, _segments(path, prefix), query, base_url)
        if path in BATCH_PATHS:
            kind = request.headers.get("Content-Type", "")
            return await answer_batch(self._json, kind, body_pieces(request), base_url)
        for prefix in (DOWNLOAD_PREFIX, METADATA_PREFIX):
            if path.startswith(prefix):
                return await self._metadata_or_media(request, _segments(path, prefix), query, base_url)
        return await self._xml(request, path, query, base_url)

    async def _metadata_or_media(
        self, request: web.Request, path: tuple[str, ...], query: Mapping[str, str], base_url: str
    ) -> web.StreamResponse:
        document = parse_document(await whole_body(request))
        call = Call(request.method, path, query, request.headers, document, base_url)
        match path:
            case ("b", bucket, "o", name) if query.get("alt") == "media" and request.method in (
                "GET",
                "HEAD",
            ):
                stored = self._objects.get(bucket, name, generation_of(call))
                Preconditions.from_query(query).check(stored, reading=True)
                return await send(request, stored, self._blobs, stored.etag, {})
        reply = await self._json(call)
        headers = {**reply.headers, "Content-Type": "application/json; charset=UTF-8"}
        return web.Response(status=reply.status, body=reply.body, headers=headers)

    async def add_cors_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Aiohttp's hook before the headers of any answer go out."""
        origin = request.get(SESSION_ORIGIN) if SESSION_ORIGIN in request else request.headers.get("Origin")
        if origin is None or isinstance(response, Refusal):
            return
        asked = request.headers.get("Access-Control-Request-Headers", "")
        is_preflight = request.method == "OPTIONS"
        if _is_json(request):
            response.headers.update(json_api_headers(origin, asked if is_preflight else None))
            return
        bucket = self._buckets.find(request.raw_path.partition("?")[0].strip("/").partition("/")[0])
        rules = bucket.settings.get("cors", []) if bucket else []
        if is_preflight:
            method = request.headers.get("Access-Control-Request-Method", "")
            response.headers.update(preflight_headers(rules, origin, method))
        else:
            response.headers.update(response_headers(rules, origin, request.method))


def _refused(request: web.Request, error: StorageError) -> web.Response:
    if error.refusal is NOT_MODIFIED:
        return web.Response(status=error.refusal.status)
    kind, body = ("json", error.as_json()) if _is_json(request) else ("xml", error.as_xml())
    headers = {**error.headers, "Content-Type": f"application/{kind}; charset=UTF-8"}
    return web.Response(status=error.refusal.status, body=body, headers=headers)


def _is_json(request: web.Request) -> bool:
    """Whether the JSON API is meant, and so its errors and its rules for other origins."""
    return request.raw_path.startswith(JSON_PREFIXES) or request.raw_path.partition("?")[0] in BATCH_PATHS


def _segments(path: str, prefix: str) -> tuple[str, ...]:
    return tuple(decoded(segment) for segment in path.removeprefix(prefix).split("/"))

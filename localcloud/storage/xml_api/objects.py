"""The XML API: objects by path, for requests with a signed URL or an Authorization header."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from localcloud.storage.errors import ACCESS_DENIED, INVALID, StorageError, not_implemented
from localcloud.storage.protocol.body import body_pieces
from localcloud.storage.protocol.call import decoded
from localcloud.storage.protocol.downloads import send
from localcloud.storage.resumable.requests import session_answer, written_headers
from localcloud.storage.store.attributes import Attributes
from localcloud.storage.store.checksums import digests_from_headers
from localcloud.storage.store.preconditions import Preconditions
from localcloud.storage.store.uploads import SizeRange, Target
from localcloud.storage.xml_api.signatures import SignedRequest, is_signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.storage.resumable.receiver import Receiver
    from localcloud.storage.resumable.sessions import Sessions
    from localcloud.storage.store.blobs import Blobs
    from localcloud.storage.store.objects import Objects
    from localcloud.storage.store.uploads import Uploads
    from localcloud.storage.xml_api.signatures import Signatures

METADATA_PREFIX = "x-goog-meta-"
OVERRIDES = {"response-content-type": "Content-Type", "response-content-disposition": "Content-Disposition"}
# Query parameters that turn a request into another one, which we do not have.
SUBRESOURCES = (
    "acl", "cors", "lifecycle", "uploads", "uploadId", "versioning", "website", "tagging", "compose",
    "billing", "encryption", "location", "logging", "storageClass", "userProject", "policy",
)  # fmt: skip
UNSUPPORTED_HEADERS = ("x-goog-copy-source", "x-goog-encryption-algorithm", "x-goog-encryption-kms-key-name")


class XmlApi:
    """Serves `/{bucket}/{object}`."""

    def __init__(
        self,
        objects: Objects,
        blobs: Blobs,
        uploads: Uploads,
        *,
        sessions: Sessions,
        receiver: Receiver,
        signatures: Signatures,
    ) -> None:
        self._objects = objects
        self._blobs = blobs
        self._uploads = uploads
        self._sessions = sessions
        self._receiver = receiver
        self._signatures = signatures

    async def __call__(
        self, request: web.Request, path: str, query: Mapping[str, str], base_url: str
    ) -> web.StreamResponse:
        """Serve one request; `path` is still encoded."""
        if "upload_id" in query:
            return await session_answer(request, self._sessions, self._receiver, query["upload_id"], None)
        self._authorize(request, path, query)
        bucket, _, name = decoded(path)[1:].partition("/")
        _refuse_unknown_parameters(request, name, query)
        match request.method:
            case "GET" | "HEAD":
                return await self._get(request, bucket, name, query)
            case "PUT":
                target = _target(request, bucket, name)
                stored = await self._uploads.store(target, body_pieces(request), request.content_length)
                return web.Response(status=200, headers=written_headers(stored))
            case "POST" if request.headers.get("x-goog-resumable", "").lower() == "start":
                return self._start(request, _target(request, bucket, name), path, base_url)
            case "DELETE":
                stored = self._objects.get(bucket, name, _generation(query))
                self._objects.delete(stored, Preconditions.from_headers(request.headers))
                return web.Response(status=204)
        raise not_implemented(f"{request.method} on an object in the XML API")

    def _authorize(self, request: web.Request, path: str, query: Mapping[str, str]) -> None:
        if is_signed(query):
            names = {name.lower() for name in request.headers}
            headers = {name: ",".join(request.headers.getall(name)) for name in names}
            self._signatures.check(SignedRequest(request.method, path, query, headers))
        elif "Signature" in query or "GoogleAccessId" in query:
            raise not_implemented("V2 signed URLs")
        elif "Authorization" not in request.headers:
            details = {"Details": "Anonymous caller does not have access to the Google Cloud Storage object."}
            raise StorageError(ACCESS_DENIED, "Access denied.", details)

    async def _get(
        self, request: web.Request, bucket: str, name: str, query: Mapping[str, str]
    ) -> web.StreamResponse:
        stored = self._objects.get(bucket, name, _generation(query))
        Preconditions.from_headers(request.headers).check(stored, reading=True)
        overrides = {header: query[name] for name, header in OVERRIDES.items() if name in query}
        return await send(request, stored, self._blobs, f'"{stored.entity_tag}"', overrides)

    def _start(self, request: web.Request, target: Target, path: str, base_url: str) -> web.Response:
        session = self._sessions.start(target, None, request.headers.get("Origin"))
        location = f"{base_url}{path}?" + urlencode({"upload_id": session.id})
        return web.Response(status=201, headers={"Location": location, "X-GUploader-UploadID": session.id})


def _refuse_unknown_parameters(request: web.Request, name: str, query: Mapping[str, str]) -> None:
    if not name:
        raise not_implemented(f"{request.method} on a bucket or the service in the XML API")
    for parameter in SUBRESOURCES:
        if parameter in query:
            raise not_implemented(f"the XML API's parameter '{parameter}'")
    for header in UNSUPPORTED_HEADERS:
        if header in request.headers:
            raise not_implemented(f"the XML API's header '{header}'")


def _target(request: web.Request, bucket: str, name: str) -> Target:
    headers = request.headers
    attributes = Attributes(
        content_type=headers.get("Content-Type", "application/octet-stream"),
        content_encoding=headers.get("Content-Encoding"),
        content_disposition=headers.get("Content-Disposition"),
        content_language=headers.get("Content-Language"),
        cache_control=headers.get("Cache-Control"),
        custom_time=headers.get("x-goog-custom-time"),
        storage_class=headers.get("x-goog-storage-class"),
        metadata={
            key.lower().removeprefix(METADATA_PREFIX): value
            for key, value in headers.items()
            if key.lower().startswith(METADATA_PREFIX)
        },
    )
    return Target(
        bucket,
        name,
        attributes,
        Preconditions.from_headers(headers),
        digests_from_headers(headers, headers.getall("x-goog-hash", [])),
        SizeRange.from_header(headers.get("x-goog-content-length-range")),
    )


def _generation(query: Mapping[str, str]) -> int | None:
    text = query.get("generation")
    if text is not None and not text.isdecimal():
        raise StorageError(INVALID, f"Invalid generation: {text!r}")
    return int(text) if text else None

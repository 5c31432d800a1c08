"""The requests to a resumable session's URI, which both APIs share but for the final answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from localcloud.storage.errors import METHOD_NOT_ALLOWED, UPLOAD_CANCELLED, StorageError
from localcloud.storage.protocol.body import body_pieces
from localcloud.storage.protocol.downloads import object_headers
from localcloud.storage.protocol.ranges import chunk_range
from localcloud.storage.store.checksums import digests_from_headers

if TYPE_CHECKING:
    from localcloud.storage.resumable.receiver import Progress, Receiver
    from localcloud.storage.resumable.sessions import Sessions
    from localcloud.storage.store.stored_object import StoredObject

RESUME_INCOMPLETE = 308
SESSION_ORIGIN: web.RequestKey[str | None] = web.RequestKey("session_origin", str)


async def session_answer(
    request: web.Request, sessions: Sessions, receiver: Receiver, upload_id: str, base_url: str | None
) -> web.Response:
    """Serve a PUT (chunk or status query) or DELETE; `base_url` None answers in the XML API's way."""
    session = sessions.get(upload_id)
    request[SESSION_ORIGIN] = session.origin
    if request.method == "DELETE":
        receiver.cancel(session)
        raise StorageError(UPLOAD_CANCELLED, "The upload was cancelled.")
    if request.method not in ("PUT", "POST"):
        raise StorageError(
            METHOD_NOT_ALLOWED, f"The method {request.method} is not allowed on an upload session."
        )
    chunk = chunk_range(request.headers.get("Content-Range"))
    digest_headers = {} if chunk else request.headers  # a chunk's Content-MD5 is the chunk's own
    expected = digests_from_headers(digest_headers, request.headers.getall("x-goog-hash", []))
    progress = await receiver.receive(session, chunk, body_pieces(request), expected)
    if progress.stored is None:
        return _incomplete(progress, upload_id)
    return _complete(progress.stored, base_url)


def _incomplete(progress: Progress, upload_id: str) -> web.Response:
    headers = {"X-GUploader-UploadID": upload_id}
    if progress.received:
        headers["Range"] = f"bytes=0-{progress.received - 1}"
    return web.Response(status=RESUME_INCOMPLETE, headers=headers)


def _complete(stored: StoredObject, base_url: str | None) -> web.Response:
    if base_url is not None:
        return web.json_response(stored.resource(base_url), headers={"ETag": stored.etag})
    return web.Response(status=200, headers=written_headers(stored))


def written_headers(stored: StoredObject) -> dict[str, str]:
    """What the XML API says about an object that was just written."""
    return {name: value for name, value in object_headers(stored).items() if name.startswith("x-goog-")} | {
        "ETag": f'"{stored.entity_tag}"'
    }

"""A static file with an ETag, sent gzipped to clients that accept it."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.web.http import Call


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file.

    Attributes:
        gzipped: the content, compressed.
        etag: changes with the content.
    """

    content: bytes
    gzipped: bytes
    content_type: str
    etag: str

    @classmethod
    def of(cls, content: bytes, content_type: str) -> Self:
        """Compress the content and compute its tag, once."""
        etag = hashlib.sha256(content).hexdigest()[:16]
        return cls(content, gzip.compress(content, mtime=0), content_type, etag)

    def response(self, call: Call, headers: Mapping[str, str]) -> Response:
        """The file with these headers; 304 if the client has it already."""
        is_gzipped = call.request.accept_encodings.quality("gzip") > 0
        response = Response(self.gzipped if is_gzipped else self.content, content_type=self.content_type)
        response.headers.update({**headers, "Vary": "Accept-Encoding"})
        response.set_etag(self.etag + ("-gzip" if is_gzipped else ""))
        if is_gzipped:
            response.headers["Content-Encoding"] = "gzip"
        return response.make_conditional(call.request.environ)

"""A file as it is sent: gzipped for whoever takes that, under a tag that changes with its content."""

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
        packed: the content, gzipped.
        tag: changes with the content.
    """

    content: bytes
    packed: bytes
    content_type: str
    tag: str

    @classmethod
    def of(cls, content: bytes, content_type: str) -> Self:
        """With this content; gzipped once, here."""
        tag = hashlib.sha256(content).hexdigest()[:16]
        return cls(content, gzip.compress(content, mtime=0), content_type, tag)

    def answer(self, call: Call, headers: Mapping[str, str]) -> Response:
        """The file with these headers, or 304 for whoever has it."""
        packed = call.request.accept_encodings.quality("gzip") > 0
        response = Response(self.packed if packed else self.content, content_type=self.content_type)
        response.headers.update({**headers, "Vary": "Accept-Encoding"})
        response.set_etag(self.tag + ("-gzip" if packed else ""))
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response.make_conditional(call.request.environ)

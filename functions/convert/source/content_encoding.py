"""Undoes the Content-Encoding that a client gave its upload, of which Cloud Storage stores the encoded bytes.

`gsutil cp -Z`, `gcloud storage cp --gzip-local` and some upload actions compress every file. The header may
lie: what does not begin like gzip is taken as it is.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, BinaryIO

from shared.domain.errors import Damaged, TooLarge, Truncated, UnsupportedEncoding

from ..workspace import MIB

if TYPE_CHECKING:
    from shared.domain.files import Upload

    from ..workspace import DiskQuota

_GZIP = frozenset({"gzip", "x-gzip"})
_PLAIN = frozenset({"", "identity"})
# ID1, ID2, and deflate, the only method (RFC 1952).
_MAGIC = b"\x1f\x8b\x08"
_PIECE_BYTES = MIB
# Of zlib: a gzip header and trailer around the data.
_GZIP_WINDOW = 31
# Of the compressed bytes that zlib gets at once: at the end of each member, it copies those that are left.
_SLICE_BYTES = 1 << 14
# How a body begins that a client of Amazon S3 signed piece by piece: a length, and mostly a signature.
_AWS_CHUNKED, _AWS_CHUNK = "aws-chunked", re.compile(rb"[0-9a-fA-F]{1,8}(?:;chunk-signature=|\r\n)")
_HEAD_BYTES = 32


def is_encoded(upload: Upload) -> bool:
    """Return whether an upload claims to be encoded; identity is no encoding."""
    return bool(_codings(upload.content_encoding))


def check_encoding(upload: Upload) -> None:
    """Check that an upload whose bytes are no audio has no encoding that was not undone.

    Raises:
        UnsupportedEncoding: the bytes may be audio in another encoding.
    """
    if unknown := _codings(upload.content_encoding) - _GZIP:
        raise _unsupported(unknown)


class Decoder:
    """Decodes an upload piece by piece into a file."""

    def __init__(self, into: BinaryIO, content_encoding: str, max_bytes: float, quota: DiskQuota) -> None:
        """Decode into an open file.

        Args:
            into: the file.
            content_encoding: of the upload.
            max_bytes: of the file.
            quota: of the folder that it is in.
        """
        self._into, self._codings = into, _codings(content_encoding)
        self._max_bytes, self._quota = max_bytes, quota
        self._head = b""
        self._has_begun = self._has_ended = False
        self._member: zlib._Decompress | None = None
        self._rest = b""
        self._written_bytes = 0

    def write(self, data: bytes) -> int:
        """Decode the next bytes.

        Raises:
            Damaged: they are no valid gzip.
            TooLarge, DiskQuotaExceeded: there are too many of them when decoded.
            UnsupportedEncoding: they are chunks of S3's protocol.
        """
        if self._has_begun:
            self._decode(data)
        else:
            self._head += data
            if len(self._head) >= _HEAD_BYTES:
                self._begin()
        return len(data)

    def close(self) -> None:
        """Decode what is left; raise Truncated if the compressed data ends early, and as `write`."""
        if not self._has_begun:
            self._begin()
        if self._member and not self._member.eof:
            raise Truncated("The upload has the Content-Encoding gzip, and its compressed data ends early.")

    def _begin(self) -> None:
        self._has_begun = True
        if _AWS_CHUNKED in self._codings and _AWS_CHUNK.match(self._head):
            raise _unsupported(frozenset({_AWS_CHUNKED}))
        if self._codings & _GZIP and self._head.startswith(_MAGIC):
            self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._decode(self._head)

    def _decode(self, data: bytes) -> None:
        if self._member is None:
            self._into.write(data)
            return
        try:
            for begin in range(0, len(data), _SLICE_BYTES):
                self._decompress(data[begin : begin + _SLICE_BYTES])
        except zlib.error as error:
            raise Damaged("The upload has the Content-Encoding gzip, and is no valid gzip.") from error

    def _decompress(self, data: bytes) -> None:
        data = self._rest + data
        while data and self._member and not self._has_ended:
            data = self._next_member(data) if self._member.eof else self._piece(self._member, data)

    def _piece(self, member: zlib._Decompress, data: bytes) -> bytes:
        """Decode a piece; return the bytes that are left."""
        piece = member.decompress(data, _PIECE_BYTES)
        self._written_bytes += len(piece)
        self._check_size()
        self._into.write(piece)
        if len(piece) == _PIECE_BYTES and not member.unconsumed_tail and not member.eof:
            return self._piece(member, b"")  # all input is in the decoder, and some output
        return member.unused_data if member.eof else member.unconsumed_tail

    def _next_member(self, data: bytes) -> bytes:
        """Begin with the next member; ignore what is none, as gzip does. Return the bytes that are left."""
        if len(data) < len(_MAGIC):
            self._rest = data
            return b""
        self._rest = b""
        self._has_ended = not data.startswith(_MAGIC)
        self._member = self._member if self._has_ended else zlib.decompressobj(_GZIP_WINDOW)
        return data

    def _check_size(self) -> None:
        """Only the size counts: an hour of silence or of a test tone is a thousandth of itself in gzip."""
        self._quota.check_size(self._written_bytes)
        if self._written_bytes > self._max_bytes:
            raise TooLarge(
                "The upload has the Content-Encoding gzip, and without it more bytes than the limit of "
                f"{self._max_bytes} bytes."
            )


def _codings(content_encoding: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in content_encoding.split(",")) - _PLAIN


def _unsupported(codings: frozenset[str]) -> UnsupportedEncoding:
    return UnsupportedEncoding(
        f"The upload has the Content-Encoding {', '.join(sorted(codings))}, and is not audio as it was sent. "
        "The only encoding that is undone is gzip."
    )

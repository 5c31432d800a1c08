"""The files of a task as objects in a bucket: the upload, the source and the outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.options import Options

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.media import Levels, Normalisation, Probe


BYTES = "application/octet-stream"
# RFC 3534; browsers play it like audio/ogg.
OGG = "application/ogg"


def stored_type(declared: str) -> str:
    """The type for a file that its owner declares to be of another: nothing that a browser runs or shows."""
    kind = declared.partition(";")[0].strip().lower()
    return kind if kind.startswith(("audio/", "video/")) or kind == OGG else BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """A finalised object, from its event.

    Attributes:
        object: name in the bucket.
        generation: of the object; increases with every overwrite.
        time_created: of this generation.
        has_own_headers: whether it was uploaded with headers of its own for downloads.
        content_encoding: that the client stated, true or not; the size and the bytes are the encoded ones.
    """

    bucket: str
    object: str
    generation: int
    size_bytes: int
    crc32c: str
    content_type: str
    time_created: datetime
    has_own_headers: bool = False
    content_encoding: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The uploaded object. Everything but its name is None until it is finalised.

    Attributes:
        superseded: newest generation that is no longer converted, since its owner requested other outputs.
    """

    object: str
    content_type: str = BYTES
    generation: int | None = None
    size_bytes: int | None = None
    crc32c: str | None = None
    probe: Probe | None = None
    superseded: int | None = None

    @property
    def is_uploaded(self) -> bool:
        """Whether the file is known to have been uploaded."""
        return self.generation is not None or self.superseded is not None


@dataclass(frozen=True, slots=True)
class Output:
    """One output: what was requested, and what was stored.

    Attributes:
        copied: whether the stream was copied instead of encoded.
        levels: of the encoded audio; None for a copied stream.
        normalisation: if a loudness was requested.
    """

    format: str
    object: str
    options: Options = field(default_factory=Options)
    generation: int | None = None
    size_bytes: int | None = None
    crc32c: str | None = None
    duration_s: float | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    bit_rate_kbps: int | None = None
    copied: bool = False
    levels: Levels | None = None
    normalisation: Normalisation | None = None

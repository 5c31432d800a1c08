"""The conditions on generation and metageneration that a request may set on what is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from localcloud.storage.errors import INVALID, NOT_MODIFIED, PRECONDITION_FAILED, UNMET, StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.storage.store.stored_object import StoredObject

_PARAMETERS = {
    "GenerationMatch": "generation_match",
    "GenerationNotMatch": "generation_not_match",
    "MetagenerationMatch": "metageneration_match",
    "MetagenerationNotMatch": "metageneration_not_match",
}
_HEADERS = {
    "x-goog-if-generation-match": "generation_match",
    "x-goog-if-generation-not-match": "generation_not_match",
    "x-goog-if-metageneration-match": "metageneration_match",
    "x-goog-if-metageneration-not-match": "metageneration_not_match",
}


@dataclass(frozen=True)
class Preconditions:
    """None means: not asked for. Generation 0 stands for "no live object"."""

    generation_match: int | None = None
    generation_not_match: int | None = None
    metageneration_match: int | None = None
    metageneration_not_match: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str], prefix: str = "if") -> Self:
        """From `ifGenerationMatch` and its like; `prefix` `ifSource` for a copy's source."""
        return cls(
            **{
                own: _number(name, query[prefix + name])
                for name, own in _PARAMETERS.items()
                if prefix + name in query
            }
        )

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """From the XML API's `x-goog-if-…` headers."""
        return cls(**{own: _number(name, headers[name]) for name, own in _HEADERS.items() if name in headers})

    def check(self, live: StoredObject | None, *, reading: bool = False) -> None:
        """Compare with what is live.

        Raises:
            StorageError: PreconditionFailed; for a read whose NotMatch condition matches, NotModified.
        """
        generation = live.generation if live else 0
        metageneration = live.metageneration if live else 0
        if self._differs(generation, metageneration):
            raise StorageError(PRECONDITION_FAILED, UNMET)
        if generation == self.generation_not_match or metageneration == self.metageneration_not_match:
            raise StorageError(NOT_MODIFIED if reading else PRECONDITION_FAILED, UNMET)

    def _differs(self, generation: int, metageneration: int) -> bool:
        return (self.generation_match is not None and self.generation_match != generation) or (
            self.metageneration_match is not None and self.metageneration_match != metageneration
        )


def check_entity_tag(headers: Mapping[str, str], etag: str) -> None:
    """Check `If-Match` and `If-None-Match` of a read (RFC 9110, section 13.1).

    Raises:
        StorageError: PreconditionFailed or NotModified.
    """
    if "If-Match" in headers and not _lists(headers["If-Match"], etag):
        raise StorageError(PRECONDITION_FAILED, UNMET)
    if "If-None-Match" in headers and _lists(headers["If-None-Match"], etag):
        raise StorageError(NOT_MODIFIED, UNMET)


def _lists(header: str, etag: str) -> bool:
    listed = {each.strip().removeprefix("W/").strip('"') for each in header.split(",")}
    return "*" in listed or etag.strip('"') in listed


ANY = Preconditions()


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise StorageError(INVALID, f"Invalid value for {name}: {text!r} is not a number.") from error

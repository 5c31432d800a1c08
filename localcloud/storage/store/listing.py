"""Listing a bucket: prefix, delimiter, offsets and pages, in the order of the names' UTF-8 bytes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from localcloud.storage.errors import INVALID, StorageError, not_implemented
from localcloud.storage.store.stored_object import StoredObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.database import Database

PAGE_MAX = 1000
_LAST_CODE_POINT = 0x10FFFF
_BEFORE_SURROGATES, _AFTER_SURROGATES = 0xD7FF, 0xE000


@dataclass(frozen=True)
class ListQuery:
    """What to list. `start` is inclusive and `end` exclusive; `size` counts objects and prefixes."""

    prefix: str = ""
    delimiter: str = ""
    start: str = ""
    end: str | None = None
    size: int = PAGE_MAX
    include_trailing_delimiter: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """From the JSON API's parameters."""
        for name in ("matchGlob", "softDeleted", "filter"):
            if query.get(name, "").lower() not in ("", "false"):
                raise not_implemented(f"the list parameter '{name}'")
        start = query.get("startOffset", "")
        if query.get("pageToken"):
            start = _start_of(query["pageToken"])
        return cls(
            prefix=query.get("prefix", ""),
            delimiter=query.get("delimiter", ""),
            start=start,
            end=query.get("endOffset") or None,
            size=_page_size(query.get("maxResults")),
            include_trailing_delimiter=query.get("includeTrailingDelimiter", "").lower() == "true",
        )


@dataclass(frozen=True)
class Page:
    """One page of a listing; the token asks for the next, None says that there is none."""

    objects: list[StoredObject]
    prefixes: list[str]
    next_token: str | None


def list_objects(database: Database, bucket: str, query: ListQuery) -> Page:
    """List one page, seeking past each common prefix instead of reading what it stands for."""
    objects: list[StoredObject] = []
    prefixes: list[str] = []
    start: str | None = max(query.start, query.prefix)
    while start is not None and (found := _first_from(database, bucket, start, query)):
        if len(objects) + len(prefixes) == query.size:
            return Page(objects, prefixes, _token(start))
        common = _common_prefix(found.name, query)
        if common is not None:
            prefixes.append(common)
        if common is None or (query.include_trailing_delimiter and found.name == common):
            objects.append(found)
        start = found.name + "\0" if common is None else _after(common)
    return Page(objects, prefixes, None)


def _first_from(database: Database, bucket: str, start: str, query: ListQuery) -> StoredObject | None:
    row = database.row(
        "SELECT * FROM storage_objects WHERE bucket = ? AND name >= ? ORDER BY name LIMIT 1", (bucket, start)
    )
    if row is None or not row["name"].startswith(query.prefix):
        return None
    if query.end is not None and row["name"].encode() >= query.end.encode():
        return None
    return StoredObject.from_row(row)


def _common_prefix(name: str, query: ListQuery) -> str | None:
    at = name.find(query.delimiter, len(query.prefix)) if query.delimiter else -1
    return None if at < 0 else name[: at + len(query.delimiter)]


def _after(prefix: str) -> str | None:
    """The least string greater than everything that starts with `prefix`; None if there is none."""
    stripped = prefix.rstrip(chr(_LAST_CODE_POINT))
    if not stripped:
        return None
    last = ord(stripped[-1])
    return stripped[:-1] + chr(_AFTER_SURROGATES if last == _BEFORE_SURROGATES else last + 1)


def _page_size(text: str | None) -> int:
    if not text:
        return PAGE_MAX
    if not text.isdecimal():
        raise StorageError(INVALID, f"Invalid value for maxResults: {text!r}")
    return min(int(text), PAGE_MAX) or PAGE_MAX


def _token(start: str) -> str:
    return base64.urlsafe_b64encode(start.encode()).decode()


def _start_of(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise StorageError(INVALID, f"Invalid page token: {token!r}") from error

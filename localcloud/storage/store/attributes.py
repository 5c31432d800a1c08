"""The part of an object's resource that its owner sets: content headers, storage class and free metadata."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from localcloud.storage.errors import INVALID, METADATA_TOO_LARGE, StorageError, not_implemented

if TYPE_CHECKING:
    from collections.abc import Mapping

METADATA_MAX_BYTES = 8192  # keys and values together (Google's "Quotas & limits" page)
STORAGE_CLASSES = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")
HOLDS = ("temporaryHold", "eventBasedHold", "retention", "contexts")


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """What a client states about its object, other than the bytes. None: not stated."""

    content_type: str | None = None
    content_encoding: str | None = None
    content_disposition: str | None = None
    content_language: str | None = None
    cache_control: str | None = None
    custom_time: str | None = None
    storage_class: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, resource: Mapping[str, Any]) -> Self:
        """Read them from an object resource; other fields of it are output-only and ignored.

        Raises:
            StorageError: a field has the wrong type, or asks for a hold or retention (501).
        """
        return cls(**_checked(resource))

    def merged_with(self, patch: Mapping[str, Any]) -> Self:
        """JSON merge patch: a null deletes, metadata merges key by key, the rest stays."""
        metadata = patch.get("metadata")
        if isinstance(metadata, dict):
            patch = {**patch, "metadata": {**self.metadata, **metadata}}
        return replace(self, **_checked(patch))

    def as_json(self) -> dict[str, Any]:
        """The fields that are set, under the JSON API's names."""
        named = {name: getattr(self, own) for name, own in _FIELDS.items()}
        return {name: value for name, value in named.items() if value not in (None, {})}

    def named(self) -> dict[str, Any]:
        """The attributes by name, and nothing else that a stored object has."""
        return {own: getattr(self, own) for own in _FIELDS.values()}


def camel(name: str) -> str:
    """`content_type` → `contentType`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_FIELDS = {camel(each.name): each.name for each in fields(Attributes)}


def _checked(resource: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(resource, dict):
        raise StorageError(INVALID, "Invalid value for: an object's resource is not an object.")
    for hold in HOLDS:
        if resource.get(hold):
            raise not_implemented(f"the object field '{hold}'")
    found = {own: resource[name] for name, own in _FIELDS.items() if name in resource}
    for own, value in found.items():
        if own != "metadata" and value is not None and not isinstance(value, str):
            raise StorageError(INVALID, f"Invalid value for: {camel(own)} is not a string.")
    if found.get("storage_class") not in (None, *STORAGE_CLASSES):
        raise StorageError(INVALID, f"Invalid storage class {found['storage_class']!r}.")
    if "metadata" in found:
        found["metadata"] = _checked_metadata(found["metadata"])
    return found


def _checked_metadata(metadata: object) -> dict[str, str]:
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise StorageError(INVALID, "Invalid value for: metadata is not an object.")
    kept = {key: value for key, value in metadata.items() if value is not None}
    if not all(isinstance(value, str) for value in kept.values()):
        raise StorageError(INVALID, "Invalid value for: metadata values must be strings.")
    if sum(len(key.encode()) + len(value.encode()) for key, value in kept.items()) > METADATA_MAX_BYTES:
        raise StorageError(METADATA_TOO_LARGE, "Your metadata headers exceed the maximum allowed size.")
    return kept

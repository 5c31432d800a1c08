"""What a user wants changed of their webhook endpoint, parsed from a request's body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = ("rotateSecret", "url")


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What a user wants changed.

    Attributes:
        points: whether the receiver is to be set, to `url`.
        url: the receiver; None for none.
        rotates: whether a new secret is wanted.
    """

    points: bool = False
    url: str | None = None
    rotates: bool = False


def parse_change(body: Mapping[str, Any]) -> EndpointChange:
    """The change in the body of `PUT /api/webhook`; what is not named stays as it is.

    Raises:
        InvalidField: names the field at fault.
    """
    for name in body:
        if name not in FIELDS:
            raise InvalidField(f"{name[:40]!r} is not a field.", field=name[:40], valid=FIELDS)
    rotates = body.get("rotateSecret", False)
    if not isinstance(rotates, bool):
        raise InvalidField(
            "rotateSecret must be true or false.", field="rotateSecret", valid=("true", "false")
        )
    return EndpointChange("url" in body, parse_url(body.get("url"), "url"), rotates)


def parse_url(value: object, field: str) -> str | None:
    """A receiver as text, or None for none; whether it may be called is not looked at yet.

    Raises:
        InvalidField: it is something else.
    """
    if value is not None and not isinstance(value, str):
        raise InvalidField(f"{field} must be a URL, as text, or null.", field=field)
    return value

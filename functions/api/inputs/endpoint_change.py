"""The body of a request that changes the user's webhook endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .fields import ENDPOINT_CHANGE

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """Changes to an endpoint.

    Attributes:
        sets_url: whether `url` replaces the receiver.
        url: the receiver; None removes it. Whether it may be called is checked later.
        rotates_secret: whether to make a new secret.
    """

    sets_url: bool = False
    url: str | None = None
    rotates_secret: bool = False


def parse_endpoint_change(body: Mapping[str, Any]) -> EndpointChange:
    """The body of `PUT /api/webhook`; what it leaves out stays as it is.

    Raises:
        InvalidField: names the invalid field and what is valid.
    """
    values = ENDPOINT_CHANGE.parse(body)
    return EndpointChange("url" in body, values["url"], values["rotateSecret"])

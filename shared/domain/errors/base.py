"""The base of all errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class SonubeError(Exception):
    """The service failed in an unexpected way. Quote `requestId` when you report it.

    Attributes:
        code: stable identifier, snake_case.
        status: HTTP status if it reaches a client.
        title: one line, the same for every occurrence.
        field: the field of the request that is invalid.
        valid: the accepted values, if they can be listed.
        retry_after_s: seconds after which a retry makes sense, if known.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "The service failed in an unexpected way"

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        valid: Sequence[str | int | float] = (),
        retry_after_s: int | None = None,
    ) -> None:
        self.message = message or f"{self.title}."
        super().__init__(self.message)
        self.field = field
        self.valid = tuple(valid)
        self.retry_after_s = retry_after_s

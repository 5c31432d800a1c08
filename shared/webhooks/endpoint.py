"""A user's webhook endpoint: the default receiver, and the secret that signs whatever the user is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# For so long after a rotation both secrets sign.
ROTATION_OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One user's endpoint.

    Attributes:
        owner: Firebase uid.
        secret: `whsec_…`; signs, and is shown only in the answer to the request that made it.
        url: the default receiver; None: only tasks that name one of their own are told.
        previous: the secret before the last rotation, signing too until `previous_until`.
        disabled_at: when the receiver said that it is gone; nothing is sent until the URL is set again.
        revision: opaque mark of the stored document that this was read from; None if it was never stored.
    """

    owner: str
    secret: str
    created_at: datetime
    updated_at: datetime
    url: str | None = None
    previous: str | None = None
    previous_until: datetime | None = None
    disabled_at: datetime | None = None
    revision: str | None = None

    @classmethod
    def new(cls, owner: str, secret: str, now: datetime) -> Endpoint:
        """One that has a secret and no receiver yet."""
        return cls(owner, secret, created_at=now, updated_at=now)

    @property
    def receiver(self) -> str | None:
        """Where to send; None: nowhere."""
        return None if self.disabled_at else self.url

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at this moment, the newest first."""
        overlapping = self.previous and self.previous_until and now < self.previous_until
        return (self.secret, self.previous) if overlapping and self.previous else (self.secret,)

    def with_url(self, url: str | None, now: datetime) -> Endpoint:
        """Another receiver, or the same one, willing again."""
        return replace(self, url=url, disabled_at=None, updated_at=now)

    def rotated(self, secret: str, now: datetime) -> Endpoint:
        """A new secret beside the present one; one that a rotation before had left over ends at once."""
        return replace(
            self,
            secret=secret,
            previous=self.secret,
            previous_until=now + ROTATION_OVERLAP,
            updated_at=now,
        )

    def disabled(self, url: str, now: datetime) -> Endpoint:
        """The receiver at `url` wants nothing more; that says nothing of one that was set since."""
        if url != self.url or self.disabled_at:
            return self
        return replace(self, disabled_at=now, updated_at=now)

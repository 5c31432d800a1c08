"""A user's webhook endpoint: the default receiver, and the secret for signatures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# After a rotation, both secrets sign for this time.
ROTATION_OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One user's endpoint.

    Attributes:
        owner: Firebase uid.
        secret: `whsec_…`; returned only in the response to the request that created it.
        url: the default receiver; None: only tasks with a receiver of their own have webhooks.
        previous: the secret before the last rotation, which signs too until `previous_until`.
        disabled_at: when the receiver returned 410; nothing is sent until the URL is set again.
        revision: opaque version of the stored document; None if it was never stored.
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
        """An endpoint with a secret and without a receiver."""
        return cls(owner, secret, created_at=now, updated_at=now)

    @property
    def receiver(self) -> str | None:
        """The URL to send to; None: send nothing."""
        return None if self.disabled_at else self.url

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at this time, newest first."""
        overlapping = self.previous and self.previous_until and now < self.previous_until
        return (self.secret, self.previous) if overlapping and self.previous else (self.secret,)

    def with_url(self, url: str | None, now: datetime) -> Endpoint:
        """Set the receiver, which enables a disabled one."""
        return replace(self, url=url, disabled_at=None, updated_at=now)

    def rotated(self, secret: str, now: datetime) -> Endpoint:
        """Add a secret; the secret before the current one stops signing."""
        return replace(
            self,
            secret=secret,
            previous=self.secret,
            previous_until=now + ROTATION_OVERLAP,
            updated_at=now,
        )

    def disabled(self, url: str, now: datetime) -> Endpoint:
        """Disable the receiver at `url`, unless another one was set since."""
        if url != self.url or self.disabled_at:
            return self
        return replace(self, disabled_at=now, updated_at=now)

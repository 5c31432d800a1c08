"""Errors of the platform, and of events that arrive late or twice."""

from __future__ import annotations

from shared.domain.errors.base import SonubeError


class PlatformError(SonubeError):
    """A service that we depend on failed. A later attempt may succeed."""

    code, status, title = "unavailable", 503, "A service that we depend on is unavailable"


class Unavailable(PlatformError):
    """A service that we depend on failed. Retry after the seconds in `Retry-After`."""


class Busy(Unavailable):
    """The service makes as many calls of this kind as it can. Retry after the seconds in `Retry-After`."""

    code, title = "busy", "The service is busy"


class SignInNotSetUp(Unavailable):
    """Google refuses the sign-in because of a setting of this service. Only the operator can change it."""

    code, title = "sign_in_not_set_up", "Sign-in is not set up correctly"


class LeaseHeld(PlatformError):
    """Another instance is converting this task; the event must be redelivered."""

    code, title = "lease_held", "Another instance is converting this task"


class LeaseLost(PlatformError):
    """The instance lost its lease: the task was deleted, cancelled, changed or taken over."""

    code, title = "lease_lost", "The instance has lost its lease on the task"


class RevisionChanged(PlatformError):
    """Another writer changed the document or object between our read and our write."""

    code, status, title = "revision_changed", 409, "Another writer changed it first"


class AlreadyExists(PlatformError):
    """Another request created the document or object first."""

    code, status, title = "already_exists", 409, "It already exists"


class IllegalTransition(SonubeError):
    """The task's state cannot change in this way."""

    code, status, title = "illegal_transition", 409, "The task's state does not allow this"


class Stale(SonubeError):
    """The event is about an upload that was processed or replaced. Acknowledge it and do nothing."""

    code, status, title = "stale", 409, "The event is out of date"

"""The refusals of Google's identity services, in the two shapes in which they put them.

IdentityError
├── ApiError    what every Google API says: a sentence and a canonical status
└── OAuthError  what the OAuth token endpoint says: RFC 6749
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


class IdentityError(Exception):
    """Identity Toolkit refuses: a word such as EMAIL_EXISTS, at times followed by ` : ` and a sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def body(self) -> Json:
        """The answer's JSON."""
        entry = {"message": self.message, "domain": "global", "reason": "invalid"}
        return {"error": {"code": self.status, "message": self.message, "errors": [entry]}}


class ApiError(IdentityError):
    """A refusal in the general form of Google's APIs.

    Args:
        message: what a person reads.
        status: of HTTP.
        canonical: the name of the code in google.rpc, such as PERMISSION_DENIED.
    """

    def __init__(self, message: str, status: int, canonical: str) -> None:
        super().__init__(message, status)
        self.canonical = canonical

    def body(self) -> Json:
        """The answer's JSON."""
        return {"error": {"code": self.status, "message": self.message, "status": self.canonical}}


class OAuthError(IdentityError):
    """A refusal of the OAuth token endpoint; `error` is one of RFC 6749's words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error

    def body(self) -> Json:
        """The answer's JSON."""
        return {"error": self.error, "error_description": self.message}


def invalid_argument(message: str) -> ApiError:
    """400 for a request that could not be read."""
    return ApiError(message, 400, "INVALID_ARGUMENT")


def unauthenticated() -> ApiError:
    """401 for a privileged call without an access token of this cloud."""
    return ApiError(
        "Request is missing required authentication credential. Expected OAuth 2 access token.",
        401,
        "UNAUTHENTICATED",
    )


def not_implemented(what: str) -> ApiError:
    """501 for something real that this local cloud does not have; `what` names it."""
    return ApiError(f"localcloud does not implement {what}.", 501, "UNIMPLEMENTED")

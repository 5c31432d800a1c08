"""ID tokens, verified by firebase-admin."""

from __future__ import annotations

import time

import firebase_admin
from firebase_admin import auth, exceptions

from shared.adapters.failures import translated, unexpected
from shared.domain.errors import AccountDisabled, Unauthenticated
from shared.ports.accounts import Caller

SERVICE = "Firebase Authentication"
TIMEOUT_S = 10


class FirebaseTokens:
    """`TokenVerifier` by firebase-admin: signature, issuer, audience, expiry; revocation on request."""

    def __init__(self, project: str) -> None:
        self._app = firebase_admin.initialize_app(
            options={"projectId": project, "httpTimeout": TIMEOUT_S}, name=f"sonube-{time.monotonic_ns()}"
        )

    def verify(self, token: str, *, check_revoked: bool = False) -> Caller:
        """No call while Google's certificates are cached; one for revocation."""
        with translated(SERVICE):
            try:
                claims = auth.verify_id_token(token, app=self._app, check_revoked=check_revoked)
            except auth.UserDisabledError as error:
                raise AccountDisabled from error
            except (auth.InvalidIdTokenError, auth.UserNotFoundError, ValueError) as error:
                raise Unauthenticated(_reason(error)) from error
            except exceptions.FirebaseError as error:
                raise unexpected(SERVICE) from error
        # With an emulator, firebase-admin does not check the expiry.
        expiry = claims.get("exp")
        if not isinstance(expiry, int | float) or expiry <= time.time():
            raise Unauthenticated("The ID token has expired. Refresh it.")
        return Caller(claims["uid"], claims.get("email"))


def _reason(error: Exception) -> str:
    if isinstance(error, auth.ExpiredIdTokenError):
        return "The ID token has expired. Refresh it."
    if isinstance(error, auth.RevokedIdTokenError):
        return "The ID token has been revoked. Log in again."
    return "The ID token is invalid. Log in again."

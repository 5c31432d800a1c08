"""Firebase's ID tokens, verified as Google documents it for a service without its SDK.

firebase-admin would skip signatures where it knows an emulator. There is no such mode here: localcloud
publishes certificates of its own, and the same code verifies its tokens.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from google.auth import jwt

from shared.domain.errors import ClockSkew, EmailNotVerified, Unauthenticated
from shared.ports.accounts import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.adapters.identity.certificates import TokenCertificates
    from shared.adapters.identity.lookup import UserLookup

ISSUER = "https://securetoken.google.com/"
ALGORITHM = "RS256"
UID_MAX_CHARACTERS = 128
# Two clocks are never equal. Without a tolerance, a token from a clock that is a second ahead is refused, and
# so is the next one, which the user gets by logging in again.
CLOCK_SKEW_S = 10
INVALID = "The ID token is invalid. Log in again."
NOT_VERIFIED = (
    "The e-mail address of this account is not verified. "
    "POST /api/account/verification sends a mail with a link."
)
EXPIRED = "The ID token has expired. Refresh it."
TOO_EARLY = (
    f"The ID token was issued more than {CLOCK_SKEW_S} s in the future, by the clock of this server. Logging "
    "in again does not help: the clock of the server, or of the identity service, must be set."
)


class IdTokens:
    """`TokenVerifier`: signature, issuer, audience and times; revocation on request.

    Args:
        project: that the tokens must be meant for.
        certificates: of the issuer.
        users: makes what tells which tokens are revoked, when a request needs it.
        needs_verified: whether changes need a verified e-mail address.
    """

    def __init__(
        self,
        project: str,
        certificates: TokenCertificates,
        users: Callable[[], UserLookup],
        *,
        needs_verified: bool = False,
    ) -> None:
        self._project = project
        self._certificates = certificates
        self._users = users
        self._needs_verified = needs_verified

    def verify(self, token: str, *, check_revoked: bool = False, changes: bool = False) -> Caller:
        """No call while the certificates are kept; one for revocation."""
        try:
            claims = self._signed_claims(token)
        except (
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,  # of json, which google-auth reads header and claims with
        ) as error:  # of google-auth, by what is wrong in the token
            raise _refusal(error) from error
        uid = self._checked_uid(claims)
        since = None
        if check_revoked:
            user = self._users().check_not_revoked(uid, int(claims["iat"]))
            # The record is newer than the claim: verifying does not need another log-in.
            if changes and self._needs_verified and not user.is_verified:
                raise EmailNotVerified(NOT_VERIFIED)
            since = user.created_at
        email, signed_in_at = claims.get("email"), claims.get("auth_time")
        return Caller(
            uid,
            email if isinstance(email, str) else None,
            signed_in_at=signed_in_at if isinstance(signed_in_at, int) else 0,
            since=since,
        )

    def _signed_claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is signed, meant for this project and valid now."""
        header = jwt.decode_header(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
            raise Unauthenticated(INVALID)
        certificates = self._certificates.containing(key_id)
        claims = jwt.decode(token, certificates, audience=self._project, clock_skew_in_seconds=CLOCK_SKEW_S)
        return dict(claims)

    def _checked_uid(self, claims: Mapping[str, Any]) -> str:
        uid = claims.get("sub")
        times = (claims["iat"], claims["exp"])
        are_times = all(isinstance(at, int) and not isinstance(at, bool) for at in times)
        if not isinstance(uid, str) or not 0 < len(uid) <= UID_MAX_CHARACTERS or not are_times:
            raise Unauthenticated(INVALID)
        if claims.get("iss") != ISSUER + self._project:
            raise Unauthenticated(INVALID)
        # The tolerance is for tokens from the future only.
        if claims["exp"] <= time.time():
            raise Unauthenticated(EXPIRED)
        return uid


def _refusal(error: Exception) -> Unauthenticated:
    if "Token used too early" in str(error):
        return ClockSkew(TOO_EARLY)
    return Unauthenticated(EXPIRED if "Token expired" in str(error) else INVALID)

"""Custom tokens, which a server signs with its service account so that a user can sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.credentials.keys import ExpiredToken, InvalidToken, decode_jwt
from localcloud.identity.errors import IdentityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.credentials.keys import SigningKey

AUDIENCE = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"
# With FIREBASE_AUTH_EMULATOR_HOST set, firebase-admin leaves the signature empty and uses this name.
UNSIGNED_ISSUER = "firebase-auth-emulator@example.com"


@dataclass(frozen=True)
class CustomToken:
    """A checked custom token: the uid that it names and the claims that it adds."""

    uid: str
    claims: Mapping[str, Any]


def read_custom_token(token: str, signers: Mapping[str, SigningKey], now: float) -> CustomToken:
    """Check a custom token.

    Args:
        token: compact JWT.
        signers: the service accounts whose signature counts, by e-mail.
        now: seconds since 1970.

    Raises:
        IdentityError: INVALID_CUSTOM_TOKEN or CREDENTIAL_MISMATCH (signed by a stranger).
    """
    claims = _verified(token, signers, now)
    uid, extra = claims.get("uid"), claims.get("claims", {})
    if claims.get("aud") != AUDIENCE or not isinstance(uid, str) or not uid or not isinstance(extra, dict):
        raise IdentityError("INVALID_CUSTOM_TOKEN : Invalid assertion format.")
    return CustomToken(uid, extra)


def _verified(token: str, signers: Mapping[str, SigningKey], now: float) -> Mapping[str, Any]:
    try:
        header, claims = decode_jwt(token)
        issuer = str(claims.get("iss"))
        if header.get("alg") == "none" and issuer == UNSIGNED_ISSUER:
            return claims
        if issuer not in signers:
            raise IdentityError("CREDENTIAL_MISMATCH")
        return signers[issuer].verify_jwt(token, at=now)
    except ExpiredToken as error:
        raise IdentityError("INVALID_CUSTOM_TOKEN : Token expired.") from error
    except InvalidToken as error:
        raise IdentityError("INVALID_CUSTOM_TOKEN : Invalid assertion format.") from error

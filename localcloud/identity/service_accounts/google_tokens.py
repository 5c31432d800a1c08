"""Access tokens and OIDC tokens of service accounts, as oauth2.googleapis.com and the platform mint them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.credentials.keys import InvalidToken, SigningKey, decode_jwt
from localcloud.credentials.service_account import account_number
from localcloud.identity.errors import OAuthError, unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.identity.body import Body

LIFETIME_S = 3600
ISSUER = "https://accounts.google.com"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ACCESS_PREFIX, ACCESS_AUDIENCE = "ya29.", "localcloud access token"
# What firebase-admin sends to an Auth emulator in place of an access token.
EMULATOR_OWNER = "owner"


class GoogleTokens:
    """Mints and checks tokens in Google's own name.

    Args:
        key: signs them; its certificate is what `/oauth2/v1/certs` serves.
        service_accounts: their keys by e-mail; their signature buys an access token.
        now: seconds since 1970.
    """

    def __init__(
        self, key: SigningKey, service_accounts: Mapping[str, SigningKey], now: Callable[[], float]
    ) -> None:
        self._key = key
        self._service_accounts = service_accounts
        self._now = now

    def mint_oidc(self, email: str, audience: str) -> str:
        """An ID token of a service account, such as Cloud Tasks and Eventarc send to a function."""
        now = int(self._now())
        number = account_number(email)
        identity = {"azp": number, "sub": number, "email": email, "email_verified": True}
        return self._key.sign_jwt(
            {"iss": ISSUER, "aud": audience, **identity, "iat": now, "exp": now + LIFETIME_S}
        )

    def mint_access_token(self, email: str) -> str:
        """An access token; it says whose it is, so that nothing has to be stored."""
        now = int(self._now())
        claims = {"aud": ACCESS_AUDIENCE, "email": email, "iat": now, "exp": now + LIFETIME_S}
        return ACCESS_PREFIX + self._key.sign_jwt(claims)

    def bearer(self, authorization: str | None) -> str:
        """Whose access token an Authorization header carries.

        Raises:
            ApiError: 401, it carries none of ours.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        if token == EMULATOR_OWNER:
            return EMULATOR_OWNER
        try:
            claims = self._key.verify_jwt(token.removeprefix(ACCESS_PREFIX), at=self._now())
        except InvalidToken as error:
            raise unauthenticated() from error
        if claims.get("aud") != ACCESS_AUDIENCE:
            raise unauthenticated()
        return str(claims["email"])

    async def exchange(self, body: Body) -> Mapping[str, Any]:
        """`POST /token`: an access token for a service account's assertion, or the ID token it asks for."""
        if body.text("grant_type") != JWT_BEARER:
            raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {body.text('grant_type')}")
        claims = self._assertion(body.text("assertion"))
        email = str(claims["iss"])
        if "target_audience" in claims:
            return {"id_token": self.mint_oidc(email, str(claims["target_audience"]))}
        return {
            "access_token": self.mint_access_token(email),
            "expires_in": LIFETIME_S,
            "token_type": "Bearer",
        }

    def _assertion(self, assertion: str) -> Mapping[str, Any]:
        try:
            _, claims = decode_jwt(assertion)
            key = self._service_accounts.get(str(claims.get("iss")))
            if key is None:
                raise OAuthError("invalid_grant", "Invalid grant: account not found")
            return key.verify_jwt(assertion, at=self._now())
        except InvalidToken as error:
            raise OAuthError("invalid_grant", f"Invalid JWT: {error}") from error

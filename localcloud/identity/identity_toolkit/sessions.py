"""ID tokens as Firebase signs them, the refresh tokens behind them, and session cookies."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localcloud.credentials.keys import InvalidToken
from localcloud.identity.errors import IdentityError, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.credentials.keys import SigningKey
    from localcloud.database import Database
    from localcloud.identity.identity_toolkit.accounts import Account, Accounts

SCHEMA = """
CREATE TABLE IF NOT EXISTS identity_refresh_tokens (
    token TEXT PRIMARY KEY,
    local_id TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    provider TEXT NOT NULL,
    claims TEXT NOT NULL
);
"""

ID_TOKEN_LIFETIME_S = 3600
REFRESH_TOKEN_BYTES = 48
# The age of a sign-in up to which Firebase lets users change what is sensitive.
RECENT_S = 300
# Firebase's own bounds: five minutes and two weeks.
COOKIE_LIFETIME_MIN_S, COOKIE_LIFETIME_MAX_S = 300, 14 * 86400


@dataclass(frozen=True)
class Session:
    """What a sign-in gives."""

    account: Account
    id_token: str
    refresh_token: str

    def fields(self) -> dict[str, Any]:
        """The tokens as Identity Toolkit spells them."""
        return {
            "idToken": self.id_token,
            "refreshToken": self.refresh_token,
            "expiresIn": str(ID_TOKEN_LIFETIME_S),
        }


class Sessions:
    """Issues and checks the tokens of one project's accounts."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        key: SigningKey,
        project: str,
        now: Callable[[], float],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._key = key
        self._project = project
        self._now = now
        database.declare(SCHEMA)

    def begin(self, account: Account, provider: str, claims: Mapping[str, Any] | None = None) -> Session:
        """Sign an account in now.

        Args:
            account: who signs in.
            provider: how: `password` or `custom`.
            claims: a custom token's own claims, kept for as long as the session is refreshed.
        """
        now = int(self._now())
        token = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
        with self._database.transaction():
            self._accounts.signed_in(account.local_id, int(self._now() * 1000))
            self._database.write(
                "INSERT INTO identity_refresh_tokens VALUES (?, ?, ?, ?, ?)",
                [token, account.local_id, now, provider, json.dumps(dict(claims or {}))],
            )
        return Session(account, self._id_token(account, provider, now, claims or {}), token)

    def refresh(self, token: str) -> Session:
        """A fresh ID token; the refresh token stays the same, as with Firebase.

        Raises:
            ApiError: INVALID_REFRESH_TOKEN, USER_NOT_FOUND, USER_DISABLED, TOKEN_EXPIRED.
        """
        row = self._database.row("SELECT * FROM identity_refresh_tokens WHERE token = ?", [token])
        if row is None:
            raise invalid_argument("INVALID_REFRESH_TOKEN")
        account = self._accounts.by_id(row["local_id"])
        if account is None:
            raise invalid_argument("USER_NOT_FOUND")
        if account.disabled:
            raise invalid_argument("USER_DISABLED")
        if row["auth_time"] < account.valid_since:
            raise invalid_argument("TOKEN_EXPIRED")
        claims = json.loads(row["claims"])
        return Session(account, self._id_token(account, row["provider"], row["auth_time"], claims), token)

    def account_of(self, id_token: str) -> Account:
        """Who an ID token speaks for.

        Raises:
            IdentityError: INVALID_ID_TOKEN, USER_NOT_FOUND, USER_DISABLED, or (revoked) TOKEN_EXPIRED.
        """
        claims = self._claims(id_token)
        account = self._accounts.by_id(str(claims["sub"]))
        if account is None:
            raise IdentityError("USER_NOT_FOUND")
        if account.disabled:
            raise IdentityError("USER_DISABLED")
        if claims["auth_time"] < account.valid_since:
            raise IdentityError("TOKEN_EXPIRED")
        return account

    def check_recent(self, id_token: str) -> None:
        """Raise CREDENTIAL_TOO_OLD_LOGIN_AGAIN if the user signed in more than five minutes ago."""
        if id_token and self._now() - self._claims(id_token)["auth_time"] > RECENT_S:
            raise IdentityError("CREDENTIAL_TOO_OLD_LOGIN_AGAIN")

    def cookie(self, id_token: str, lifetime_s: int) -> str:
        """A session cookie that says what the ID token says, for longer."""
        if not COOKIE_LIFETIME_MIN_S <= lifetime_s <= COOKIE_LIFETIME_MAX_S:
            raise IdentityError("INVALID_DURATION")
        self.account_of(id_token)
        now = int(self._now())
        issuer = f"https://session.firebase.google.com/{self._project}"
        claims = {**self._claims(id_token), "iss": issuer, "iat": now, "exp": now + lifetime_s}
        return self._key.sign_jwt(claims)

    def end_all(self, local_id: str) -> None:
        """Forget an account's refresh tokens."""
        self._database.write("DELETE FROM identity_refresh_tokens WHERE local_id = ?", [local_id])

    def _claims(self, id_token: str) -> dict[str, Any]:
        try:
            claims = self._key.verify_jwt(id_token, at=self._now())
        except InvalidToken as error:
            raise IdentityError("INVALID_ID_TOKEN") from error
        if (claims.get("aud"), claims.get("iss")) != (self._project, self._issuer):
            raise IdentityError("INVALID_ID_TOKEN")
        return claims

    @property
    def _issuer(self) -> str:
        return f"https://securetoken.google.com/{self._project}"

    def _id_token(self, account: Account, provider: str, auth_time: int, claims: Mapping[str, Any]) -> str:
        now = int(self._now())
        profile = {"name": account.display_name, "picture": account.photo_url}
        return self._key.sign_jwt(
            {
                **{name: value for name, value in profile.items() if value},
                **account.custom_claims,
                **claims,
                "iss": self._issuer,
                "aud": self._project,
                "auth_time": auth_time,
                "user_id": account.local_id,
                "sub": account.local_id,
                "iat": now,
                "exp": now + ID_TOKEN_LIFETIME_S,
                **(
                    {"email": account.email, "email_verified": account.email_verified}
                    if account.email
                    else {}
                ),
                "firebase": {
                    "identities": {"email": [account.email]} if account.email else {},
                    "sign_in_provider": provider,
                },
            }
        )

"""What anyone may ask of Identity Toolkit with nothing but the project's API key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.identity.errors import IdentityError, invalid_argument
from localcloud.identity.identity_toolkit import passwords
from localcloud.identity.identity_toolkit.accounts import Account
from localcloud.identity.identity_toolkit.custom_tokens import read_custom_token
from localcloud.identity.identity_toolkit.registration import checked_email, checked_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localcloud.credentials.keys import SigningKey
    from localcloud.identity.body import Body
    from localcloud.identity.identity_toolkit.accounts import Accounts
    from localcloud.identity.identity_toolkit.mail_actions import MailActions
    from localcloud.identity.identity_toolkit.registration import Registration
    from localcloud.identity.identity_toolkit.sessions import Session, Sessions
    from localcloud.identity.identity_toolkit.throttle import Throttle

Answer = dict[str, Any]


class ClientApi:
    """Each public method is one of the API's; it takes the request's fields and returns the answer's."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        registration: Registration,
        mails: MailActions,
        *,
        throttle: Throttle,
        signers: Mapping[str, SigningKey],
        now: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._registration = registration
        self._mails = mails
        self._throttle = throttle
        self._signers = signers
        self._now = now

    async def sign_up(self, body: Body) -> Answer:
        """`accounts:signUp`: e-mail and password. Anonymous accounts are switched off in this project."""
        if not (body.has("email") or body.has("password")):
            raise IdentityError("ADMIN_ONLY_OPERATION")
        _require(body, "email", "password")
        if body.has("localId"):
            raise IdentityError("UNEXPECTED_PARAMETER : User ID")
        account = await self._registration.create(body, privileged=False)
        answer = {"kind": "identitytoolkit#SignupNewUserResponse", "localId": account.local_id}
        return {**answer, "email": account.email, **self._tokens(body, account, "password")}

    async def sign_in_with_password(self, body: Body) -> Answer:
        """`accounts:signInWithPassword`, under e-mail enumeration protection as new projects have it."""
        _require(body, "email", "password")
        email = checked_email(body.text("email"))
        self._throttle.check(email)
        account = self._accounts.by_email(email)
        if account and account.disabled:
            raise IdentityError("USER_DISABLED")
        stored = account.password_hash if account else None
        if not stored or not await passwords.matches(body.text("password"), stored):
            self._throttle.failed(email)
            raise IdentityError("INVALID_LOGIN_CREDENTIALS")
        account = self._accounts.by_email(email)  # it may have changed while the hash was computed
        if account is None or account.password_hash != stored:
            raise IdentityError("INVALID_LOGIN_CREDENTIALS")
        self._throttle.succeeded(email)
        return {
            "kind": "identitytoolkit#VerifyPasswordResponse",
            "localId": account.local_id,
            "email": account.email,
            "displayName": account.display_name or "",
            "registered": True,
            **self._tokens(body, account, "password"),
        }

    async def sign_in_with_custom_token(self, body: Body) -> Answer:
        """`accounts:signInWithCustomToken`; makes the account if the uid is new."""
        if not body.text("token"):
            raise IdentityError("MISSING_CUSTOM_TOKEN")
        token = read_custom_token(body.text("token"), self._signers, self._now())
        account = self._accounts.by_id(token.uid)
        answer = {"kind": "identitytoolkit#VerifyCustomTokenResponse", "isNewUser": account is None}
        if account is None:
            account = Account(token.uid, created_ms=int(self._now() * 1000), valid_since=int(self._now()))
            self._accounts.add(account)
        if account.disabled:
            raise IdentityError("USER_DISABLED")
        return {**answer, **self._tokens(body, account, "custom", token.claims)}

    async def lookup(self, body: Body) -> Answer:
        """`accounts:lookup`: the account that an ID token speaks for."""
        account = self._account(body)
        return {"kind": "identitytoolkit#GetAccountInfoResponse", "users": [account.resource()]}

    async def update(self, body: Body) -> Answer:
        """`accounts:update`: own name, picture, address or password; the last two end all other sessions.

        They need a recent sign-in. With an `oobCode`, its address is verified, and no one is signed in.
        """
        if body.has("customAttributes") or body.has("disableUser"):
            raise IdentityError("INSUFFICIENT_PERMISSION")
        if body.text("oobCode"):
            verified = self._mails.verify(body)
            return {"kind": "identitytoolkit#SetAccountInfoResponse", **verified.resource()}
        if body.text("email") or body.text("password"):
            self._sessions.check_recent(body.text("idToken"))
        local_id = self._account(body).local_id
        password_hash = await checked_hash(body.text("password")) if body.text("password") else None
        account = self._accounts.by_id(local_id)  # read again: hashing took its time
        if account is None:
            raise IdentityError("USER_NOT_FOUND")
        changed = replace(
            account,
            display_name=body.text("displayName") or account.display_name,
            photo_url=body.text("photoUrl") or account.photo_url,
        )
        if body.text("email"):
            changed = replace(changed, email=checked_email(body.text("email")), email_verified=False)
        if password_hash:
            now_ms = int(self._now() * 1000)
            changed = replace(changed, password_hash=password_hash, password_updated_ms=now_ms)
        if (changed.email, changed.password_hash) != (account.email, account.password_hash):
            changed = replace(changed, valid_since=int(self._now()))
        self._accounts.save(changed)
        answer = {"kind": "identitytoolkit#SetAccountInfoResponse", **changed.resource()}
        return {**answer, **self._tokens(body, changed, "password")}

    async def delete(self, body: Body) -> Answer:
        """`accounts:delete`: one's own account, after a recent sign-in."""
        account = self._account(body)
        self._sessions.check_recent(body.text("idToken"))
        self._accounts.remove(account.local_id)
        self._sessions.end_all(account.local_id)
        return {"kind": "identitytoolkit#DeleteAccountResponse"}

    async def refresh(self, body: Body) -> Answer:
        """The secure token API's `token`: a fresh ID token for a refresh token."""
        if body.text("grant_type") != "refresh_token":
            raise invalid_argument("INVALID_GRANT_TYPE" if body.has("grant_type") else "MISSING_GRANT_TYPE")
        if not body.text("refresh_token"):
            raise invalid_argument("MISSING_REFRESH_TOKEN")
        session = self._sessions.refresh(body.text("refresh_token"))
        return {
            "access_token": session.id_token,
            "expires_in": session.fields()["expiresIn"],
            "token_type": "Bearer",
            "refresh_token": session.refresh_token,
            "id_token": session.id_token,
            "user_id": session.account.local_id,
        }

    def _account(self, body: Body) -> Account:
        if not body.text("idToken"):
            raise IdentityError("MISSING_ID_TOKEN")
        return self._sessions.account_of(body.text("idToken"))

    def _tokens(
        self, body: Body, account: Account, provider: str, claims: Mapping[str, Any] | None = None
    ) -> Answer:
        if not body.flag("returnSecureToken"):
            return {}
        session: Session = self._sessions.begin(account, provider, claims)
        return session.fields()


def _require(body: Body, *names: str) -> None:
    for name in names:
        if not body.has(name) or (name == "password" and not body.text(name)):
            raise IdentityError(f"MISSING_{name.upper()}")

"""What firebase-admin asks of Identity Toolkit with an access token: any account of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.identity.errors import IdentityError, not_implemented
from localcloud.identity.identity_toolkit.registration import checked_claims, checked_email, checked_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.identity.body import Body
    from localcloud.identity.identity_toolkit.accounts import Account, Accounts
    from localcloud.identity.identity_toolkit.registration import Registration
    from localcloud.identity.identity_toolkit.sessions import Sessions

Answer = dict[str, Any]

PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX = 20, 1000


class AdminApi:
    """Each public method is one of the API's; it takes the request's fields and returns the answer's."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        registration: Registration,
        now: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._registration = registration
        self._now = now

    async def create(self, body: Body) -> Answer:
        """`projects.accounts`: create an account from the given fields, without signing in."""
        account = await self._registration.create(body, privileged=True)
        answer = {"kind": "identitytoolkit#SignupNewUserResponse", "localId": account.local_id}
        return {**answer, **({"email": account.email} if account.email else {})}

    async def lookup(self, body: Body) -> Answer:
        """`projects.accounts:lookup` by ids and addresses; unknown ones are left out."""
        for name in ("phoneNumber", "federatedUserId", "initialEmail"):
            if body.has(name):
                raise not_implemented(f"accounts:lookup by {name}")
        found = [self._accounts.by_id(local_id) for local_id in body.texts("localId")]
        found += [self._accounts.by_email(email) for email in body.texts("email")]
        users = {account.local_id: account.resource() for account in found if account}
        answer: Answer = {"kind": "identitytoolkit#GetAccountInfoResponse"}
        return {**answer, "users": list(users.values())} if users else answer

    async def batch_get(self, body: Body) -> Answer:
        """`projects.accounts:batchGet`: all accounts, a page at a time."""
        limit = min(body.number("maxResults", PAGE_SIZE_DEFAULT), PAGE_SIZE_MAX)
        page = self._accounts.page(body.text("nextPageToken"), limit + 1)
        answer: Answer = {"kind": "identitytoolkit#DownloadAccountResponse"}
        if page:
            answer["users"] = [account.resource() for account in page[:limit]]
        if len(page) > limit:
            answer["nextPageToken"] = page[limit - 1].local_id
        return answer

    async def update(self, body: Body) -> Answer:
        """`projects.accounts:update`: any field; a new password, address or `validSince` ends sessions."""
        for name in ("phoneNumber", "mfa", "deleteProvider", "linkProviderUserInfo", "oobCode"):
            if body.has(name):
                raise not_implemented(f"accounts:update of {name}")
        password_hash = await checked_hash(body.text("password")) if body.text("password") else None
        account = self._known(body)
        changed = _with_profile(account, body)
        if password_hash:
            now_ms = int(self._now() * 1000)
            changed = replace(changed, password_hash=password_hash, password_updated_ms=now_ms)
        if (changed.email, changed.password_hash) != (account.email, account.password_hash):
            changed = replace(changed, valid_since=int(self._now()))
        if body.has("validSince"):
            changed = replace(changed, valid_since=body.number("validSince", 0))
        self._accounts.save(changed)
        return {"kind": "identitytoolkit#SetAccountInfoResponse", "localId": changed.local_id}

    async def delete(self, body: Body) -> Answer:
        """`projects.accounts:delete`."""
        self._remove(self._known(body).local_id)
        return {"kind": "identitytoolkit#DeleteAccountResponse"}

    async def batch_delete(self, body: Body) -> Answer:
        """`projects.accounts:batchDelete`: enabled accounts need `force`; unknown ids count as deleted."""
        errors = []
        for index, local_id in enumerate(body.texts("localIds")):
            account = self._accounts.by_id(local_id)
            if account and not account.disabled and not body.flag("force"):
                message = "NOT_DISABLED : Disable the account before batch deletion."
                errors.append({"index": index, "localId": local_id, "message": message})
            else:
                self._remove(local_id)
        return {"errors": errors} if errors else {}

    async def create_session_cookie(self, body: Body) -> Answer:
        """`projects:createSessionCookie`."""
        if not body.text("idToken"):
            raise IdentityError("MISSING_ID_TOKEN")
        lifetime_s = body.number("validDuration", 14 * 86400)
        return {"sessionCookie": self._sessions.cookie(body.text("idToken"), lifetime_s)}

    def _known(self, body: Body) -> Account:
        if not body.text("localId"):
            raise IdentityError("MISSING_LOCAL_ID")
        account = self._accounts.by_id(body.text("localId"))
        if account is None:
            raise IdentityError("USER_NOT_FOUND")
        return account

    def _remove(self, local_id: str) -> None:
        self._accounts.remove(local_id)
        self._sessions.end_all(local_id)


def _with_profile(account: Account, body: Body) -> Account:
    removed = body.texts("deleteAttribute")
    changed = replace(
        account,
        display_name=None if "DISPLAY_NAME" in removed else body.text("displayName") or account.display_name,
        photo_url=None if "PHOTO_URL" in removed else body.text("photoUrl") or account.photo_url,
    )
    if body.text("email"):
        changed = replace(changed, email=checked_email(body.text("email")), email_verified=False)
    if body.has("emailVerified"):
        changed = replace(changed, email_verified=body.flag("emailVerified"))
    if body.has("disableUser"):
        changed = replace(changed, disabled=body.flag("disableUser"))
    if body.has("customAttributes"):
        changed = replace(changed, custom_attributes=checked_claims(body.text("customAttributes")))
    return changed

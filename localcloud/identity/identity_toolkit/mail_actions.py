"""What mails are for: forgotten passwords and the verification of addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localcloud.identity.errors import IdentityError, not_implemented
from localcloud.identity.identity_toolkit.action_codes import Kind
from localcloud.identity.identity_toolkit.registration import checked_email, checked_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.identity.body import Body
    from localcloud.identity.identity_toolkit.accounts import Account, Accounts
    from localcloud.identity.identity_toolkit.action_codes import ActionCodes
    from localcloud.identity.identity_toolkit.mailbox import Mailbox
    from localcloud.identity.identity_toolkit.sessions import Sessions

Answer = dict[str, Any]
SENT = {"kind": "identitytoolkit#GetOobConfirmationCodeResponse"}


class MailActions:
    """Each public method is one of the API's; it takes the request's fields and returns the answer's."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        codes: ActionCodes,
        mailbox: Mailbox,
        now: Callable[[], float],
    ) -> None:
        self._accounts, self._sessions = accounts, sessions
        self._codes, self._mailbox = codes, mailbox
        self._now = now

    async def send_code(self, body: Body) -> Answer:
        """`accounts:sendOobCode`, under e-mail enumeration protection: an unknown address looks the same."""
        if body.flag("returnOobLink"):
            raise IdentityError("INSUFFICIENT_PERMISSION")
        kind = _kind(body)
        if kind is Kind.VERIFY:
            if not body.text("idToken"):
                raise IdentityError("MISSING_ID_TOKEN")
            return self._send(kind, self._sessions.account_of(body.text("idToken")), body)
        email = _email(body)
        account = self._accounts.by_email(email)
        return self._send(kind, account, body) if account else {**SENT, "email": email}

    async def send_code_as_admin(self, body: Body) -> Answer:
        """`projects.accounts:sendOobCode`; with `returnOobLink` it returns the link and sends nothing."""
        account = self._accounts.by_email(_email(body))
        if account is None:
            raise IdentityError("EMAIL_NOT_FOUND")
        kind = _kind(body)
        if not body.flag("returnOobLink"):
            return self._send(kind, account, body)
        code = self._codes.create(kind, account)
        link = self._mailbox.link(kind, code, body.text("continueUrl"))
        return {**SENT, "email": account.email, "oobCode": code, "oobLink": link}

    async def reset_password(self, body: Body) -> Answer:
        """`accounts:resetPassword`; without `newPassword` it tells what a code is for, and uses nothing up.

        The new password ends all sessions, and the address counts as verified.
        """
        kinds = (Kind.RESET,) if body.text("newPassword") else tuple(Kind)
        found = self._codes.check(body.text("oobCode"), *kinds)
        if body.text("newPassword"):
            password_hash = await checked_hash(body.text("newPassword"))
            found = self._codes.check(found.code, Kind.RESET)  # hashing took its time
            self._codes.use(found)
            now = self._now()
            changed = replace(
                found.account,
                password_hash=password_hash,
                password_updated_ms=int(now * 1000),
                email_verified=True,
                valid_since=int(now),
            )
            self._accounts.save(changed)
        kind = "identitytoolkit#ResetPasswordResponse"
        return {"kind": kind, "email": found.account.email, "requestType": found.kind.value}

    def verify(self, body: Body) -> Account:
        """Mark the address of a code as verified: `accounts:update` with an `oobCode`."""
        found = self._codes.check(body.text("oobCode"), Kind.VERIFY)
        self._codes.use(found)
        verified = replace(found.account, email_verified=True)
        self._accounts.save(verified)
        return verified

    def _send(self, kind: Kind, account: Account, body: Body) -> Answer:
        if not account.email:
            raise IdentityError("MISSING_EMAIL")
        link = self._mailbox.link(kind, self._codes.create(kind, account), body.text("continueUrl"))
        self._mailbox.send(kind, account.email, link)
        return {**SENT, "email": account.email}


def _kind(body: Body) -> Kind:
    if not body.text("requestType"):
        raise IdentityError("MISSING_REQ_TYPE")
    try:
        return Kind(body.text("requestType"))
    except ValueError as error:
        raise not_implemented(f"accounts:sendOobCode of {body.text('requestType')}") from error


def _email(body: Body) -> str:
    if not body.text("email"):
        raise IdentityError("MISSING_EMAIL")
    return checked_email(body.text("email"))

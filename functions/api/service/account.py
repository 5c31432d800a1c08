"""The caller's own account: password, verification of the address, sessions, deletion.

Registering an address first does not keep it. Its owner, who reads the mail, chooses the password; that ends
all sessions, and removes the API keys and the webhook endpoint of the former holder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import (
    InvalidCredentials,
    MailCodeInvalid,
    RecentSignInRequired,
    WrongPassword,
)
from shared.ports.accounts import Purpose

if TYPE_CHECKING:
    from shared.ports.accounts import Accounts, Caller, MailCode, Session, User, UserDirectory
    from shared.ports.clock import Clock
    from shared.service.forgetting import Forgetting, Grants

# As Firebase has it for its own calls.
RECENT_S = 300
# Of a request; the sweeper deletes what is left.
DELETION_BUDGET_S = 20.0


@dataclass(frozen=True, slots=True)
class UserAccount:
    """Changes the caller's account, or that of the holder of a mail's code."""

    accounts: Accounts
    users: UserDirectory
    grants: Grants
    forgetting: Forgetting
    clock: Clock

    def get(self, caller: Caller) -> User:
        """The account: one call."""
        return self.users.check_active(caller.uid)

    def send_verification(self, id_token: str) -> None:
        """Send a mail with a link to the page: one call."""
        self.accounts.send_verification(id_token)

    def forgot(self, email: str) -> None:
        """Send a mail to choose a new password: one call. The response is the same without an account."""
        self.accounts.send_reset(email)

    def look_at(self, code: str) -> MailCode:
        """What a mail was for; its code stays valid: one call."""
        return self.accounts.look_at(code)

    def choose_password(self, code: str, password: str) -> Session:
        """Set the password by the code of a mail of either kind, and log in. The code is used up last.

        Raises:
            MailCodeInvalid: the code was used or has expired.
            InvalidField: the password is too weak.
        """
        mail = self.accounts.look_at(code)
        user = self.users.find_by_email(mail.email)
        if user is None:
            raise MailCodeInvalid
        if not user.is_verified:
            self.grants.remove(user.uid)
        if mail.purpose is Purpose.RESET:
            self.accounts.reset(code, password)
        else:
            self.users.set_password(user.uid, password)
            self.accounts.verify(code)
        return self.accounts.sign_in(mail.email, password)

    def change_password(self, caller: Caller, id_token: str, current: str | None, password: str) -> Session:
        """Change the password, which ends all other sessions; the new session.

        Raises:
            RecentSignInRequired, WrongPassword: see `_check_person`.
            InvalidField: the new password is too weak.
        """
        session = self._check_person(caller, current)
        return self.accounts.change_password(session.id_token if session else id_token, password)

    def sign_out_everywhere(self, caller: Caller) -> None:
        """End all sessions, this one too: one call. API keys stay."""
        self.users.end_sessions(caller.uid)

    def delete(self, caller: Caller, current: str | None) -> bool:
        """Delete the account and everything in it; whether all is gone, or the sweeper deletes the rest.

        Raises:
            RecentSignInRequired, WrongPassword: see `_check_person`.
        """
        self._check_person(caller, current)
        return self.forgetting.forget(caller.uid, DELETION_BUDGET_S).is_complete

    def _check_person(self, caller: Caller, password: str | None) -> Session | None:
        """Check the password, or else that it was entered recently: a token alone may be stolen.

        Returns:
            A session, if there was a password to check.

        Raises:
            RecentSignInRequired: there is no password, and the log-in was too long ago.
            WrongPassword: this is not the password.
        """
        if password is None or not caller.email:
            if self.clock().timestamp() - caller.signed_in_at > RECENT_S:
                raise RecentSignInRequired(
                    f"You logged in more than {RECENT_S // 60} minutes ago. Send currentPassword or log in."
                )
            return None
        try:
            session = self.accounts.sign_in(caller.email, password)
        except InvalidCredentials as error:
            raise WrongPassword from error
        if session.uid != caller.uid:
            raise WrongPassword
        return session

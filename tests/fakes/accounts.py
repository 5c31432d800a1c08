"""ID tokens without signatures, mails and accounts in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.domain.errors import EmailNotVerified, MailCodeInvalid, Unauthenticated
from shared.ports.accounts import Caller, MailCode, Purpose, Session, User
from tests.fakes.clock import NOON


class FakeTokens:
    """The token is the user's id; `bad` is invalid, `unverified` may not change anything."""

    def verify(self, token: str, *, check_revoked: bool = False, changes: bool = False) -> Caller:
        if token == "bad" or (check_revoked and token == "revoked"):
            raise Unauthenticated
        if changes and token == "unverified":
            raise EmailNotVerified
        return Caller(token, f"{token}@example.com", signed_in_at=int(NOON.timestamp()))


@dataclass
class FakeUsers:
    """`UserDirectory` in dictionaries; the password of an account is empty until it is set."""

    verified: dict[str, bool] = field(default_factory=lambda: {"ana": False, "bea": True})
    passwords: dict[str, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def find_by_email(self, email: str) -> User | None:
        uid = email.partition("@")[0]
        return self.check_active(uid) if uid in self.verified else None

    def check_active(self, uid: str) -> User:
        if uid not in self.verified:
            raise Unauthenticated
        return User(uid, f"{uid}@example.com", self.verified[uid], NOON)

    def set_password(self, uid: str, password: str) -> None:
        self.passwords[uid] = password
        self.end_sessions(uid)

    def end_sessions(self, uid: str) -> None:
        self.ended.append(uid)

    def delete(self, uid: str) -> bool:
        return self.verified.pop(uid, None) is not None


class FakeMails:
    """The part of `Accounts` that has to do with mails; a code is `reset ana`, and valid once."""

    def __init__(self, users: FakeUsers) -> None:
        self.users = users
        self.sent: list[str] = []
        self.codes: set[str] = set()

    def send_reset(self, email: str) -> None:
        uid = email.partition("@")[0]
        if uid in self.users.verified:
            self._send(Purpose.RESET, uid)

    def send_verification(self, id_token: str) -> None:
        self._send(Purpose.VERIFY, id_token)

    def look_at(self, code: str) -> MailCode:
        if code not in self.codes:
            raise MailCodeInvalid
        purpose, uid = code.split(" ")
        return MailCode(f"{uid}@example.com", Purpose(purpose))

    def reset(self, code: str, password: str) -> None:
        self.users.set_password(self._use(code), password)

    def verify(self, code: str) -> None:
        self._use(code)

    def change_password(self, id_token: str, password: str) -> Session:
        self.users.set_password(id_token, password)
        return Session(id_token, "id", "refresh", 3600)

    def _send(self, purpose: Purpose, uid: str) -> None:
        self.sent.append(uid)
        self.codes.add(f"{purpose} {uid}")

    def _use(self, code: str) -> str:
        self.look_at(code)
        self.codes.remove(code)
        uid = code.split(" ")[1]
        self.users.verified[uid] = True
        return uid

"""Forgotten passwords and verification, as Identity Toolkit does them, with what users of Firebase report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.localcloud.identity.service import PROJECT, Identity, word

if TYPE_CHECKING:
    from tests.localcloud.identity.firebase import FirebaseAdmin

ADA = "ada@example.com"


def code_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["oobCode"][0]


def reset_code(identity: Identity, email: str = ADA) -> str:
    answer = identity.admin(
        "/accounts:sendOobCode", requestType="PASSWORD_RESET", email=email, returnOobLink=True
    )
    return str(answer.json()["oobCode"])


def verification_code(identity: Identity, email: str = ADA) -> str:
    answer = identity.admin(
        "/accounts:sendOobCode", requestType="VERIFY_EMAIL", email=email, returnOobLink=True
    )
    return code_of(answer.json()["oobLink"])


def test_unknown_address_gets_the_same_answer_and_no_mail(identity: Identity) -> None:
    """firebase-js-sdk #7651: under e-mail enumeration protection there is no EMAIL_NOT_FOUND."""
    identity.sign_up()
    answers = [
        identity.post("accounts:sendOobCode", requestType="PASSWORD_RESET", email=email)
        for email in (ADA, "bob@example.com")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [set(answer.json()) for answer in answers] == [{"kind", "email"}] * 2
    assert [mail.split(":")[0] for mail in identity.mails] == [f"Mail to {ADA}"]


def test_mail_links_to_the_action_page_with_a_code(identity: Identity) -> None:
    account = identity.sign_up()
    identity.post("accounts:sendOobCode", requestType="VERIFY_EMAIL", idToken=account["idToken"])
    link = urlsplit(identity.mails[0].rpartition(" ")[2])

    assert (link.hostname, link.path) == (f"{PROJECT}.firebaseapp.com", "/__/auth/action")
    assert parse_qs(link.query)["mode"] == ["verifyEmail"]


def test_looking_at_a_code_does_not_use_it_up(identity: Identity) -> None:
    """MembershipReboot #522, coneshare #224: mail scanners open links before their readers do."""
    identity.sign_up()
    code = reset_code(identity)
    looked = [identity.post("accounts:resetPassword", oobCode=code).json() for _ in range(3)]

    assert {(answer["email"], answer["requestType"]) for answer in looked} == {(ADA, "PASSWORD_RESET")}
    assert identity.post("accounts:resetPassword", oobCode=code, newPassword="difference").ok


def test_reset_ends_sessions_and_verifies_the_address(identity: Identity) -> None:
    account = identity.sign_up()
    code = reset_code(identity)
    identity.clock.ahead_s = 5
    identity.post("accounts:resetPassword", oobCode=code, newPassword="difference").raise_for_status()
    (user,) = identity.admin("/accounts:lookup", localId=[account["localId"]]).json()["users"]
    old, new = (
        identity.post("accounts:signInWithPassword", email=ADA, password=password)
        for password in ("analytical", "difference")
    )

    assert identity.refresh(account["refreshToken"]).json()["error"]["message"] == "TOKEN_EXPIRED"
    assert (word(old), new.status_code, user["emailVerified"]) == ("INVALID_LOGIN_CREDENTIALS", 200, True)


@pytest.mark.parametrize(
    ("wait_s", "expected"), [(0, "INVALID_OOB_CODE"), (3601, "EXPIRED_OOB_CODE")], ids=["used", "expired"]
)
def test_code_is_valid_once_and_for_an_hour(identity: Identity, wait_s: int, expected: str) -> None:
    identity.sign_up()
    code = reset_code(identity)
    if not wait_s:
        identity.post("accounts:resetPassword", oobCode=code, newPassword="difference").raise_for_status()
    identity.clock.ahead_s = wait_s

    assert word(identity.post("accounts:resetPassword", oobCode=code)) == expected
    assert word(identity.post("accounts:resetPassword", oobCode=code, newPassword="difference")) == expected


def test_weak_password_leaves_the_code_valid(identity: Identity) -> None:
    identity.sign_up()
    code = reset_code(identity)

    assert word(identity.post("accounts:resetPassword", oobCode=code, newPassword="short")) == "WEAK_PASSWORD"
    assert identity.post("accounts:resetPassword", oobCode=code, newPassword="difference").ok


def test_each_kind_of_code_is_for_one_thing(identity: Identity) -> None:
    identity.sign_up()
    reset, verify = reset_code(identity), verification_code(identity)

    assert word(identity.post("accounts:update", oobCode=reset)) == "INVALID_OOB_CODE"
    answer = identity.post("accounts:resetPassword", oobCode=verify, newPassword="difference")
    assert word(answer) == "INVALID_OOB_CODE"
    assert identity.post("accounts:update", oobCode=verify).json()["emailVerified"] is True
    assert word(identity.post("accounts:update", oobCode=verify)) == "INVALID_OOB_CODE"


def test_code_of_a_former_account_does_not_open_the_next_one(identity: Identity) -> None:
    account = identity.sign_up()
    code = reset_code(identity)
    identity.admin("/accounts:delete", localId=account["localId"])
    identity.sign_up()

    answer = identity.post("accounts:resetPassword", oobCode=code, newPassword="difference")
    assert word(answer) == "INVALID_OOB_CODE"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "MISSING_REQ_TYPE"),
        ({"requestType": "PASSWORD_RESET"}, "MISSING_EMAIL"),
        ({"requestType": "PASSWORD_RESET", "email": "no address"}, "INVALID_EMAIL"),
        ({"requestType": "PASSWORD_RESET", "email": ADA, "returnOobLink": True}, "INSUFFICIENT_PERMISSION"),
        ({"requestType": "VERIFY_EMAIL"}, "MISSING_ID_TOKEN"),
        ({"requestType": "VERIFY_EMAIL", "idToken": "made up"}, "INVALID_ID_TOKEN"),
    ],
)
def test_sending_refuses(identity: Identity, fields: dict[str, object], expected: str) -> None:
    identity.sign_up()

    assert word(identity.post("accounts:sendOobCode", **fields)) == expected
    assert identity.mails == []


def test_sensitive_changes_need_a_recent_sign_in(identity: Identity) -> None:
    account = identity.sign_up()
    identity.clock.ahead_s = 301
    token = identity.refresh(account["refreshToken"]).json()["id_token"]
    word_of_it = "CREDENTIAL_TOO_OLD_LOGIN_AGAIN"

    assert word(identity.post("accounts:update", idToken=token, password="difference")) == word_of_it
    assert word(identity.post("accounts:delete", idToken=token)) == word_of_it
    assert identity.post("accounts:update", idToken=token, displayName="Ada").ok


LINKS = """
auth.create_user(uid="grace", email="Grace@example.com", password="compiler")
say([auth.generate_password_reset_link("grace@example.com"),
     auth.generate_email_verification_link("grace@example.com"),
     outcome(lambda: auth.generate_password_reset_link("nobody@example.com"))])
"""


@pytest.mark.parametrize("in_earnest", [True, False])
def test_firebase_admin_makes_links(admin: FirebaseAdmin, identity: Identity, *, in_earnest: bool) -> None:
    reset, verify, unknown = admin.run(identity, LINKS, in_earnest=in_earnest)
    looked = [
        identity.post("accounts:resetPassword", oobCode=code_of(link)).json() for link in (reset, verify)
    ]

    assert [answer["requestType"] for answer in looked] == ["PASSWORD_RESET", "VERIFY_EMAIL"]
    assert unknown == "EmailNotFoundError"
    assert identity.mails == []

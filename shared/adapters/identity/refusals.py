"""Identity Toolkit's refusals and our errors for them.

The page (`account/refusals.js`) and the command line (`sonube/identity/refusals.py`), which call Google
themselves, have the same reasons with the same codes; `tests/adapters/test_refusals.py` compares the three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import (
    AccountDisabled,
    EmailTaken,
    InvalidCredentials,
    InvalidField,
    MailCodeInvalid,
    RecentSignInRequired,
    SignInNotSetUp,
    SignUpClosed,
    SonubeError,
    TooManyAttempts,
    Unauthenticated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Google publishes neither how long it locks an account, nor for how long it sends no more mails.
LOCKED_S, MAILS_S = 60, 3600
LOCKED = "Too many attempts for this account. Wait a few minutes, or choose a new password by mail."
MAILS = "Google sends no more mails for now. Try again in an hour."
BUSY = "Google answers no more sign-ins of this service for now. Try again in a minute."

# An invalid API key is no fault of the request.
REFUSALS: dict[str, SonubeError] = {
    "EMAIL_EXISTS": EmailTaken(),
    "INVALID_EMAIL": InvalidField("email is not a valid e-mail address.", field="email"),
    "MISSING_EMAIL": InvalidField("email is required.", field="email"),
    "WEAK_PASSWORD": InvalidField("password must have at least 6 characters.", field="password"),
    "MISSING_PASSWORD": InvalidField("password is required.", field="password"),
    "PASSWORD_DOES_NOT_MEET_REQUIREMENTS": InvalidField(
        "password does not meet the password policy. Use a longer one.", field="password"
    ),
    **dict.fromkeys(
        ("EMAIL_NOT_FOUND", "INVALID_PASSWORD", "INVALID_LOGIN_CREDENTIALS"), InvalidCredentials()
    ),
    "USER_DISABLED": AccountDisabled(),
    "TOKEN_EXPIRED": Unauthenticated("The session has been revoked. Log in again."),
    "INVALID_REFRESH_TOKEN": Unauthenticated("The refresh token is invalid. Log in again."),
    "PROJECT_NUMBER_MISMATCH": Unauthenticated("The refresh token belongs to another service. Log in again."),
    "MISSING_REFRESH_TOKEN": InvalidField("refreshToken is required.", field="refreshToken"),
    "USER_NOT_FOUND": Unauthenticated("The account no longer exists."),
    "INVALID_ID_TOKEN": Unauthenticated("The ID token is invalid. Log in again."),
    "CREDENTIAL_TOO_OLD_LOGIN_AGAIN": RecentSignInRequired(),
    **dict.fromkeys(("MISSING_OOB_CODE", "INVALID_OOB_CODE", "EXPIRED_OOB_CODE"), MailCodeInvalid()),
    "TOO_MANY_ATTEMPTS_TRY_LATER": TooManyAttempts(LOCKED, retry_after_s=LOCKED_S),
    **dict.fromkeys(
        ("RESET_PASSWORD_EXCEED_LIMIT", "QUOTA_EXCEEDED"), TooManyAttempts(MAILS, retry_after_s=MAILS_S)
    ),
    "RESOURCE_EXHAUSTED": TooManyAttempts(BUSY, retry_after_s=LOCKED_S),
    "ADMIN_ONLY_OPERATION": SignUpClosed(),
    # Settings of the project: the provider is off, or the key is wrong, is meant for other addresses
    # (API_KEY_HTTP_REFERRER_BLOCKED, API_KEY_IP_ADDRESS_BLOCKED) or other APIs, or App Check is enforced.
    **dict.fromkeys(
        (
            "OPERATION_NOT_ALLOWED",
            "PASSWORD_LOGIN_DISABLED",
            "CONFIGURATION_NOT_FOUND",
            "API_KEY_INVALID",
            "PERMISSION_DENIED",
            "UNAUTHENTICATED",
        ),
        SignInNotSetUp(),
    ),
}


def refusal(content: object) -> SonubeError | None:
    """Our error for the body of a response, or None if the service did not answer as documented."""
    said = list(_reasons(content))
    known = next((REFUSALS[reason] for reason in said if reason in REFUSALS), None)
    if known is None:
        return None
    message = known.message
    if isinstance(known, SignInNotSetUp):
        message = f"Google refuses the sign-in: {said[0]}. Only the operator of this service can change that."
    return type(known)(message, field=known.field, retry_after_s=known.retry_after_s)


def _reasons(content: object) -> Iterator[str]:
    """What the body names, most specific first: detail, first word of the message, canonical status."""
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return
    details = error.get("details")
    for detail in details if isinstance(details, list) else []:
        if isinstance(detail, dict) and detail.get("reason"):
            yield str(detail["reason"])
    yield from str(error.get("message", "")).split(" ")[:1]
    yield str(error.get("status", ""))

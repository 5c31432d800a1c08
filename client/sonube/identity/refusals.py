"""Identity Toolkit's refusals, as errors with the codes of the service: its own table says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sonube.answers import object_or_none
from sonube.errors import SonubeError, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

# Google publishes neither how long it locks an account, nor for how long it sends no more mails.
LOCKED_S, MAILS_S = 60, 3600

Refusal = tuple[int, str, str]
_WRONG: Refusal = (401, "invalid_credentials", "The e-mail address or password is wrong.")
_ENDED: Refusal = (401, "unauthenticated", "The session has ended.")
_MAIL_CODE: Refusal = (403, "mail_code_invalid", "The code of the mail is not valid.")
_LOCKED: Refusal = (
    429,
    "too_many_attempts",
    "Too many attempts. Wait a few minutes, or choose a new password: `sonube login --forgot`.",
)
_MAILS: Refusal = (429, "too_many_attempts", "Google sends no more mails for now. Try again in an hour.")
_NOT_SET_UP: Refusal = (
    503,
    "sign_in_not_set_up",
    "Google refuses the sign-in because of a setting of this service",
)

# Reason → status, code, message; then the fields that were refused, and the waits.
REFUSALS: dict[str, Refusal] = {
    "EMAIL_EXISTS": (
        409,
        "email_taken",
        "An account with this e-mail address already exists. Log in instead.",
    ),
    "INVALID_EMAIL": (422, "invalid_field", "This is not a valid e-mail address."),
    "MISSING_EMAIL": (422, "invalid_field", "The e-mail address is missing."),
    "WEAK_PASSWORD": (422, "invalid_field", "The password must have at least 6 characters."),
    "MISSING_PASSWORD": (422, "invalid_field", "The password is missing."),
    "PASSWORD_DOES_NOT_MEET_REQUIREMENTS": (
        422,
        "invalid_field",
        "The password does not meet the password policy. Use a longer one.",
    ),
    "EMAIL_NOT_FOUND": _WRONG,
    "INVALID_PASSWORD": _WRONG,
    "INVALID_LOGIN_CREDENTIALS": _WRONG,
    "USER_DISABLED": (403, "account_disabled", "The account is disabled."),
    "TOKEN_EXPIRED": _ENDED,
    "INVALID_REFRESH_TOKEN": _ENDED,
    "PROJECT_NUMBER_MISMATCH": _ENDED,
    "MISSING_REFRESH_TOKEN": (422, "invalid_field", "The saved session is damaged."),
    "USER_NOT_FOUND": _ENDED,
    "INVALID_ID_TOKEN": _ENDED,
    "CREDENTIAL_TOO_OLD_LOGIN_AGAIN": (403, "recent_sign_in_required", "You logged in too long ago."),
    "MISSING_OOB_CODE": _MAIL_CODE,
    "INVALID_OOB_CODE": _MAIL_CODE,
    "EXPIRED_OOB_CODE": _MAIL_CODE,
    "TOO_MANY_ATTEMPTS_TRY_LATER": _LOCKED,
    "RESET_PASSWORD_EXCEED_LIMIT": _MAILS,
    "QUOTA_EXCEEDED": _MAILS,
    "RESOURCE_EXHAUSTED": (
        429,
        "too_many_attempts",
        "Google answers no more sign-ins for now. Wait a minute.",
    ),
    "ADMIN_ONLY_OPERATION": (403, "sign_up_closed", "This service does not accept new accounts."),
    "OPERATION_NOT_ALLOWED": _NOT_SET_UP,
    "PASSWORD_LOGIN_DISABLED": _NOT_SET_UP,
    "CONFIGURATION_NOT_FOUND": _NOT_SET_UP,
    "API_KEY_INVALID": _NOT_SET_UP,
    "PERMISSION_DENIED": _NOT_SET_UP,
    "UNAUTHENTICATED": _NOT_SET_UP,
}
FIELDS = {
    **dict.fromkeys(("INVALID_EMAIL", "MISSING_EMAIL"), "email"),
    **dict.fromkeys(("WEAK_PASSWORD", "MISSING_PASSWORD", "PASSWORD_DOES_NOT_MEET_REQUIREMENTS"), "password"),
    "MISSING_REFRESH_TOKEN": "refreshToken",
}


def refusal(answer: requests.Response) -> SonubeError:
    """The error in a response that is no success; one of unknown cause may pass."""
    error = (object_or_none(answer) or {}).get("error")
    said = list(_reasons(error if isinstance(error, dict) else {}))
    reason = next((name for name in said if name in REFUSALS), "")
    if not reason:
        message = f"Google's sign-in answered {answer.status_code}, and not as documented. Try again."
        return SonubeError("unavailable", message, 503)
    status, code, message = REFUSALS[reason]
    if REFUSALS[reason] is _NOT_SET_UP:
        message = f"{message} ({said[0]}). Contact its operator."
    wait_s = {_LOCKED: LOCKED_S, _MAILS: MAILS_S}.get(REFUSALS[reason])
    return refused(status, {"code": code, "detail": message, "field": FIELDS.get(reason, "")}, wait_s)


def _reasons(error: Mapping[str, Any]) -> Iterator[str]:
    """What the error names, most specific first: detail, first word of the message, canonical status."""
    details = error.get("details")
    for detail in details if isinstance(details, list) else []:
        if isinstance(detail, dict) and detail.get("reason"):
            yield str(detail["reason"])
    yield from str(error.get("message", "")).split(" ")[:1]
    yield str(error.get("status", ""))

"""Errors of a request: its sender can fix them, and nothing was changed."""

from __future__ import annotations

from shared.domain.errors.base import SonubeError


class RequestError(SonubeError):
    """The request is invalid. Nothing was changed."""

    code, status, title = "bad_request", 400, "The request is invalid"


class InvalidField(RequestError):
    """A field has an invalid value. `field` names it; `valid` lists the accepted values where possible."""

    code, status, title = "invalid_field", 422, "A field has an invalid value"


class MalformedBody(RequestError):
    """The body is not a JSON object in UTF-8."""

    code, status, title = "malformed_body", 400, "The body is not a JSON object"


class UnsupportedMediaType(RequestError):
    """The Content-Type is not application/json."""

    code, status, title = "unsupported_media_type", 415, "The Content-Type must be application/json"


class BodyTooLarge(RequestError):
    """The body is larger than the limit for requests, 64 KiB. Files are uploaded to the bucket."""

    code, status, title = "body_too_large", 413, "The request body is too large"


class Unauthenticated(RequestError):
    """The ID token or API key is missing, invalid, expired or revoked."""

    code, status, title = "unauthenticated", 401, "A valid ID token or API key is required"


class ClockSkew(Unauthenticated):
    """The token was issued in the future, by the server's clock. A new one does not help: set the clock."""

    code, title = "clock_skew", "The token was issued in the future: a clock is wrong"


class InvalidCredentials(RequestError):
    """The e-mail address or the password is wrong; the response does not say which."""

    code, status, title = "invalid_credentials", 401, "The e-mail address or password is wrong"


class Forbidden(RequestError):
    """The caller has no permission for this request."""

    code, status, title = "forbidden", 403, "The caller has no permission for this"


class OriginNotAllowed(Forbidden):
    """Web pages of this origin may not call the service. The operator allows origins with `CORS_ORIGINS`."""

    code, title = "origin_not_allowed", "Web pages of this origin may not call this service"


class HostNotAllowed(RequestError):
    """The server does not answer under this host name. The operator allows names with `ALLOWED_HOSTS`."""

    code, status, title = "host_not_allowed", 421, "The server does not answer under this host name"


class RequestTimedOut(RequestError):
    """The headers or the body did not arrive within 10 seconds. Send the request again."""

    code, status, title = "request_timed_out", 408, "The request did not arrive in time"


class AccountDisabled(Forbidden):
    """An operator has disabled the account."""

    code, title = "account_disabled", "The account is disabled"


class SignUpClosed(Forbidden):
    """The operator has closed sign-up. Only those who have an account can log in."""

    code, title = "sign_up_closed", "This service does not accept new accounts"


class KeyNotAllowed(Forbidden):
    """An API key may not do this: its scope is `read`, or the request needs a person who has logged in."""

    code, title = "key_not_allowed", "This API key may not do this"


class WrongPassword(Forbidden):
    """`currentPassword` is not the password of the account."""

    code, title = "wrong_password", "The current password is wrong"


class RecentSignInRequired(Forbidden):
    """This change needs a log-in of the last five minutes or `currentPassword`. Send one of them."""

    code, title = "recent_sign_in_required", "This change needs a recent log-in or the current password"


class EmailNotVerified(Forbidden):
    """Changes need a verified e-mail address. `POST /api/account/verification` sends a mail with a link."""

    code, title = "email_not_verified", "The e-mail address of the account is not verified"


class MailCodeInvalid(Forbidden):
    """The code of a mail was used, has expired or is incomplete. Request another mail."""

    code, title = "mail_code_invalid", "The code of the mail is not valid"


class EmailTaken(RequestError):
    """The e-mail address belongs to an account. Log in instead."""

    code, status, title = "email_taken", 409, "An account with this e-mail address already exists"


class TooManyAttempts(RequestError):
    """The caller made too many attempts. Wait as long as `Retry-After` says."""

    code, status, title = "too_many_attempts", 429, "Too many attempts; wait and try again"


class NotFound(RequestError):
    """The task does not exist or belongs to another user; the response is the same for both."""

    code, status, title = "not_found", 404, "There is no such task"


class KeyNotFound(NotFound):
    """The API key does not exist, has been revoked, or belongs to another user."""

    code, title = "key_not_found", "There is no such API key"


class TooManyKeys(RequestError):
    """The user has as many API keys as one may have. Revoke one that is no longer used."""

    code, status, title = "too_many_keys", 409, "You have too many API keys"


class RouteNotFound(RequestError):
    """No route has this path."""

    code, status, title = "route_not_found", 404, "There is no such path"


class MethodNotAllowed(RequestError):
    """The path does not support this method. `valid` lists those that it supports."""

    code, status, title = "method_not_allowed", 405, "The path does not support this method"


class Conflict(RequestError):
    """The task's state does not allow the request."""

    code, status, title = "conflict", 409, "The task's state does not allow this"


class PreconditionFailed(RequestError):
    """The task has changed since the ETag in If-Match was issued. Read it again."""

    code, status, title = "precondition_failed", 412, "The task has changed since you read it"


class QuotaExceeded(RequestError):
    """The account has reached a limit. The message names the limit; wait as long as `Retry-After` says."""

    code, status, title = "quota_exceeded", 429, "The account has reached a limit"


class SpendingCapReached(RequestError):
    """The account has reached its spending cap for this month. The message says when it works again."""

    code, status = "spending_cap_reached", 429
    title = "The account has reached its spending cap for this month"


class DeclaredTooLarge(RequestError):
    """The declared size is over the limit for uploads. The message states the limit."""

    code, status, title = "declared_too_large", 413, "The file is too large"


class DeclaredTooLong(RequestError):
    """The declared duration is over the limit for conversions. The message states the limit."""

    code, status, title = "declared_too_long", 413, "The audio is too long"


class KeyInUse(RequestError):
    """A request with the same Idempotency-Key is in progress. Retry to receive its response."""

    code, status, title = "idempotency_key_in_use", 409, "A request with this Idempotency-Key is in progress"


class KeyReused(RequestError):
    """The Idempotency-Key was used for a different request. Use a new key."""

    code, status = "idempotency_key_reused", 422
    title = "This Idempotency-Key was used for a different request"


class LinkExpired(RequestError):
    """The link has expired. Read the task to get a new one."""

    code, status, title = "link_expired", 403, "The link has expired"

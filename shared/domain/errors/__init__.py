"""The catalogue of errors: a stable code, an HTTP status and a title for each.

    SonubeError
    ├── RequestError           the caller can fix it
    │   ├── InvalidField · MalformedBody · UnsupportedMediaType · BodyTooLarge
    │   ├── Unauthenticated · ClockSkew · InvalidCredentials · EmailTaken · AccountDisabled · TooManyAttempts
    │   ├── WrongPassword · RecentSignInRequired · EmailNotVerified · MailCodeInvalid · SignUpClosed
    │   ├── Forbidden · KeyNotAllowed · OriginNotAllowed · HostNotAllowed · RequestTimedOut
    │   ├── NotFound · KeyNotFound · TooManyKeys · RouteNotFound · MethodNotAllowed
    │   ├── Conflict · PreconditionFailed · QuotaExceeded · SpendingCapReached
    │   ├── DeclaredTooLarge · DeclaredTooLong
    │   └── KeyInUse · KeyReused · LinkExpired
    ├── ConversionError        the file or the request for it; ends the task as FAILED
    │   ├── EmptyFile · NotAudio · NoAudioStream · TrackNotFound · Truncated · Damaged · Encrypted
    │   ├── TooLarge · TooLong · TooManyStreams · TooManyChannels · DiskQuotaExceeded
    │   ├── UnsupportedEncoding
    │   ├── NothingLeft · OutputMismatch · ConversionTimedOut · TakesTooLong · EncoderFailed
    │   ├── AttemptsExhausted · EventTooOld · SourceGone
    │   ├── UnknownTarget · BadFolderOptions
    │   ├── TaskLimitReached · DailyLimitReached · ServiceLimitReached
    │   └── MonthlyCapReached · ServiceCapReached · NewAccountsLimitReached · MaxCostExceeded
    ├── IllegalTransition      the task's state cannot change in this way
    ├── Stale                  the event is out of date; nothing to do
    └── PlatformError          a service that we depend on failed; worth another attempt
        └── Unavailable · Busy · SignInNotSetUp · LeaseHeld · LeaseLost · RevisionChanged · AlreadyExists

`code` and `status` never change once published. A message says what happened, the limit or the valid values,
and what to do next. It never quotes an internal cause, which is chained with `raise … from` and logged.
"""

from __future__ import annotations

from shared.domain.errors.base import SonubeError
from shared.domain.errors.conversions import (
    AttemptsExhausted,
    BadFolderOptions,
    ConversionError,
    ConversionTimedOut,
    DailyLimitReached,
    Damaged,
    DiskQuotaExceeded,
    EmptyFile,
    EncoderFailed,
    Encrypted,
    EventTooOld,
    MaxCostExceeded,
    MonthlyCapReached,
    NewAccountsLimitReached,
    NoAudioStream,
    NotAudio,
    NothingLeft,
    OutputMismatch,
    ServiceCapReached,
    ServiceLimitReached,
    SourceGone,
    TakesTooLong,
    TaskLimitReached,
    TooLarge,
    TooLong,
    TooManyChannels,
    TooManyStreams,
    TrackNotFound,
    Truncated,
    UnknownTarget,
    UnsupportedEncoding,
)
from shared.domain.errors.platform import (
    AlreadyExists,
    Busy,
    IllegalTransition,
    LeaseHeld,
    LeaseLost,
    PlatformError,
    RevisionChanged,
    SignInNotSetUp,
    Stale,
    Unavailable,
)
from shared.domain.errors.requests import (
    AccountDisabled,
    BodyTooLarge,
    ClockSkew,
    Conflict,
    DeclaredTooLarge,
    DeclaredTooLong,
    EmailNotVerified,
    EmailTaken,
    Forbidden,
    HostNotAllowed,
    InvalidCredentials,
    InvalidField,
    KeyInUse,
    KeyNotAllowed,
    KeyNotFound,
    KeyReused,
    LinkExpired,
    MailCodeInvalid,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    OriginNotAllowed,
    PreconditionFailed,
    QuotaExceeded,
    RecentSignInRequired,
    RequestError,
    RequestTimedOut,
    RouteNotFound,
    SignUpClosed,
    SpendingCapReached,
    TooManyAttempts,
    TooManyKeys,
    Unauthenticated,
    UnsupportedMediaType,
    WrongPassword,
)

__all__ = (
    "AccountDisabled",
    "AlreadyExists",
    "AttemptsExhausted",
    "BadFolderOptions",
    "BodyTooLarge",
    "Busy",
    "ClockSkew",
    "Conflict",
    "ConversionError",
    "ConversionTimedOut",
    "DailyLimitReached",
    "Damaged",
    "DeclaredTooLarge",
    "DeclaredTooLong",
    "DiskQuotaExceeded",
    "EmailNotVerified",
    "EmailTaken",
    "EmptyFile",
    "EncoderFailed",
    "Encrypted",
    "EventTooOld",
    "Forbidden",
    "HostNotAllowed",
    "IllegalTransition",
    "InvalidCredentials",
    "InvalidField",
    "KeyInUse",
    "KeyNotAllowed",
    "KeyNotFound",
    "KeyReused",
    "LeaseHeld",
    "LeaseLost",
    "LinkExpired",
    "MailCodeInvalid",
    "MalformedBody",
    "MaxCostExceeded",
    "MethodNotAllowed",
    "MonthlyCapReached",
    "NewAccountsLimitReached",
    "NoAudioStream",
    "NotAudio",
    "NotFound",
    "NothingLeft",
    "OriginNotAllowed",
    "OutputMismatch",
    "PlatformError",
    "PreconditionFailed",
    "QuotaExceeded",
    "RecentSignInRequired",
    "RequestError",
    "RequestTimedOut",
    "RevisionChanged",
    "RouteNotFound",
    "ServiceCapReached",
    "ServiceLimitReached",
    "SignInNotSetUp",
    "SignUpClosed",
    "SonubeError",
    "SourceGone",
    "SpendingCapReached",
    "Stale",
    "TakesTooLong",
    "TaskLimitReached",
    "TooLarge",
    "TooLong",
    "TooManyAttempts",
    "TooManyChannels",
    "TooManyKeys",
    "TooManyStreams",
    "TrackNotFound",
    "Truncated",
    "Unauthenticated",
    "Unavailable",
    "UnknownTarget",
    "UnsupportedEncoding",
    "UnsupportedMediaType",
    "WrongPassword",
    "conversion_errors",
    "request_errors",
)


def conversion_errors() -> dict[str, type[ConversionError]]:
    """Every error that ends a task as FAILED, by code."""
    return {cls.code: cls for cls in ConversionError.__subclasses__()}


def request_errors() -> dict[str, type[SonubeError]]:
    """Every error that a client's request can get, by code."""
    found: dict[str, type[SonubeError]] = {SonubeError.code: SonubeError}
    waiting: list[type[SonubeError]] = [RequestError, Unavailable, AlreadyExists]
    while waiting:
        cls = waiting.pop(0)
        found.setdefault(cls.code, cls)
        waiting += cls.__subclasses__()
    return found

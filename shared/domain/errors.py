"""The catalogue of errors: a stable code, an HTTP status, and whether trying again can help.

    SonubeError
    ├── RequestError           the caller can mend it
    │   ├── InvalidField · MalformedBody · UnsupportedMediaType · BodyTooLarge
    │   ├── Unauthenticated · Forbidden · InvalidCredentials · EmailTaken · AccountDisabled · TooManyAttempts
    │   ├── NotFound · RouteNotFound · MethodNotAllowed
    │   ├── Conflict · PreconditionFailed · QuotaExceeded · DeclaredTooLarge · DeclaredTooLong
    │   └── KeyInUse · KeyReused · LinkExpired
    ├── ConversionError        the file or what was asked of it; ends a task as FAILED
    │   ├── EmptyFile · NotAudio · NoAudioStream · Truncated · Damaged · Encrypted
    │   ├── TooLarge · TooLong · TooManyStreams · TooManyChannels · NoRoom
    │   ├── NothingLeft · OutputMismatch · ConversionTimedOut · EncoderFailed
    │   ├── AttemptsExhausted · EventTooOld · SourceGone
    │   ├── UnknownTarget · BadFolderOptions
    │   └── TaskLimitReached · DailyLimitReached · ServiceLimitReached
    ├── IllegalTransition      a state asked to become one that it cannot
    ├── Stale                  an event about something that is over; nothing to do
    └── PlatformError          something we depend on failed; worth another attempt
        └── Unavailable · LeaseHeld · LeaseLost · RevisionChanged · AlreadyExists

`code` and `status` never change once published. The message goes to the client: it names the field, what was
wrong and what is valid, and never quotes an internal cause (that is chained with `raise … from` and logged).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class SonubeError(Exception):
    """Something failed on our side; the request id finds it in the logs. Base of all errors of ours.

    Attributes:
        code: stable identifier, snake_case.
        status: HTTP status when it reaches a client.
        title: one line that is the same for every occurrence.
        field: the request's field at fault, if one is.
        valid: the values that would have been accepted, if they can be listed.
        retry_after_s: seconds after which trying again makes sense, if known.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        valid: Sequence[str | int | float] = (),
        retry_after_s: int | None = None,
    ) -> None:
        self.message = message or f"{self.title}."
        super().__init__(self.message)
        self.field = field
        self.valid = tuple(valid)
        self.retry_after_s = retry_after_s


class RequestError(SonubeError):
    """The caller sent something that cannot be done; nothing was changed."""

    code, status, title = "bad_request", 400, "The request cannot be understood"


class InvalidField(RequestError):
    """One field of the request holds a value that is not accepted."""

    code, status, title = "invalid_field", 422, "A field holds a value that is not accepted"


class MalformedBody(RequestError):
    """The body is not the JSON object that was expected."""

    code, status, title = "malformed_body", 400, "The body is not a JSON object"


class UnsupportedMediaType(RequestError):
    """The body is declared as something else than JSON."""

    code, status, title = "unsupported_media_type", 415, "The body must be application/json"


class BodyTooLarge(RequestError):
    """The body is larger than any request of this API needs."""

    code, status, title = "body_too_large", 413, "The request body is too large"


class Unauthenticated(RequestError):
    """No token, or one that does not verify."""

    code, status, title = "unauthenticated", 401, "A valid ID token is needed"


class InvalidCredentials(RequestError):
    """E-mail and password do not belong together; which of them is wrong is not told."""

    code, status, title = "invalid_credentials", 401, "E-mail or password is wrong"


class Forbidden(RequestError):
    """The caller is known, and may not do this."""

    code, status, title = "forbidden", 403, "This caller may not do that"


class AccountDisabled(Forbidden):
    """The account exists and was disabled by an operator."""

    code, title = "account_disabled", "This account is disabled"


class EmailTaken(RequestError):
    """Somebody has signed up with this address already."""

    code, status, title = "email_taken", 409, "An account with this e-mail exists"


class TooManyAttempts(RequestError):
    """Identity Toolkit asks this caller to slow down."""

    code, status, title = "too_many_attempts", 429, "Too many attempts; wait and try again"


class NotFound(RequestError):
    """No such task, or not this caller's: the two are never told apart."""

    code, status, title = "not_found", 404, "There is no such task"


class RouteNotFound(RequestError):
    """No route has this path."""

    code, status, title = "route_not_found", 404, "There is nothing at this path"


class MethodNotAllowed(RequestError):
    """The path exists, with other methods."""

    code, status, title = "method_not_allowed", 405, "This path does not take this method"


class Conflict(RequestError):
    """The task's state does not allow what was asked."""

    code, status, title = "conflict", 409, "The task's state does not allow this"


class PreconditionFailed(RequestError):
    """The task has changed since the caller read it."""

    code, status, title = "precondition_failed", 412, "The task has changed since you read it"


class QuotaExceeded(RequestError):
    """The caller has reached a limit; the message says which and how large it is."""

    code, status, title = "quota_exceeded", 429, "A limit of this account is reached"


class DeclaredTooLarge(RequestError):
    """The file is larger than uploads may be; the message says how large that is."""

    code, status, title = "declared_too_large", 413, "The file is larger than this service takes"


class DeclaredTooLong(RequestError):
    """The audio is longer than conversions may be; the message says how long that is."""

    code, status, title = "declared_too_long", 413, "The audio is longer than this service takes"


class KeyInUse(RequestError):
    """A request with this Idempotency-Key was being answered at the same time; ask again for its answer."""

    code, status, title = "idempotency_key_in_use", 409, "This Idempotency-Key is being used right now"


class KeyReused(RequestError):
    """This Idempotency-Key was used for another request; a new request needs a key of its own."""

    code, status, title = "idempotency_key_reused", 422, "This Idempotency-Key belongs to another request"


class LinkExpired(RequestError):
    """The link was ours and its time is over; the task gives a fresh one."""

    code, status, title = "link_expired", 403, "This link has expired"


class ConversionError(SonubeError):
    """The file cannot be turned into what was asked; permanent, the task ends FAILED.

    Attributes:
        hint: what a person can do about it.
        retryable: whether the same conversion of the same file may succeed another time.
    """

    code, status, title = "conversion_failed", 422, "The file could not be converted"
    hint: ClassVar[str] = (
        "If the file plays on your own machine, export it there as WAV or FLAC and upload that."
    )
    retryable: ClassVar[bool] = False


class EmptyFile(ConversionError):
    """The upload has no bytes."""

    code, title = "empty_file", "The file is empty"
    hint = "The upload was cut off, or the file has no content: upload it again."


class NotAudio(ConversionError):
    """No demuxer that we enable recognises the content, or no decoder the sound; the message says which."""

    code, title = "not_audio", "The content is not a media file that we know"
    hint = "The name's ending does not matter, the content does: export the file as WAV, FLAC or MP3."


class NoAudioStream(ConversionError):
    """A media file without sound."""

    code, title = "no_audio_stream", "The file has no audio stream"
    hint = "It may be a video without sound, or a picture: choose a file that has sound."


class Truncated(ConversionError):
    """The file ends before its own header says that it does, or breaks off while decoding."""

    code, title = "truncated", "The file ends before its audio does"
    hint = "It was probably cut off while being copied: upload a complete copy."


class Damaged(ConversionError):
    """Complete by its own account, and cannot be decoded somewhere in between."""

    code, title = "damaged", "The audio is damaged"
    hint = "A part of it cannot be decoded: copy it again, or export it again from its source."


class Encrypted(ConversionError):
    """The audio is protected and cannot be decoded by anybody without its key."""

    code, title = "encrypted", "The audio is encrypted"
    hint = "Protected purchases cannot be converted: use a copy without protection."


class TooLarge(ConversionError):
    """More bytes than this service accepts, or than the instance can hold where it must."""

    code, title = "too_large", "The file is too large"
    hint = "Split the file, or compress it losslessly (FLAC) before uploading."


class TooLong(ConversionError):
    """Longer than this service accepts."""

    code, title = "too_long", "The audio is too long"
    hint = "Split the recording into shorter files before uploading."


class TooManyStreams(ConversionError):
    """A container with an absurd number of streams."""

    code, title = "too_many_streams", "The file has too many streams"
    hint = "Export the sound alone into a file of its own."


class TooManyChannels(ConversionError):
    """More channels than any output has, and the file does not say which speakers they are for."""

    code, title = "too_many_channels", "The audio has too many channels"
    hint = "More than 8 cannot be mixed down without their layout: export a mix, in stereo up to 7.1."


class DiskQuotaExceeded(ConversionError):
    """The file and what is made of it do not fit into the instance at a time; the message has the figures."""

    code, title = "no_room", "The conversion needs more room than there is"
    hint = (
        "MP3, WAV, FLAC, Ogg, Matroska and MP4 with its index in front (faststart) come in without being "
        "held whole, and all outputs but m4a and alac leave so: convert from or to one of these, or a "
        "shorter part."
    )


class NothingLeft(ConversionError):
    """The options asked for cut everything away."""

    code, title = "nothing_left", "The options leave no audio"
    hint = "startS lies after the end, or trimming removed everything: relax the options."


class OutputMismatch(ConversionError):
    """What came out is not what was asked for; it was not stored."""

    code, title = "output_mismatch", "The result did not pass verification"
    hint = "The file is probably damaged: re-export it from its source."


class ConversionTimedOut(ConversionError):
    """The conversion took longer than its deadline."""

    code, title = "timed_out", "The conversion took too long"
    hint = "Convert a shorter part, fewer formats at a time, or to a faster one, such as flac or mp3."


class EncoderFailed(ConversionError):
    """ffmpeg refused or broke; the cause is in the log."""

    code, title = "encoder_failed", "The file could not be decoded or encoded"


class AttemptsExhausted(ConversionError):
    """Every attempt ended in a failure of the platform."""

    code, title = "attempts_exhausted", "The conversion was tried several times and did not finish"
    hint = "This is our fault, not the file's: ask for the conversion again."
    retryable = True


class EventTooOld(ConversionError):
    """The upload's event arrived after the time in which it could be worked on."""

    code, title = "event_too_old", "The upload could not be worked on in time"
    hint = "This is our fault, not the file's: ask for the conversion again."
    retryable = True


class SourceGone(ConversionError):
    """The uploaded object was removed before it could be worked on."""

    code, title = "source_gone", "The uploaded file is not there any more"
    hint = "It was removed from the bucket: create a new task and upload the file again."


class UnknownTarget(ConversionError):
    """A file was dropped into the bucket for a format that there is not."""

    code, title = "unknown_format", "The file was dropped for a format that does not exist"
    hint = "Drop it into drop/FORMAT/ with one of the formats that GET /api/formats lists."


class BadFolderOptions(ConversionError):
    """The sonube.json beside a dropped file cannot be used."""

    code, title = "bad_folder_options", "The sonube.json beside the file cannot be used"
    hint = "Correct sonube.json, then drop the file again."


class TaskLimitReached(ConversionError):
    """The task has been converted as often as one task may be, all formats and attempts together."""

    code, title = "task_limit_reached", "This task has been converted too often"
    hint = "Create a new task for the file."


class DailyLimitReached(ConversionError):
    """The owner's conversions of this day are used up."""

    code, title = "daily_limit_reached", "The conversions of your account for today are used up"
    hint = "Ask for the conversion again tomorrow: days begin at midnight UTC."
    retryable = True


class ServiceLimitReached(ConversionError):
    """The fuse of the whole service has blown for this day."""

    code, title = "service_limit_reached", "The service has reached its conversions for today"
    hint = "Ask for the conversion again tomorrow: days begin at midnight UTC."
    retryable = True


class PlatformError(SonubeError):
    """Something we depend on did not answer as it should; another attempt may succeed."""

    code, status, title = "unavailable", 503, "A service we depend on is not available"


class Unavailable(PlatformError):
    """Something we depend on did not answer as it should; try again after `Retry-After`."""


class LeaseHeld(PlatformError):
    """Another instance works on this task; the event must come again."""

    code, title = "lease_held", "Another instance is working on this task"


class LeaseLost(PlatformError):
    """This instance no longer holds the lease: the task was deleted, cancelled, re-targeted or taken over."""

    code, title = "lease_lost", "This instance no longer holds the task"


class RevisionChanged(PlatformError):
    """The document was changed by somebody else between our read and our write."""

    code, status, title = "revision_changed", 409, "The document changed meanwhile"


class AlreadyExists(PlatformError):
    """The document or object was created by somebody else first."""

    code, status, title = "already_exists", 409, "It exists already"


class IllegalTransition(SonubeError):
    """A state was asked to become one that it cannot; a fault in our own code or a stale caller."""

    code, status, title = "illegal_transition", 409, "The task's state does not allow this"


class Stale(SonubeError):
    """The event speaks of something that is over or was never ours: acknowledge it and do nothing."""

    code, status, title = "stale", 409, "That is over already"


def conversion_errors() -> dict[str, type[ConversionError]]:
    """The closed list of codes with which a task can end FAILED."""
    return {cls.code: cls for cls in ConversionError.__subclasses__()}


def request_errors() -> dict[str, type[SonubeError]]:
    """What a request of a client can be answered, by code."""
    found: dict[str, type[SonubeError]] = {SonubeError.code: SonubeError}
    waiting: list[type[SonubeError]] = [RequestError, Unavailable, AlreadyExists]
    while waiting:
        cls = waiting.pop(0)
        found.setdefault(cls.code, cls)
        waiting += cls.__subclasses__()
    return found

"""Errors of a conversion: each ends the task as FAILED."""

from __future__ import annotations

from typing import ClassVar

from shared.domain.errors.base import SonubeError


class ConversionError(SonubeError):
    """The file cannot be converted as requested. The task is FAILED.

    Attributes:
        hint: what the user can do next.
        retryable: whether the same conversion of the same file may succeed later.
    """

    code, status, title = "conversion_failed", 422, "The file could not be converted"
    hint: str = "If the file plays on your computer, export it as WAV or FLAC and upload that."
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None, *, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint


class EmptyFile(ConversionError):
    """The upload has no bytes, or no samples."""

    code, title = "empty_file", "The file is empty"
    hint = "Check that the file plays on your computer, and upload it again."


class NotAudio(ConversionError):
    """No enabled demuxer recognises the content, or no decoder the audio."""

    code, title = "not_audio", "The file is not audio in a supported format"
    hint = "Export it as WAV, FLAC or MP3. The file's name does not matter, only its content does."


class NoAudioStream(ConversionError):
    """A media file without audio."""

    code, title = "no_audio_stream", "The file has no audio stream"
    hint = "It may be a silent video or a picture. Upload a file with audio."


class TrackNotFound(ConversionError):
    """The file has no audio track of the requested number or language; the message lists those it has."""

    code, title = "track_not_found", "The file has no such audio track"
    hint = "Set track to one of the listed numbers or languages, or leave it out."


class Truncated(ConversionError):
    """The file is shorter than its header says, or ends while decoding."""

    code, title = "truncated", "The file ends before its audio does"
    hint = (
        "It was probably cut off while it was copied or recorded. Upload a complete copy; "
        "if there is none, export what a player plays of it."
    )


class Damaged(ConversionError):
    """The file is complete, but a part of it cannot be decoded."""

    code, title = "damaged", "The audio is damaged"
    hint = "A part of it cannot be decoded. Copy it again, or export it again from its source."


class Encrypted(ConversionError):
    """The audio has copy protection and cannot be decoded without its key."""

    code, title = "encrypted", "The audio is encrypted"
    hint = "Copy-protected files cannot be converted. Upload a copy without protection."


class UnsupportedEncoding(ConversionError):
    """The upload has a Content-Encoding that is not undone, and is not audio without that."""

    code, title = "unsupported_encoding", "The upload's Content-Encoding is not supported"
    hint = "Upload the file as it is, or with gzip. Turn compression off in the program that uploads it."


class TooLarge(ConversionError):
    """The file, or an output, is over its size limit."""

    code, title = "too_large", "The file is too large"
    hint = "Split the file, compress WAV or AIFF to FLAC, or upload only the audio of a video."


class TooLong(ConversionError):
    """The audio is over the duration limit."""

    code, title = "too_long", "The audio is too long"
    hint = "Split the recording into shorter files before you upload it."


class TooManyStreams(ConversionError):
    """The container has more streams than any real file."""

    code, title = "too_many_streams", "The file has too many streams"
    hint = "Export the audio alone to a new file."


class TooManyChannels(ConversionError):
    """More channels than any output supports, without a channel layout to mix them down by."""

    code, title = "too_many_channels", "The audio has too many channels"
    hint = "More than 8 channels need a channel layout to be mixed down. Export a mix from stereo to 7.1."


class DiskQuotaExceeded(ConversionError):
    """The source and the outputs need more temporary space than the instance has."""

    code, title = "no_room", "The conversion needs too much temporary space"
    hint = (
        "Convert from MP3, WAV, FLAC, Ogg, Matroska or MP4 with faststart, which are streamed; "
        "convert to a format other than m4a and alac; or convert a shorter part."
    )


class NothingLeft(ConversionError):
    """The options remove all audio."""

    code, title = "nothing_left", "The options leave no audio"
    hint = "Set startS before the end of the audio, or turn trimSilence off."


class OutputMismatch(ConversionError):
    """The output is not what was requested. It was not stored."""

    code, title = "output_mismatch", "The output did not pass verification"
    hint = "Export the file as WAV or FLAC from a program that plays it, and upload that."


class ConversionTimedOut(ConversionError):
    """The conversion exceeded its deadline."""

    code, title = "timed_out", "The conversion took too long"
    hint = "Convert a shorter part, fewer formats at a time, or to a faster format such as flac or mp3."


class TakesTooLong(ConversionError):
    """The conversion cannot finish before its deadline, as its duration and its outputs show beforehand."""

    code, title = "takes_too_long", "The conversion would take too long"
    hint = "Convert a shorter part with startS and endS, or fewer formats in one task."


class EncoderFailed(ConversionError):
    """ffmpeg failed; the log has its errors."""

    code, title = "encoder_failed", "The file could not be decoded or encoded"


class AttemptsExhausted(ConversionError):
    """Every attempt ended in a failure of the platform."""

    code, title = "attempts_exhausted", "The conversion failed several times for a reason on our side"
    hint = "The file is fine. Request the conversion again."
    retryable = True


class EventTooOld(ConversionError):
    """The upload's event arrived too late, or the conversion made no progress for too long."""

    code, title = "event_too_old", "The upload could not be processed in time"
    hint = "The file is fine. Request the conversion again."
    retryable = True


class SourceGone(ConversionError):
    """The uploaded object was deleted before it was converted."""

    code, title = "source_gone", "The uploaded file no longer exists"
    hint = "It was deleted from the bucket. Create a new task and upload the file again."


class UnknownTarget(ConversionError):
    """A file was dropped into the folder of a format that does not exist."""

    code, title = "unknown_format", "The drop folder names a format that does not exist"
    hint = "Drop the file into drop/FORMAT/, with one of the formats that GET /api/formats lists."


class BadFolderOptions(ConversionError):
    """The sonube.json next to a dropped file is invalid."""

    code, title = "bad_folder_options", "The sonube.json next to the file is invalid"
    hint = "Correct sonube.json and drop the file again."


class TaskLimitReached(ConversionError):
    """The task has reached its number of conversions, over all formats and attempts."""

    code, title = "task_limit_reached", "The task has reached its limit of conversions"
    hint = "Create a new task for the file."


class DailyLimitReached(ConversionError):
    """The task's owner has reached the number of conversions per day."""

    code, title = "daily_limit_reached", "Your account has reached its limit of conversions for today"
    hint = "Request the conversion again tomorrow; days start at midnight UTC."
    retryable = True


class ServiceLimitReached(ConversionError):
    """The service has reached its budget limit: the number of conversions per day."""

    code, title = "service_limit_reached", "The service has reached its limit of conversions for today"
    hint = "Request the conversion again tomorrow; days start at midnight UTC."
    retryable = True


class MonthlyCapReached(ConversionError):
    """The task's owner has reached the spending cap per month. The message says when it works again."""

    code, title = "monthly_cap_reached", "Your account has reached its spending cap for this month"
    hint = "The file is kept until the task expires. Request the conversion again on that day."
    retryable = True


class ServiceCapReached(ConversionError):
    """The service has reached its spending cap per day. The message says when it works again."""

    code, title = "service_cap_reached", "The service has reached its spending cap for today"
    hint = "Request the conversion again on that day; days start at midnight UTC."
    retryable = True


class NewAccountsLimitReached(ConversionError):
    """New accounts have used up their share of the service's day. The message says when it works again."""

    code, title = (
        "new_accounts_limit_reached",
        "New accounts have reached their share of the service for today",
    )
    hint = "Request the conversion again on that day, or when your account is no longer new."
    retryable = True


class MaxCostExceeded(ConversionError):
    """The task may cost more than its `maxCostUsd`. Nothing was encoded."""

    code, title = "max_cost_exceeded", "The conversion may cost more than maxCostUsd"
    hint = "Request the conversion again with a higher maxCostUsd, fewer formats or a shorter part."

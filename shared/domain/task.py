"""The task: what is known of one conversion, and the only ways in which it may change.

Every change returns a new task; an illegal one raises. Nothing here reads a clock or a random source: callers
pass the time and the ids, so each transition can be tested as a plain function.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.domain.errors import LeaseHeld, LeaseLost, Stale
from shared.domain.options import Options
from shared.domain.states import FINAL, State, check_transition
from shared.domain.webhook import Webhook, event_id

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.errors import ConversionError
    from shared.domain.media import Chapter, Levels, Normalisation

DROP_OWNER = "drop"


@dataclass(frozen=True, slots=True)
class Probe:
    """What ffprobe found in a file: of its first audio stream that can be decoded, and of the container.

    Units: seconds, Hz, kbit/s. `duration_s` is None where the container does not say.

    Attributes:
        stream: which of the audio streams it is, from 0.
        length_is_bound: `duration_s` is the whole file's, pictures and all: the sound may end before.
        sample_format: what the decoder gives, as ffmpeg calls it: `s16`, `s32`, `fltp`.
        profile: the codec's own, such as `LC` or `HE-AAC`; empty where it has none.
        layout: of the channels, such as `stereo` or `5.1(side)`; empty where the container does not say.
        cover: number of the stream that is the attached picture, if there is one.
        levels: of the sound as it was decoded.
        waveform: object that holds its waveform, in more detail; None where it was not decoded whole.
    """

    container: str
    codec: str
    duration_s: float | None
    sample_rate_hz: int
    channels: int
    bit_rate_kbps: int | None = None
    bits_per_sample: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    sample_format: str = ""
    profile: str = ""
    layout: str = ""
    cover: int | None = None
    chapters: tuple[Chapter, ...] = ()
    levels: Levels | None = None
    waveform: str | None = None
    stream: int = 0
    length_is_bound: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The uploaded object. All but the name are None until it has been finalised.

    Attributes:
        superseded: newest generation that is not worked on any more: its owner asked for other outputs.
    """

    object: str
    content_type: str = "application/octet-stream"
    generation: int | None = None
    size_bytes: int | None = None
    crc32c: str | None = None
    probe: Probe | None = None
    superseded: int | None = None

    @property
    def is_uploaded(self) -> bool:
        """Whether anybody has seen the bytes."""
        return self.generation is not None or self.superseded is not None


@dataclass(frozen=True, slots=True)
class Output:
    """One output: what was asked for, and, once it exists, what it is.

    Attributes:
        copied: the codec fitted already: the stream was taken over as it is, nothing was lost.
        levels: of the sound as it was encoded; None where it was copied and so never decoded.
        normalisation: where a loudness was asked for.
    """

    format: str
    object: str
    options: Options = field(default_factory=Options)
    generation: int | None = None
    size_bytes: int | None = None
    crc32c: str | None = None
    duration_s: float | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    bit_rate_kbps: int | None = None
    copied: bool = False
    levels: Levels | None = None
    normalisation: Normalisation | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task ended FAILED, in words and in a stable code."""

    code: str
    message: str
    hint: str
    retryable: bool = False

    @classmethod
    def of(cls, error: ConversionError) -> Failure:
        """The failure that this error is to the client."""
        return cls(error.code, error.message, error.hint, error.retryable)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on the task, on which generation of its source, and until when nobody else may.

    `finished` says that the work of this attempt is done and written down; only notify is still to come.
    """

    generation: int
    attempt: int
    lease_id: str
    lease_until: datetime
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One conversion, from the request to its end.

    Attributes:
        nonce: secret between convert and notify; proves that a call to notify stems from this very task.
        attempts: conversions begun for the present generation.
        conversions: conversions ever begun, over all generations: what the cost fuse counts.
        revision: opaque mark of the stored document that this was read from; None if it was never stored.
    """

    id: str
    owner: str
    filename: str
    source: Source
    outputs: tuple[Output, ...]
    nonce: str
    created_at: datetime
    updated_at: datetime
    expire_at: datetime
    state: State = State.WAITING
    progress: float = 0.0
    attempts: int = 0
    conversions: int = 0
    error: Failure | None = None
    claim: Claim | None = None
    webhook: Webhook = field(default_factory=Webhook)
    revision: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in FINAL

    @property
    def rejection(self) -> Failure | None:
        """Why nothing can be made of the upload, where that was known beforehand; it has no outputs then."""
        return None if self.outputs else self.error

    @property
    def waveform(self) -> str | None:
        """Object that holds the source's waveform; None if there is none."""
        return self.source.probe.waveform if self.source.probe else None

    def awaits_notify(self, generation: int) -> bool:
        """Whether the work on this upload is written down and only notify has not ended the task yet."""
        claim = self.claim
        return not self.is_final and claim is not None and claim.finished and claim.generation == generation

    def outcome_event(self) -> str | None:
        """The `webhook-id` of the outcome that the last finished attempt gave; None if there is none."""
        claim = self.claim
        done = self.is_final and claim is not None and claim.finished
        return event_id(self.id, claim.generation, claim.attempt) if done and claim else None

    def with_revision(self, revision: str) -> Task:
        """The same task, as the store now has it."""
        return replace(self, revision=revision)

    def claimed(self, upload: Upload, lease_id: str, lease_until: datetime, now: datetime) -> Task:
        """An instance begins to work on this upload.

        Raises:
            Stale: the task knows a newer upload, or this one is done with, or the task is over.
            LeaseHeld: another instance is at work on it.
        """
        known, superseded = self.source.generation, self.source.superseded
        if known is not None and (
            upload.generation < known or (upload.generation == known and self._is_settled())
        ):
            raise Stale(f"Generation {upload.generation} has been processed.")
        if superseded is not None and upload.generation <= superseded:
            raise Stale(f"Generation {upload.generation} is superseded: other outputs were requested.")
        if self.is_final:
            raise Stale(f"The task is {self.state}.")
        same = self.claim if self.claim and self.claim.generation == upload.generation else None
        if same and self.state is State.CONVERTING and same.lease_until > now:
            raise LeaseHeld
        check_transition(self.state, State.CONVERTING)
        attempt = same.attempt + 1 if same else 1
        return replace(
            self,
            state=State.CONVERTING,
            source=replace(
                self.source, generation=upload.generation, size_bytes=upload.size_bytes, crc32c=upload.crc32c
            ),
            claim=Claim(upload.generation, attempt, lease_id, lease_until),
            attempts=attempt,
            conversions=self.conversions + 1,
            progress=0.0,
            error=self.rejection,
            updated_at=now,
        )

    def progressed(self, lease_id: str, progress: float, lease_until: datetime, now: datetime) -> Task:
        """The holder of the lease reports how far it is (0 to 1) and keeps the lease."""
        claim = self._held(lease_id)
        return replace(
            self,
            progress=min(max(progress, self.progress), 1.0),
            claim=replace(claim, lease_until=lease_until),
            updated_at=now,
        )

    def finished(self, lease_id: str, outputs: tuple[Output, ...], probe: Probe, now: datetime) -> Task:
        """The holder of the lease has stored every output; notify gives the task its final state."""
        claim = self._held(lease_id)
        return replace(
            self,
            outputs=outputs,
            source=replace(self.source, probe=probe),
            progress=1.0,
            claim=replace(claim, finished=True),
            updated_at=now,
        )

    def failed(self, lease_id: str, failure: Failure, now: datetime) -> Task:
        """The holder of the lease has found that this cannot succeed; notify ends the task."""
        claim = self._held(lease_id)
        return replace(self, error=failure, claim=replace(claim, finished=True), updated_at=now)

    def released(self, lease_id: str, now: datetime) -> Task:
        """The holder of the lease stops without a result; the redelivered event tries again at once."""
        claim = self._held(lease_id)
        check_transition(self.state, State.UPLOADED)
        return replace(self, state=State.UPLOADED, claim=replace(claim, lease_until=now), updated_at=now)

    def settled(self, generation: int, attempt: int, now: datetime) -> Task:
        """Notify's step: the finished attempt becomes the task's end.

        Raises:
            Stale: the call is about another attempt than the one that finished, or came before.
        """
        claim = self.claim
        if (
            self.is_final
            or claim is None
            or not claim.finished
            or (claim.generation, claim.attempt) != (generation, attempt)
        ):
            raise Stale(f"Attempt {attempt} of generation {generation} is not the finished one.")
        end = State.FAILED if self.error else State.PROCESSED
        check_transition(self.state, end)
        return replace(self, state=end, updated_at=now)

    def with_outputs(self, outputs: tuple[Output, ...], superseded: int | None, now: datetime) -> Task:
        """The owner asks for other outputs; whoever is at work loses the lease.

        Args:
            outputs: what is wanted instead.
            superseded: the generation that lies in the bucket; the caller rewrites it after this is stored,
                and the event of the newer generation starts the work. None while there are no bytes yet.
            now: the time.

        Raises:
            IllegalTransition: the task has expired; or it is past WAITING and no generation is named.
        """
        if self.state is State.WAITING:
            return replace(self, outputs=outputs, updated_at=now)
        check_transition(self.state, State.UPLOADED if superseded is not None else State.WAITING)
        return replace(
            self,
            state=State.UPLOADED,
            outputs=outputs,
            source=replace(self.source, superseded=superseded),
            claim=None,
            attempts=0,
            progress=0.0,
            error=None,
            updated_at=now,
        )

    def cancelled(self, now: datetime) -> Task:
        """The owner wants no more of it; whoever is at work loses the lease. Twice is the same as once.

        Raises:
            IllegalTransition: it has ended otherwise.
        """
        if self.state is State.CANCELLED:
            return self
        check_transition(self.state, State.CANCELLED)
        return replace(self, state=State.CANCELLED, updated_at=now)

    def expired(self, now: datetime) -> Task:
        """The upload never came, and is not waited for any more.

        Raises:
            IllegalTransition: it has come.
        """
        check_transition(self.state, State.EXPIRED)
        return replace(self, state=State.EXPIRED, updated_at=now)

    def abandoned(self, failure: Failure, now: datetime) -> Task:
        """Nobody can finish this; whoever still is at work loses the lease, and notify ends the task.

        Raises:
            IllegalTransition: it has not begun, or has ended.
        """
        check_transition(self.state, State.CONVERTING)
        generation, attempt = self.source.generation or 0, max(self.attempts, 1)
        claim = Claim(generation, attempt, "given up", now, finished=True)
        return replace(self, state=State.CONVERTING, claim=claim, error=failure, updated_at=now)

    def _held(self, lease_id: str) -> Claim:
        if (
            self.state is not State.CONVERTING
            or self.claim is None
            or self.claim.lease_id != lease_id
            or self.claim.finished
        ):
            raise LeaseLost
        return self.claim

    def _is_settled(self) -> bool:
        return self.is_final or bool(self.claim and self.claim.finished)


@dataclass(frozen=True, slots=True)
class Upload:
    """A finalised object, as its event tells: the one thing that starts work.

    Attributes:
        object: name within the bucket.
        generation: of the object; grows with every overwrite.
        time_created: when this generation came to be.
    """

    bucket: str
    object: str
    generation: int
    size_bytes: int
    crc32c: str
    content_type: str
    time_created: datetime

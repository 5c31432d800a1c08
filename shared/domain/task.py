"""The task: the state of one conversion, and its transitions.

Every transition returns a new task; an illegal one raises. Nothing here reads a clock or a random source:
callers pass times and ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.domain.costs.charges import Charge, settled_as_lost, with_last
from shared.domain.errors import LeaseHeld, LeaseLost, Stale
from shared.domain.states import FINAL, Claim, State, check_transition
from shared.domain.webhook import Webhook, event_id

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.errors import ConversionError
    from shared.domain.files import Output, Source, Upload
    from shared.domain.media import Probe
    from shared.domain.notes.base import Note

DROP_OWNER = "drop"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task is FAILED."""

    code: str
    message: str
    hint: str
    retryable: bool = False

    @classmethod
    def of(cls, error: ConversionError) -> Failure:
        """The failure for an error."""
        return cls(error.code, error.message, error.hint, error.retryable)


@dataclass(frozen=True, slots=True)
class Task:
    """One conversion, from the request to its end.

    Attributes:
        nonce: secret between convert and notify, which authenticates calls about this task.
        attempts: conversions started for the current generation.
        conversions: conversions started for all generations, for the limit per task.
        notes: what the conversion could not keep as it was; none of them means that nothing is missing.
        charges: what it has cost so far, and the most that a running attempt may cost.
        max_cost: nano-dollars; a conversion that may make the task cost more is refused.
        is_new_account: whether the owner's account was new when the task was created.
        revision: opaque version of the stored document; None if it was never stored.
        booked: the charges of the stored document, which the ledgers hold.
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
    notes: tuple[Note, ...] = ()
    charges: tuple[Charge, ...] = ()
    max_cost: int | None = None
    is_new_account: bool = False
    revision: str | None = None
    booked: tuple[Charge, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the state is final."""
        return self.state in FINAL

    @property
    def rejection(self) -> Failure | None:
        """The failure that was known before the conversion; such a task has no outputs."""
        return None if self.outputs else self.error

    @property
    def waveform(self) -> str | None:
        """Name of the object with the source's waveform; None if there is none."""
        return self.source.probe.waveform if self.source.probe else None

    @property
    def payer(self) -> str | None:
        """The user whose ledgers count the task; None if it has no owner."""
        return None if self.owner == DROP_OWNER else self.owner

    @property
    def cost(self) -> int:
        """What the task has cost so far, in nano-dollars, with what is reserved."""
        return sum(charge.total for charge in self.charges)

    def awaits_notify(self, generation: int) -> bool:
        """Whether the attempt on this generation has finished and only notify is left to run."""
        claim = self.claim
        return not self.is_final and claim is not None and claim.finished and claim.generation == generation

    def waits_in_queue(self, generation: int) -> bool:
        """Whether the attempt on this generation waits in a queue, whose call will continue it."""
        claim = self.claim
        waits = claim is not None and bool(claim.queue) and claim.generation == generation
        return waits and self.state is State.UPLOADED

    def outcome_event(self) -> str | None:
        """The `webhook-id` of the last attempt's outcome; None if there is none."""
        claim = self.claim
        done = self.is_final and claim is not None and claim.finished
        return event_id(self.id, claim.generation, claim.attempt) if done and claim else None

    def with_revision(self, revision: str) -> Task:
        """The same task as it is stored under this revision, its charges booked."""
        return replace(self, revision=revision, booked=self.charges)

    def claimed(self, upload: Upload, lease_id: str, lease_until: datetime, now: datetime) -> Task:
        """An instance claims this upload.

        Raises:
            Stale: the upload was processed or replaced, or the task has ended.
            LeaseHeld: another instance holds the lease.
        """
        earlier = self._earlier_claim(upload.generation, now)
        claim = Claim(upload.generation, earlier.next_attempt if earlier else 1, lease_id, lease_until)
        return replace(
            self._taken(upload, State.CONVERTING, claim, now),
            conversions=self.conversions + (not (earlier and earlier.continues)),
            error=self.rejection,
            notes=(),
        )

    def left_to_queue(self, upload: Upload, queue: str, now: datetime) -> Task:
        """An upload is left to a queue, whose call begins the next attempt; no instance claims it before.

        Raises:
            Stale, LeaseHeld: as `claimed`.
        """
        earlier = self._earlier_claim(upload.generation, now)
        claim = Claim(upload.generation, earlier.attempt if earlier else 0, "", now, queue=queue)
        return self._taken(upload, State.UPLOADED, claim, now)

    def charged(self, lease_id: str, charge: Charge) -> Task:
        """The holder of the lease reserves what its attempt may cost, or another amount than before."""
        self._held(lease_id)
        is_open = bool(self.charges) and self.charges[-1].reserved > 0
        kept = self.charges[:-1] if is_open else self.charges
        return replace(self, charges=(*kept, charge))

    def progressed(self, lease_id: str, progress: float, lease_until: datetime, now: datetime) -> Task:
        """The holder of the lease reports its progress (0 to 1) and extends the lease."""
        claim = self._held(lease_id)
        return replace(
            self,
            progress=min(max(progress, self.progress), 1.0),
            claim=replace(claim, lease_until=lease_until),
            updated_at=now,
        )

    def finished(
        self,
        lease_id: str,
        outputs: tuple[Output, ...],
        probe: Probe,
        notes: tuple[Note, ...],
        now: datetime,
        *,
        output_storage: int = 0,
    ) -> Task:
        """The holder of the lease has stored all outputs; notify sets the final state.

        To keep them from the begin of the attempt costs `output_storage` nano-dollars.
        """
        claim = self._held(lease_id)
        size_bytes = sum(output.size_bytes or 0 for output in outputs)
        audio_s = round(probe.duration_s or 0)
        charges = self.charges
        if charges and charges[-1].reserved:
            charges = with_last(charges, charges[-1].converted(now, size_bytes, output_storage, audio_s))
        return replace(
            self,
            outputs=outputs,
            source=replace(self.source, probe=probe),
            notes=notes,
            progress=1.0,
            charges=charges,
            claim=replace(claim, finished=True),
            updated_at=now,
        )

    def failed(self, lease_id: str, failure: Failure, now: datetime) -> Task:
        """The holder of the lease found a permanent failure; notify sets the final state."""
        claim = self._held(lease_id)
        charges = settled_as_lost(self.charges, now, now)
        return replace(
            self, error=failure, charges=charges, claim=replace(claim, finished=True), updated_at=now
        )

    def refused(self, lease_id: str, failure: Failure, now: datetime) -> Task:
        """The attempt would go beyond a limit: it has done nothing, and its charge is taken back."""
        return replace(self.failed(lease_id, failure, now), charges=self.charges[:-1])

    def uncharged(self, lease_id: str) -> Task:
        """The attempt has to wait, and has done nothing yet: its charge is taken back."""
        self._held(lease_id)
        return replace(self, charges=self.charges[:-1])

    def released(self, lease_id: str, now: datetime) -> Task:
        """The holder of the lease stops without a result; the redelivered event starts the next attempt."""
        claim = self._held(lease_id)
        check_transition(self.state, State.UPLOADED)
        return replace(
            self,
            state=State.UPLOADED,
            charges=settled_as_lost(self.charges, now, now),
            claim=replace(claim, lease_until=now),
            updated_at=now,
        )

    def queued(self, lease_id: str, queue: str, now: datetime) -> Task:
        """The holder of the lease leaves the attempt to a queue, whose call continues it."""
        task = self.released(lease_id, now)
        return replace(task, claim=replace(self._held(lease_id), lease_until=now, queue=queue))

    def settled(self, generation: int, attempt: int, now: datetime) -> Task:
        """Notify sets the final state by the finished attempt.

        Raises:
            Stale: the call is about another attempt, or was handled before.
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
        """The owner requests other outputs; a running attempt loses its lease.

        Args:
            outputs: the new outputs.
            superseded: the generation in the bucket, which the caller rewrites after storing the task; the
                event of the new generation starts the conversion. None if nothing was uploaded yet.
            now: the current time.

        Raises:
            IllegalTransition: the task has expired, or it is past WAITING and no generation is given.
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
            notes=(),
            charges=tuple(
                charge.without_outputs(now, self.expire_at) for charge in self._settled_charges(now)
            ),
            updated_at=now,
        )

    def cancelled(self, now: datetime) -> Task:
        """The owner cancels the task; a running attempt loses its lease. Idempotent.

        Raises:
            IllegalTransition: the task has ended in another state.
        """
        if self.state is State.CANCELLED:
            return self
        check_transition(self.state, State.CANCELLED)
        charges = self._settled_charges(now)
        return replace(self, state=State.CANCELLED, charges=charges, updated_at=now)

    def deleted(self, now: datetime) -> Task:
        """The task as its ledgers see it after its files are deleted; storage not used is given back."""
        settled = self._settled_charges(now)
        return replace(self, charges=tuple(charge.without_files(now, self.expire_at) for charge in settled))

    def expired(self, now: datetime) -> Task:
        """The upload did not arrive in time.

        Raises:
            IllegalTransition: it arrived.
        """
        check_transition(self.state, State.EXPIRED)
        return replace(self, state=State.EXPIRED, updated_at=now)

    def abandoned(self, failure: Failure, now: datetime) -> Task:
        """The sweeper gives up; a running attempt loses its lease, and notify sets the final state.

        Raises:
            IllegalTransition: nothing was uploaded, or the task has ended.
        """
        check_transition(self.state, State.CONVERTING)
        generation, attempt = self.source.generation or 0, max(self.attempts, 1)
        claim = Claim(generation, attempt, "abandoned", now, finished=True)
        charges = self._settled_charges(now)
        return replace(
            self, state=State.CONVERTING, claim=claim, error=failure, charges=charges, updated_at=now
        )

    def _held(self, lease_id: str) -> Claim:
        if (
            self.state is not State.CONVERTING
            or self.claim is None
            or self.claim.lease_id != lease_id
            or self.claim.finished
        ):
            raise LeaseLost
        return self.claim

    def _taken(self, upload: Upload, state: State, claim: Claim, now: datetime) -> Task:
        """An instance or a queue has this upload."""
        check_transition(self.state, state)
        source = replace(
            self.source, generation=upload.generation, size_bytes=upload.size_bytes, crc32c=upload.crc32c
        )
        return replace(
            self,
            state=state,
            source=source,
            claim=claim,
            attempts=claim.attempt,
            progress=0.0,
            charges=self._settled_charges(now),
            updated_at=now,
        )

    def _settled_charges(self, now: datetime) -> tuple[Charge, ...]:
        """The charges without what an attempt has reserved that loses its lease."""
        return settled_as_lost(self.charges, self.updated_at, now)

    def _earlier_claim(self, generation: int, now: datetime) -> Claim | None:
        """Return the last claim of this generation, which is to be converted.

        Raises:
            Stale, LeaseHeld: as `claimed`.
        """
        self._check_current(generation)
        earlier = self.claim if self.claim and self.claim.generation == generation else None
        if earlier and self.state is State.CONVERTING and earlier.lease_until > now:
            raise LeaseHeld
        return earlier

    def _check_current(self, generation: int) -> None:
        """Raise Stale unless this generation is to be converted."""
        known, superseded = self.source.generation, self.source.superseded
        is_settled = self.is_final or bool(self.claim and self.claim.finished)
        if known is not None and (generation < known or (generation == known and is_settled)):
            raise Stale(f"Generation {generation} has been processed.")
        if superseded is not None and generation <= superseded:
            raise Stale(f"Generation {generation} is superseded: other outputs were requested.")
        if self.is_final:
            raise Stale(f"The task is {self.state}.")

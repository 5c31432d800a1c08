"""Stores the results of one attempt, each object once, without overwriting a later attempt's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from shared.domain.errors import AlreadyExists, ConversionTimedOut, Unavailable
from shared.domain.names import WAVEFORM_TYPE, waveform_object

from .checkpoint import UNBOUNDED, Checkpoint
from .plan.duration import source_duration
from .plan.plan import source_signal
from .watched import watched

# Of the source's chapters, and of their titles: a document holds 1 MiB.
_MAX_STORED_CHAPTERS, _MAX_TITLE_CHARACTERS = 500, 200


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shared.domain.files import Output
    from shared.domain.media import Probe
    from shared.ports.objects import ObjectInfo, ObjectStore
    from shared.runtime.log import Log

    from .lease import Lease
    from .metering.levels import Meter
    from .plan.plan import Signal
    from .verify.verified_output import VerifiedOutput

    # Creates an object with this name and content type, or replaces that generation of it.
    Send = Callable[[str, str, int], ObjectInfo]


@dataclass(frozen=True, slots=True)
class OutputStore:
    """Puts results into the bucket while the attempt holds its lease.

    Attributes:
        checkpoint: of the attempt. What is being sent then may still arrive, for the next attempt to replace.
    """

    objects: ObjectStore
    lease: Lease
    log: Log
    checkpoint: Checkpoint = UNBOUNDED

    def store_output(self, verified: VerifiedOutput) -> Output:
        """Store one output, and return it as the task records it.

        Raises:
            Unavailable: the bucket did not take it in the time of the attempt.
            LeaseLost: the task was deleted, cancelled or taken over.
        """
        name, content_type = verified.plan.output.object, verified.plan.form.content_type
        uploaded = verified.upload
        send = uploaded.compose if uploaded else partial(self.objects.upload, verified.file)
        return verified.stored(self._put(send, name, content_type))

    def store_source(self, probe: Probe, meters: Mapping[Signal, Meter], file: Path) -> Probe:
        """Store the source's waveform, and return the source as the task records it.

        Args:
            probe: of the source.
            meters: of what was encoded; the source is among it where it was decoded whole.
            file: to write the waveform to.
        """
        chapters = (
            replace(one, title=one.title[:_MAX_TITLE_CHARACTERS])
            for one in probe.chapters[:_MAX_STORED_CHAPTERS]
        )
        probe = replace(probe, chapters=tuple(chapters), decoded_tags=None)
        source, meter = self.lease.task.source, meters.get(source_signal(probe))
        if meter is None:
            # Levels and waveform of the same track, from an earlier conversion, are still true.
            known = source.probe if source.probe and source.probe.track == probe.track else probe
            return replace(probe, levels=known.levels, waveform=known.waveform)
        name = waveform_object(source.object)
        file.write_text(meter.waveform.as_json(), encoding="utf-8")
        self._put(partial(self.objects.upload, file), name, WAVEFORM_TYPE)
        seconds = source_duration(probe, meter.seconds)
        return replace(probe, duration_s=seconds, length_is_bound=False, levels=meter.levels(), waveform=name)

    def _put(self, send: Send, name: str, content_type: str) -> ObjectInfo:
        try:
            info = self._sent(send, name, content_type, 0)
        except AlreadyExists:
            info = self._replace(send, name, content_type)
        self.log.info("stored", object=name, generation=info.generation, bytes=info.size_bytes)
        return info

    def _replace(self, send: Send, name: str, content_type: str) -> ObjectInfo:
        """Replace an object of this name that an earlier attempt, or a conversion to another format, left.

        Look at the object first, and at the lease second. An instance that took over the lease claimed before
        it stored: its object either comes with a lost lease, or is newer than the generation replaced here.
        """
        known = self.objects.stat(name)
        self.lease.confirm()
        return self._sent(send, name, content_type, known.generation if known else 0)

    def _sent(self, send: Send, name: str, content_type: str, replacing: int) -> ObjectInfo:
        try:
            return watched(partial(send, name, content_type, replacing), self.checkpoint)
        except ConversionTimedOut as error:  # the file is not at fault
            raise Unavailable("A result could not be stored in the time of an attempt.") from error

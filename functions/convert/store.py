"""Stores what was made, each object once, and never over what somebody else has put there since."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from shared.domain.errors import AlreadyExists
from shared.domain.names import WAVEFORM_TYPE, waveform_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.domain.task import Output
    from shared.ports.objects import ObjectInfo, ObjectStore
    from shared.runtime.log import Log

    from .lease import Lease
    from .metering.levels import Meter
    from .verify.verifier import VerifiedOutput

    # Creates an object by this name and content type, or replaces that generation of it.
    Send = Callable[[str, str, int], ObjectInfo]


@dataclass(frozen=True, slots=True)
class OutputStore:
    """Puts the results of one attempt into the bucket, as long as the attempt holds its lease."""

    objects: ObjectStore
    lease: Lease
    log: Log

    def output(self, made: VerifiedOutput) -> Output:
        """Store one output; what the task shall know of it."""
        name, content_type = made.plan.output.object, made.plan.form.content_type
        send = made.flow.compose if made.flow else partial(self.objects.upload, made.file)
        return made.stored(self._put(send, name, content_type))

    def waveform(self, heard: Meter, file: Path) -> str:
        """Store the source's waveform, by way of that file; where it lies."""
        name = waveform_object(self.lease.task.source.object)
        file.write_text(heard.waveform.as_json(), encoding="utf-8")
        self._put(partial(self.objects.upload, file), name, WAVEFORM_TYPE)
        return name

    def _put(self, send: Send, name: str, content_type: str) -> ObjectInfo:
        try:
            info = send(name, content_type, 0)
        except AlreadyExists:
            info = self._replaced(send, name, content_type)
        self.log.info("stored", object=name, generation=info.generation, bytes=info.size_bytes)
        return info

    def _replaced(self, send: Send, name: str, content_type: str) -> ObjectInfo:
        """An earlier attempt, or an earlier format, left an object of this name: ours takes its place.

        First looked at, then the lease: whoever took that over claimed before storing, so that an object of
        theirs is either seen with the lease lost, or newer than the generation that we replace.
        """
        known = self.objects.stat(name)
        self.lease.confirm()
        return send(name, content_type, known.generation if known else 0)

"""Where an event's object lies decides who deals with it: nobody, the drops, or the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.service.drops import PREFIX

from .event import is_part

if TYPE_CHECKING:
    from shared.domain.task import Upload
    from shared.runtime.log import Log
    from shared.service.drops import DropImporter

    from .pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class EventDispatcher:
    """The first to see an event."""

    pipeline: Pipeline
    drops: DropImporter

    def run(self, upload: Upload, log: Log) -> None:
        """Do whatever this event asks for.

        Raises:
            PlatformError: it has to come again.
        """
        if is_part(upload.object):
            log.info("ignored", reason="a part of a composite upload")
        elif upload.object.startswith(PREFIX):
            self.drops.accept(upload, log)
        else:
            self.pipeline.run(upload, log)

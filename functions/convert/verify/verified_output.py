"""An output that was verified, and is not stored yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.files import Output
    from shared.domain.media import Levels, Normalisation, Probe
    from shared.ports.objects import ObjectInfo

    from ..metadata.output_tags import OutputTags
    from ..plan.plan import Plan, Target
    from ..upload.streaming_upload import StreamingUpload


@dataclass(frozen=True, slots=True)
class VerifiedOutput:
    """One output.

    Attributes:
        probe: what the output is.
        levels: of what was encoded; None where the stream was copied and no other output decoded the source.
        normalisation: where a loudness was requested.
        tags: of the output.
        upload: stores the output, where its bytes are not all in the file any more.
    """

    target: Target
    probe: Probe
    levels: Levels | None
    normalisation: Normalisation | None
    tags: OutputTags
    upload: StreamingUpload | None = None

    @property
    def plan(self) -> Plan:
        """The output as it was planned."""
        return self.target.plan

    @property
    def file(self) -> Path:
        """Its file."""
        return self.target.file

    def stored(self, info: ObjectInfo) -> Output:
        """Return the output as the task records it, now that it is this object."""
        return replace(
            self.plan.output,
            generation=info.generation,
            size_bytes=info.size_bytes,
            crc32c=info.crc32c,
            duration_s=self.probe.duration_s,
            sample_rate_hz=self.probe.sample_rate_hz,
            channels=self.probe.channels,
            bit_rate_kbps=self.probe.bit_rate_kbps,
            copied=self.plan.is_copied,
            levels=self.levels,
            normalisation=self.normalisation,
        )

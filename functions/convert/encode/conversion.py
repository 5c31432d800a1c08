"""One source file becomes its outputs: studied where options need it, encoded in one pass, verified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from ..disk_quota import occupied
from ..ffmpeg.demuxer import must_decode, packet_size
from ..ffmpeg.errors import FormatChanged
from ..ffmpeg.run import FFmpeg, NormalisedLayout
from ..plan.plan import Plan, plan_output, unchanged
from ..plan.size import least_bytes, may_leave
from ..upload.monitor import UploadMonitor
from ..verify.verifier import OutputVerifier
from .analyze import studies, with_length
from .transcode import transcode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from shared.domain.task import Output, Probe
    from shared.runtime.log import Log

    from ..ffmpeg.binaries import Tools
    from ..metering.levels import Meter
    from ..process.limits import Limits
    from ..verify.verifier import VerifiedOutput

# Of the way to the end, where there is something to study first.
STUDY_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Conversion:
    """Turns one file into its outputs, in the file's own folder.

    Attributes:
        limits: of each process.
        report: called with how far the work is, 0 to 1; what it raises ends the work.
        feed: writes the source's bytes, where the file holds only its head and its end.
        outflows: where large outputs go while they are written.
        even: whether the source is brought to one rate and number of channels first.
    """

    tools: Tools
    limits: Limits
    report: Callable[[float], None]
    log: Log
    feed: Callable[[BinaryIO], None] | None = None
    outflows: UploadMonitor = field(default_factory=UploadMonitor)
    even: bool = False

    def run(
        self, source: Path, found: Probe, outputs: Sequence[Output]
    ) -> tuple[list[VerifiedOutput], Meter | None]:
        """Make and check every output.

        Returns:
            The outputs, and what was heard of the source where it was decoded whole.

        Raises:
            ConversionError: the file, or what was asked of it, cannot be done.
        """
        try:
            return self._run(source, found, outputs)
        except FormatChanged:
            # Joined files, broadcasts: rare enough to begin again for them.
            self.log.info("evened", rateHz=found.sample_rate_hz, channels=found.channels)
            self.outflows.close()
            for begun in source.parent.glob("output-*"):
                begun.unlink()
            return replace(self, even=True)._run(source, found, outputs)  # noqa: SLF001  # as we are, but even

    def _run(
        self, source: Path, found: Probe, outputs: Sequence[Output]
    ) -> tuple[list[VerifiedOutput], Meter | None]:
        targets = self._plan(source, found, outputs)
        self.outflows.room.check_need(occupied(source.parent) + least_bytes(plan for plan, _ in targets))
        leaving = [file for plan, file in targets if may_leave(plan, found)]
        with self.log.timed("transcoded", formats=[plan.form.name for plan, _ in targets]) as line:
            line["copied"] = sum(plan.copied for plan, _ in targets)
            with self.outflows.following(source.parent, leaving):
                heard = transcode(
                    self._engine(source, found, targets), found, targets, self.outflows.throttle
                )
            line["streamedOut"] = sum(self.outflows.of(file) is not None for file in leaving)
        with self.log.timed("verified"):
            made = OutputVerifier(self.tools, self.limits, self.report, self.outflows).run(
                targets, found, heard
            )
        return made, heard.get(unchanged(found))

    def _plan(self, source: Path, found: Probe, outputs: Sequence[Output]) -> list[tuple[Plan, Path]]:
        total = found.duration_s
        engine = self._on_source(
            source, found, lambda done: self.report(STUDY_SHARE * min(1.0, done / total) if total else 0.0)
        )
        found = with_length(engine, outputs, found)
        studied = studies(engine, outputs, found)
        return [
            (plan_output(output, found, study), source.with_name(f"output-{n}"))
            for n, (output, study) in enumerate(zip(outputs, studied, strict=True))
        ]

    def _engine(self, source: Path, found: Probe, targets: Sequence[tuple[Plan, Path]]) -> FFmpeg:
        total = targets[0][0].duration_s or found.duration_s
        begin = STUDY_SHARE if any(plan.study.is_due for plan, _ in targets) else 0.0
        return self._on_source(
            source,
            found,
            lambda done: self._heed(begin + (1 - begin) * min(1.0, done / total) if total else begin),
        )

    def _on_source(self, source: Path, found: Probe, on_progress: Callable[[float], None]) -> FFmpeg:
        return FFmpeg(
            self.tools,
            source,
            self.limits,
            on_progress,
            tolerant=not must_decode(found),
            feed=self.feed,
            demuxer=packet_size(found),
            stream=found.stream,
            even=NormalisedLayout(found.sample_rate_hz, found.channels) if self.even else None,
        )

    def _heed(self, done: float) -> None:
        self.outflows.check()
        self.report(done)

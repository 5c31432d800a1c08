"""One source file becomes its outputs: studied where options need it, encoded in one pass, verified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from shared.errors import NoAudioStream, NotAudio, OutputMismatch
from shared.media import Normalisation

from .audible import Played, check_audible
from .channels import naming_filters
from .complaints import Uneven
from .engine import Engine, Shape
from .outflows import Outflows, may_leave
from .packets import adts_duration_s
from .pcm import must_decode, packet_size
from .plan import Plan, plan_output, unchanged
from .probe import probe
from .room import least_bytes, occupied
from .study import studies, with_length
from .transcode import transcode
from .verify import check_any, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from shared.log import Log
    from shared.media import Levels
    from shared.ports import ObjectInfo
    from shared.task import Output, Probe

    from .levels import Meter
    from .outflow import Outflow
    from .plan import Sound
    from .process import Limits
    from .tools import Tools

# Of the way to the end, where there is something to study first.
STUDY_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Made:
    """One verified output, not stored yet.

    Attributes:
        flow: what stores it, where its bytes do not all lie in the file.
    """

    plan: Plan
    file: Path
    probe: Probe
    levels: Levels | None
    normalisation: Normalisation | None
    flow: Outflow | None = None

    def stored(self, info: ObjectInfo) -> Output:
        """The output as the task shall have it, now that it is in the bucket."""
        return replace(
            self.plan.output,
            generation=info.generation,
            size_bytes=info.size_bytes,
            crc32c=info.crc32c,
            duration_s=self.probe.duration_s,
            sample_rate_hz=self.probe.sample_rate_hz,
            channels=self.probe.channels,
            bit_rate_kbps=self.probe.bit_rate_kbps,
            copied=self.plan.copied,
            levels=self.levels,
            normalisation=self.normalisation,
        )


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
    outflows: Outflows = field(default_factory=Outflows)
    even: bool = False

    def run(self, source: Path, found: Probe, outputs: Sequence[Output]) -> tuple[list[Made], Meter | None]:
        """Make and check every output.

        Returns:
            The outputs, and what was heard of the source where it was decoded whole.

        Raises:
            ConversionError: the file, or what was asked of it, cannot be done.
        """
        try:
            return self._run(source, found, outputs)
        except Uneven:
            # Joined files, broadcasts: rare enough to begin again for them.
            self.log.info("evened", rateHz=found.sample_rate_hz, channels=found.channels)
            self.outflows.close()
            for begun in source.parent.glob("output-*"):
                begun.unlink()
            return replace(self, even=True)._run(source, found, outputs)  # noqa: SLF001  # as we are, but even

    def _run(self, source: Path, found: Probe, outputs: Sequence[Output]) -> tuple[list[Made], Meter | None]:
        targets = self._plan(source, found, outputs)
        self.outflows.room.check_need(occupied(source.parent) + least_bytes(plan for plan, _ in targets))
        leaving = [file for plan, file in targets if may_leave(plan, found)]
        with self.log.timed("transcoded", formats=[plan.form.name for plan, _ in targets]) as line:
            line["copied"] = sum(plan.copied for plan, _ in targets)
            with self.outflows.following(source.parent, leaving):
                heard = transcode(self._engine(source, found, targets), found, targets, self.outflows.brake)
            line["streamedOut"] = sum(self.outflows.of(file) is not None for file in leaving)
        with self.log.timed("verified"):
            made = [self._checked(plan, file, found, heard) for plan, file in targets]
            self._hear(made, found, heard)
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

    def _engine(self, source: Path, found: Probe, targets: Sequence[tuple[Plan, Path]]) -> Engine:
        total = targets[0][0].duration_s or found.duration_s
        begin = STUDY_SHARE if any(plan.study.is_due for plan, _ in targets) else 0.0
        return self._on_source(
            source,
            found,
            lambda done: self._heed(begin + (1 - begin) * min(1.0, done / total) if total else begin),
        )

    def _on_source(self, source: Path, found: Probe, on_progress: Callable[[float], None]) -> Engine:
        return Engine(
            self.tools,
            source,
            self.limits,
            on_progress,
            tolerant=not must_decode(found),
            feed=self.feed,
            demuxer=packet_size(found),
            stream=found.stream,
            even=Shape(found.sample_rate_hz, found.channels) if self.even else None,
        )

    def _heed(self, done: float) -> None:
        self.outflows.check()
        self.report(done)

    def _checked(self, plan: Plan, file: Path, found: Probe, heard: Mapping[Sound, Meter]) -> Made:
        meter = None if plan.copied else heard[plan.sound(found)]
        if meter:
            check_any(plan, meter)
        result, flow = self._probed(file), self.outflows.of(file)
        feed = flow.pour if flow else None
        if plan.form.muxer == "adts":
            result = replace(result, duration_s=adts_duration_s(self.tools, file, feed))
        verify(plan, found, result, meter)
        before = plan.study.before
        after = replace(self._on(file), feed=feed).measure(naming_filters(result)) if before else None
        shown = meter or heard.get(unchanged(found))
        return Made(
            plan,
            file,
            result,
            shown.levels() if shown else None,
            Normalisation(before, after) if before and after else None,
            flow,
        )

    def _probed(self, output: Path) -> Probe:
        """What an output is; that it is nothing is no fault of the source."""
        try:
            return probe(self.tools, output)
        except (NotAudio, NoAudioStream) as error:
            raise OutputMismatch("The result cannot be read.") from error

    def _hear(self, made: Sequence[Made], found: Probe, heard: Mapping[Sound, Meter]) -> None:
        encoded = [one for one in made if not one.plan.copied]
        played = [
            Played(
                one.file,
                heard[one.plan.sound(found)],
                one.probe.sample_rate_hz,
                one.probe.channels,
                one.flow,
            )
            for one in encoded
        ]
        if played:
            check_audible(self._on(played[0].file), played)

    def _on(self, output: Path) -> Engine:
        """Ffmpeg on one of the outputs."""
        return Engine(self.tools, output, self.limits, lambda _: self.report(1.0))

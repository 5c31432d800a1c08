"""Each output is looked at, measured and listened to, before anybody gets it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import NoAudioStream, NotAudio, OutputMismatch
from shared.domain.media import Normalisation

from ..ffmpeg.adts import adts_duration_s
from ..ffmpeg.probe import probe
from ..ffmpeg.run import FFmpeg
from ..plan.channel_layout import naming_filters
from ..plan.plan import Plan, unchanged
from .audibility import Playback, check_audible
from .checks import check_any, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from shared.domain.media import Levels
    from shared.domain.task import Output, Probe
    from shared.ports.objects import ObjectInfo

    from ..ffmpeg.binaries import Tools
    from ..metering.levels import Meter
    from ..plan.plan import Sound
    from ..process.limits import Limits
    from ..upload.monitor import UploadMonitor
    from ..upload.streaming_upload import StreamingUpload


@dataclass(frozen=True, slots=True)
class VerifiedOutput:
    """One verified output, not stored yet.

    Attributes:
        flow: what stores it, where its bytes do not all lie in the file.
    """

    plan: Plan
    file: Path
    probe: Probe
    levels: Levels | None
    normalisation: Normalisation | None
    flow: StreamingUpload | None = None

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
class OutputVerifier:
    """Looks at what one pass has made.

    Attributes:
        limits: of each process.
        report: called meanwhile; what it raises ends the work.
        outflows: where to find those that have left.
    """

    tools: Tools
    limits: Limits
    report: Callable[[float], None]
    outflows: UploadMonitor

    def run(
        self, targets: Sequence[tuple[Plan, Path]], found: Probe, heard: Mapping[Sound, Meter]
    ) -> list[VerifiedOutput]:
        """Do it.

        Args:
            targets: each plan and its file.
            found: what the probe said of the source.
            heard: what went into the encoders.

        Raises:
            ConversionError: the source ends early, or an output is not what was planned, or silent.
        """
        made = [self._checked(plan, file, found, heard) for plan, file in targets]
        self._hear(made, found, heard)
        return made

    def _checked(self, plan: Plan, file: Path, found: Probe, heard: Mapping[Sound, Meter]) -> VerifiedOutput:
        meter = None if plan.copied else heard[plan.sound(found)]
        if meter:
            check_any(plan, meter)
        result, flow = self._probed(file), self.outflows.of(file)
        feed = flow.pour if flow else None
        if plan.form.muxer == "adts":
            result = replace(result, duration_s=adts_duration_s(self.tools, file, feed))
        verify(plan, found, result, meter)
        before = plan.study.before
        measuring = replace(self._on(file), feed=feed)
        after = measuring.measure(naming_filters(result), plan.study.seconds) if before else None
        shown = meter or heard.get(unchanged(found))
        return VerifiedOutput(
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
            raise OutputMismatch("The output cannot be read.") from error

    def _hear(self, made: Sequence[VerifiedOutput], found: Probe, heard: Mapping[Sound, Meter]) -> None:
        encoded = [one for one in made if not one.plan.copied]
        played = [
            Playback(
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

    def _on(self, output: Path) -> FFmpeg:
        """Ffmpeg on one of the outputs."""
        return FFmpeg(self.tools, output, self.limits, lambda _: self.report(1.0))

"""A fetched upload that was probed, which ffmpeg can read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.errors import ConversionError, NotAudio
from shared.domain.options import Options

from ..checkpoint import UNBOUNDED
from ..containers.chunked.padding import pad_chunks
from ..containers.mp4 import state_lengths
from ..containers.reader import reading
from ..containers.truncation import check_complete
from ..ffmpeg.arguments import input_args, tolerated_share
from ..ffmpeg.normalise import NormalisedLayout
from ..ffmpeg.run import FFmpeg
from ..ffmpeg.timeline import PlayedPart, timeline_of
from ..metadata.model.tags import Tags
from ..plan.mix import known_layout, mix_any
from ..probe.probe import examine
from .content_encoding import check_encoding
from .played_part import played_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.domain.media import Probe
    from shared.runtime.log import Log

    from ..checkpoint import Checkpoint
    from ..ffmpeg.binaries import Tools
    from ..ffmpeg.timeline import Jump
    from ..process.limits import Limits
    from .fetch import FetchedSource, SourceFetcher


# They choose nothing.
_NONE = Options()


@dataclass(frozen=True, slots=True)
class ProbedSource:
    """A fetched upload, and what the probe found.

    Attributes:
        part: the samples that are audio.
        normalised_layout: what another ffmpeg converts it to first; None to read it as it is.
        may_copy: whether its stream may be copied.
        is_finite: whether samples that are no numbers become silent.
        tags: with pictures, and chapters that are among them.
    """

    fetched: FetchedSource
    probe: Probe
    part: PlayedPart = PlayedPart()  # noqa: RUF009  # immutable
    normalised_layout: NormalisedLayout | None = None
    may_copy: bool = True
    is_finite: bool = False
    tags: Tags = Tags()  # noqa: RUF009  # immutable

    @property
    def file(self) -> Path:
        """The upload, or its two ends; ffmpeg runs in its folder."""
        return self.fetched.file

    def normalised(self, gaps: tuple[Jump, ...] = ()) -> ProbedSource:
        """Return this source, to be read in the probe's rate and channels, with these gaps filled."""
        mix = mix_any(layout) if (layout := known_layout(self.probe.layout, self.probe.channels)) else ()
        normalised = NormalisedLayout(self.probe.sample_rate_hz, self.probe.channels, mix, gaps)
        return replace(self, normalised_layout=normalised)

    def without_copying(self) -> ProbedSource:
        """Return this source, to be decoded for every output."""
        return replace(self, may_copy=False)

    @property
    def has_accessories(self) -> bool:
        """Whether it has a cover or chapters."""
        return bool(self.probe.cover is not None or self.tags.pictures or self.probe.chapters)

    def without_accessories(self) -> ProbedSource:
        """Return this source without its cover and its chapters, which may be what ffmpeg fails at."""
        return replace(
            self,
            probe=replace(self.probe, cover=None, chapters=()),
            tags=replace(self.tags, pictures=(), chapters=()),
        )

    def with_finite_samples(self) -> ProbedSource:
        """Return this source, with silence in place of samples that are no numbers."""
        return replace(self, is_finite=True)

    def ffmpeg(self, tools: Tools, limits: Limits, on_progress: Callable[[float], None]) -> FFmpeg:
        """Return ffmpeg with this source as its input."""
        return FFmpeg(
            tools,
            self.file,
            limits,
            on_progress,
            tolerated_share=tolerated_share(self.probe, self.file.stat().st_size),
            write_source=self.fetched.write_to,
            input_args=input_args(self.probe),
            stream=self.probe.stream,
            normalise=self.normalised_layout,
            timeline=timeline_of(self.probe, self.part, is_finite=self.is_finite),
        )


def probe_source(
    tools: Tools, fetcher: SourceFetcher, fetched: FetchedSource, log: Log, options: Options = _NONE
) -> ProbedSource:
    """Probe an upload; if its two ends do not suffice, fetch all of it first.

    Args:
        tools: ffprobe and ffmpeg.
        fetcher: of the upload.
        fetched: what it fetched first.
        log: of the attempt.
        options: of any output, which choose the track and the encoding of tags.

    Raises:
        ConversionError: the upload ends early, or is not audio.
        DiskQuotaExceeded: all of it is too large for the workspace.
        Stale, LeaseLost: it was deleted or replaced, or its task was.
    """
    with log.timed("probed") as line:
        source = _probe_ends(tools, fetched, options, fetcher.checkpoint) if fetched.write_to else None
        if source is None:
            whole = fetcher.fetch_whole() if fetched.write_to else fetched
            source = _probe_whole(tools, whole, options, fetcher)
        found = source.probe
        line.update(container=found.container, codec=found.codec, seconds=found.duration_s)
        line.update(track=found.track, tracks=len(found.tracks))
    return source


def _probe_ends(
    tools: Tools, fetched: FetchedSource, options: Options, checkpoint: Checkpoint
) -> ProbedSource | None:
    """Probe the two ends; None if they do not suffice for an error or a plan."""
    try:
        source = probe_fetched(tools, fetched, options, checkpoint)
    except ConversionError:
        checkpoint()
        return None
    return source if source.probe.duration_s else None


def _probe_whole(
    tools: Tools, fetched: FetchedSource, options: Options, fetcher: SourceFetcher
) -> ProbedSource:
    try:
        return probe_fetched(tools, fetched, options, fetcher.checkpoint)
    except NotAudio:
        check_encoding(fetcher.upload)
        raise


def probe_fetched(
    tools: Tools, fetched: FetchedSource, options: Options = _NONE, checkpoint: Checkpoint = UNBOUNDED
) -> ProbedSource:
    """Probe a file, or the ends of one."""
    if fetched.write_to is None:
        pad_chunks(fetched.file, checkpoint)
        state_lengths(fetched.file, checkpoint)
    check_complete(fetched.file, checkpoint)
    is_whole = fetched.write_to is None
    found, tags = examine(
        tools,
        fetched.file,
        options.track,
        tag_encoding=options.tag_encoding,
        is_whole=is_whole,
        checkpoint=checkpoint,
    )
    with reading(fetched.file, checkpoint) as data:
        return ProbedSource(fetched, found, played_part(data, found), tags=tags)

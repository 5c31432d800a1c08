"""Notes about one output."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.domain.notes.base import Finding, count, figure, named

_COVER_REASONS = {
    "format": "this format holds none",
    "kind": "no picture that can be read",
    "size": "together larger than 8 MiB",
}


@dataclass(frozen=True)
class SourceClips(Finding):
    """The source is in floating point, with samples above full scale, which this output cannot hold.

    A negative `gainDb` prevents it, and so does `loudnessLufs`.
    """

    code, title, of_output = "source_clips", "Peaks above full scale are cut off", True
    peak_dbfs: float = field(metadata=figure("Highest sample on its way to the output."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"The audio peaks at {self.peak_dbfs:+.1f} dBFS. What exceeds 0 dBFS is cut off."


@dataclass(frozen=True)
class PeaksLimited(Finding):
    """Mixing channels would push true peaks above full scale; a limiter lowers these peaks."""

    code, title, of_output = "peaks_limited", "Peaks were limited", True
    true_peak_dbtp: float = field(metadata=figure("Highest true peak without the limiter."))
    ceiling_dbtp: float = field(metadata=figure("Highest true peak that the limiter passes."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        reached = f"Mixed, the audio would peak at {self.true_peak_dbtp:+.1f} dBTP"
        return f"{reached}. Its peaks were limited to {self.ceiling_dbtp:.1f} dBTP."


@dataclass(frozen=True)
class LoudnessMissed(Finding):
    """The output is more than 0.5 LU from the requested loudness, or more than 0.2 dB above its ceiling."""

    code, title, of_output = "loudness_missed", "The requested loudness was not reached", True
    target_lufs: float = field(metadata=figure("Requested integrated loudness."))
    integrated_lufs: float | None = field(metadata=figure("That of the output; null below -70 LUFS."))
    ceiling_dbtp: float = field(metadata=figure("Highest true peak intended."))
    true_peak_dbtp: float | None = field(metadata=figure("That of the output; null for silence."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        if self.integrated_lufs is None or self.true_peak_dbtp is None:
            return f"The audio is too quiet to be brought to {self.target_lufs:g} LUFS."
        reached = f"The output has {self.integrated_lufs:.1f} LUFS instead of {self.target_lufs:g} LUFS"
        return f"{reached}, at {self.true_peak_dbtp:.1f} dBTP of {self.ceiling_dbtp:g} dBTP allowed."


@dataclass(frozen=True)
class CoverDropped(Finding):
    """Pictures of the source are not in the output.

    `reason` is `format`: this format holds no picture; `kind`: it is no JPEG, PNG, WebP, GIF or BMP that can
    be read; `size`: all pictures together have more than 8 MiB, and cannot be made smaller.
    """

    code, title, of_output = "cover_dropped", "A picture was left out", True
    pictures: int = field(metadata=figure("Number of pictures that were left out."))
    reason: str = field(metadata=figure("`format`, `kind` or `size`."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"{count(self.pictures, 'picture')} left out: {_COVER_REASONS[self.reason]}."


@dataclass(frozen=True)
class CoverReduced(Finding):
    """Pictures of the source are in the output, but with fewer pixels: together they have more than 8 MiB."""

    code, title, of_output = "cover_reduced", "A picture was made smaller", True
    pictures: int = field(metadata=figure("Number of pictures that were made smaller."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"{count(self.pictures, 'picture')} made smaller, to fit 8 MiB."


@dataclass(frozen=True)
class ChaptersDropped(Finding):
    """Chapters of the source are not in the output: its format holds none, or not as many."""

    code, title, of_output = "chapters_dropped", "Chapters were left out", True
    chapters: int = field(metadata=figure("Number of chapters that were left out."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"{count(self.chapters, 'chapter')} left out: this format does not hold them."


@dataclass(frozen=True)
class TagsDropped(Finding):
    """Tags of the source are not in the output, because its format has no place for them."""

    code, title, of_output = "tags_dropped", "Tags were left out", True
    tags: tuple[str, ...] = field(metadata=figure("Their names, in lower case."))
    unchecked: int = field(default=0, metadata=figure("Further tags of the source, which were not compared."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        left_out = f"{count(len(self.tags), 'tag')} left out: {named(self.tags)}."
        return f"{left_out} Further tags, not compared: {self.unchecked}." if self.unchecked else left_out

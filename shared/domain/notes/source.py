"""Notes about the source, and so about all outputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.domain.notes.base import Finding, count, figure, named


@dataclass(frozen=True)
class TrackChosen(Finding):
    """The source has several audio tracks; one of them was converted."""

    code, title = "track_chosen", "One of several audio tracks was converted"
    track: int = field(metadata=figure("Number of the track, from 1."))
    tracks: int = field(metadata=figure("Number of audio tracks."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"The source has {count(self.tracks, 'audio track')}; number {self.track} was converted."


@dataclass(frozen=True)
class TextEncodingGuessed(Finding):
    """Tags are in another encoding than their container says, or in one that it does not state.

    Bytes that are valid UTF-8 are read as UTF-8, others in the code page that all texts together show, or as
    Windows-1252. There is a note for each encoding.
    """

    code, title = "text_encoding_guessed", "The encoding of tags was guessed"
    tags: tuple[str, ...] = field(
        metadata=figure("Their names, in lower case; `chapters` for titles of those.")
    )
    encoding: str = field(metadata=figure("`UTF-8`, `windows-1252`, or another one of `tagEncoding`."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"The encoding of {named(self.tags)} is not stated, or wrong; {self.encoding} was assumed."


@dataclass(frozen=True)
class GapsFilled(Finding):
    """The source's clock goes on where it has no audio; silence of that length took its place."""

    code, title = "gaps_filled", "Gaps in the audio became silence"
    filled_s: float = field(metadata=figure("Seconds of silence in all."))
    places: int = field(metadata=figure("Number of gaps."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"The source has {count(self.places, 'gap')}: {self.filled_s:.2f} s of silence fill them."


@dataclass(frozen=True)
class OverlapsTrimmed(Finding):
    """The source has more audio than its clock has time; what came too late was left out."""

    code, title = "overlaps_trimmed", "Overlapping audio was left out"
    trimmed_s: float = field(metadata=figure("Seconds of audio that were left out."))
    places: int = field(metadata=figure("Number of overlaps."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"The source has {count(self.places, 'overlap')}: {self.trimmed_s:.2f} s left out."


@dataclass(frozen=True)
class DamagedPackets(Finding):
    """Some packets of a lossy stream could not be decoded, but too few for the error `damaged`.

    Players skip them, too. Where files were joined, the tags between them are such packets.
    """

    code, title = "damaged_packets", "Parts of the source are damaged"
    packets: int = field(metadata=figure("Number of packets that could not be decoded, or more."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        were = "was" if self.packets == 1 else "were"
        return f"{count(self.packets, 'packet')} of the source could not be decoded and {were} left out."


@dataclass(frozen=True)
class ChecksumWrong(Finding):
    """A FLAC file's samples differ from those that its MD5 was made of, though each frame is intact.

    It is checked where a file of 16 or 24 bits is decoded as a whole.
    """

    code, title = "checksum_wrong", "The source's checksum is wrong"
    stated_md5: str = field(metadata=figure("Checksum in the file, in hexadecimal."))
    found_md5: str = field(metadata=figure("Checksum of the samples."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        return f"The file states the MD5 {self.stated_md5}, but its audio has {self.found_md5}."


@dataclass(frozen=True)
class CompletenessUnknown(Finding):
    """The container does not state the length of its audio, so no one can see whether the file was cut."""

    code, title = "completeness_unknown", "The source does not state its length"
    found_s: float | None = field(metadata=figure("Seconds of audio in the file; null if it was copied."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        found = "" if self.found_s is None else f" It has {self.found_s:.2f} s of audio."
        return f"The file does not state its length.{found} If it was cut off, that cannot be seen."


@dataclass(frozen=True)
class LengthCorrected(Finding):
    """There is more audio than the container states, as in joined files; all of it was converted."""

    code, title = "length_corrected", "The source is longer than it states"
    stated_s: float = field(metadata=figure("Seconds that the container states."))
    found_s: float = field(metadata=figure("Seconds of audio in the file."))

    @property
    def message(self) -> str:
        """A sentence with the figures."""
        stated = f"The file states {self.stated_s:.2f} s, but has {self.found_s:.2f} s of audio"
        return f"{stated}. All of it was converted."

"""What is known of a piece of sound beside its format: chapters, levels for a waveform, loudness."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named stretch of the audio, in seconds from its beginning."""

    start_s: float
    end_s: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud the samples are over time: enough for a waveform of one screen's width.

    Attributes:
        peaks: highest absolute sample of each of at most 200 equal stretches, over all channels, from 0 to 1
            of full scale; wavesurfer.js takes the list as it is.
        peak_dbfs: the highest of all; None for digital silence.
        rms_dbfs: root mean square over the whole; None for digital silence.
    """

    peaks: tuple[float, ...]
    peak_dbfs: float | None
    rms_dbfs: float | None


@dataclass(frozen=True, slots=True)
class Loudness:
    """One measurement by EBU R 128.

    Attributes:
        integrated_lufs: of the whole; None where everything lies below the gate of -70 LUFS.
        range_lu: loudness range (EBU Tech 3342).
        true_peak_dbtp: highest peak between the samples too (ITU-R BS.1770, oversampled).
    """

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What bringing an output to its loudness did: the same measurement before and after."""

    before: Loudness
    after: Loudness

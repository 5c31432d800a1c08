"""Properties of audio: chapters, levels, loudness."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named section of the audio, in seconds from its start."""

    start_s: float
    end_s: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels over time, for a waveform of a screen's width.

    Attributes:
        peaks: highest absolute sample of up to 200 equal sections, over all channels, from 0 to 1 of full
            scale; the format of wavesurfer.js.
        peak_dbfs: the highest sample; None for digital silence.
        rms_dbfs: root mean square of all samples; None for digital silence.
    """

    peaks: tuple[float, ...]
    peak_dbfs: float | None
    rms_dbfs: float | None


@dataclass(frozen=True, slots=True)
class Loudness:
    """One measurement by EBU R 128.

    Attributes:
        integrated_lufs: integrated loudness; None if everything is below the gate of -70 LUFS.
        range_lu: loudness range (EBU Tech 3342).
        true_peak_dbtp: highest true peak (ITU-R BS.1770, oversampled).
    """

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The loudness of an output before and after normalisation."""

    before: Loudness
    after: Loudness

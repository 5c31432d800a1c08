"""Encodes clips at a default and at settings beside it, and measures what became of them."""

from __future__ import annotations

import math
import subprocess
from array import array
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from bench.defaults.clips import SECONDS
from bench.defaults.spectrum import distance
from bench.harness.process import measure
from functions.convert.plan.rates import bit_rate_args
from shared.domain.formats import FORMATS
from shared.domain.formats.defaults import default_at, default_kbps
from shared.domain.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.defaults.clips import Group
    from bench.defaults.spectrum import Distance

FORM_NAMES = ("mp3", "m4a", "ogg", "opus")
# Qualities and shares of the default bit rate beside the default.
_QUALITIES = {"mp3": (4, 2, 0), "ogg": (5, 6, 7)}
_SHARES = (0.75, 1, 1.25)
ENCODERS_OWN = "encoder's own"


@dataclass(frozen=True, slots=True)
class Trial:
    """A setting, measured over the clips of a group.

    Attributes:
        noise_to_mask_db: mean over the clips.
        worst_db: the highest noise-to-mask ratio of a clip.
        peak_db: the highest overshoot of a clip's peak.
        cpu_s: of all clips, decoding and start of the process included.
    """

    form: str
    setting: str
    is_default: bool
    kbps: float
    bandwidth_hz: float
    log_spectral_db: float
    snr_db: float
    noise_to_mask_db: float
    worst_db: float
    peak_db: float
    cpu_s: float


def trials(group: Group, sources: list[Path], work: Path) -> Iterator[Trial]:
    """Measure every format at every setting."""
    for name in FORM_NAMES:
        for setting, options in _settings(name, group):
            form = FORMATS[name]
            args = bit_rate_args(form, options, group.rate_hz, group.channels) if options else []
            runs = [_run(group, source, work, name, args) for source in sources]
            distances = [run[1] for run in runs]
            yield Trial(
                name,
                setting,
                options == Options(),
                fmean(run[0] for run in runs),
                fmean(one.bandwidth_hz for one in distances),
                fmean(one.log_spectral_db for one in distances),
                fmean(one.snr_db for one in distances),
                fmean(one.noise_to_mask_db for one in distances),
                max(one.noise_to_mask_db for one in distances),
                max(run[2] for run in runs),
                sum(run[3] for run in runs),
            )


def _settings(name: str, group: Group) -> Iterator[tuple[str, Options | None]]:
    """Yield a name and options of each setting; None for the encoder's own default."""
    yield ENCODERS_OWN, None
    form = FORMATS[name]
    default, kbps = default_at(form, group.rate_hz), default_kbps(form, group.rate_hz, group.channels)
    for quality in _QUALITIES.get(name, ()):
        is_default = default is not None and quality == default.quality
        yield f"quality {quality}", Options() if is_default else Options(quality=quality)
    for share in _SHARES if kbps else ():
        value = round((kbps or 0) * share)
        yield f"{value} kbit/s", Options() if share == 1 else Options(bit_rate_kbps=value)


def _run(
    group: Group, source: Path, work: Path, name: str, args: list[str]
) -> tuple[float, Distance, float, float]:
    """Return kbit/s, the distance of the first channel, the overshoot of peaks in dB, and CPU seconds."""
    form, output = FORMATS[name], work / f"out.{FORMATS[name].extension}"
    cost = measure([*_FFMPEG, "-i", str(source), "-c:a", form.encoder, *args, str(output)])
    before, after = samples(source, group.rate_hz), samples(output, group.rate_hz)
    peaks = [max(map(abs, sound)) for sound in (before, after)]
    found = distance(before[:: group.channels], after[:: group.channels], group.rate_hz)
    seconds = len(before) / group.channels / group.rate_hz
    kbps = output.stat().st_size * 8 / seconds / 1000
    return kbps, found, 20 * math.log10(peaks[1] / peaks[0]), cost.cpu_s


_FFMPEG = ("ffmpeg", "-nostdin", "-v", "error", "-y")


def samples(file: Path, rate_hz: int) -> array[float]:
    """Decode a file; channels are interleaved, full scale is 1."""
    argv = [*_FFMPEG, "-i", str(file), "-ar", str(rate_hz), "-f", "f32le", "-"]
    return array("f", subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout)


def cut(clip: Path, group: Group, target: Path) -> Path:
    """Write the start of a clip as WAV in the group's sample rate and number of channels."""
    shape = ["-t", str(SECONDS), "-ar", str(group.rate_hz), "-ac", str(group.channels)]
    subprocess.run([*_FFMPEG, "-i", str(clip), *shape, "-map_metadata", "-1", str(target)], check=True)
    return target

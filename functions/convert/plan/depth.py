"""Where samples lose depth, and the dither that turns the error from distortion into noise.

8 and 16 bits are dithered; the step of 24 bits, at -144 dBFS, is also that of 32-bit floats. Silence stays
silent, and samples that already fit are not touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .sample_format import CD_BITS, depth_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

DITHERED = {8: "u8", CD_BITS: "s16"}
# What makes a meter's samples deeper than any that is dithered.
DEPTH_FORMAT = ("-c:a", "pcm_s32le", "-f", "s32le")
_BYTES = 4
# Filters that move samples as they are.
_MOVING = frozenset({"apad", "asetpts", "atrim", "channelmap"})
# A sample below half a step of 24 bits is silence; the factor brings all others to full scale or beyond.
_SILENCE_FACTOR = 1 << 24
# Small frames would cost more than their samples.
_LARGE_FRAMES = "asetnsamples=8192:p=0"


def dithered_bits(form: Format, options: Options, source: Probe) -> int | None:
    """Return the depth of the output if that is one to dither; None for deeper and for lossy ones."""
    depth = depth_of(source) if options.bit_depth is None else options.bit_depth
    if not form.lossless or depth not in DITHERED:
        return None
    # FLAC and ALAC get 16 bits at least.
    return depth if form.encoder.startswith("pcm_") else CD_BITS


def is_changed(filters: Sequence[str]) -> bool:
    """Return whether any filter computes new samples, of any depth."""
    return any(one.partition("=")[0] not in _MOVING for one in filters)


def is_deeper(source: Probe, bits: int) -> bool:
    """Return whether decoded samples are deeper than so many bits, as the floats of lossy codecs are."""
    if source.sample_format.removesuffix("p") in {"flt", "dbl"}:
        return True
    return abs(depth_of(source)) > bits


def dither_filters(bits: int) -> tuple[str, ...]:
    """Return the filters that reduce audio to that depth.

    swresample adds its noise to silence, too. So its result is multiplied by 0 where the sample was 0, else
    by 1: the square of the sample, amplified and clipped.
    """
    samples = DITHERED[bits]
    is_audible = f"volume={_SILENCE_FACTOR},aresample=osf=s32p,aresample=osf=fltp"
    masked = (
        f"asplit[plain][key];[key]{is_audible},asplit[a][b];[a][b]amultiply[audible];"
        f"[plain]aresample=osf={samples}p:dither_method=triangular,aresample=osf=fltp[dithered];"
        f"[dithered][audible]amultiply,aresample=osf={samples}"
    )
    return (_LARGE_FRAMES, masked)


@dataclass
class DepthMeter:
    """Finds out whether samples of 32 bits, in chunks of whole ones, fit a lower depth.

    Attributes:
        bits: of that depth.
        fits: whether all so far do.
    """

    bits: int
    fits: bool = True

    def add(self, data: memoryview) -> None:
        """Examine a chunk."""
        low = range(_BYTES - self.bits // 8) if self.fits else ()
        self.fits = self.fits and not any(bytes(data)[at::_BYTES].strip(b"\0") for at in low)

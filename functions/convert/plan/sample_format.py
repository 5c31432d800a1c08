"""How deep samples are: the PCM encoder, and the sample format of lossless codecs, so that no bit is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

CD_BITS = 16
# Stand for floating point of 32 and 64 bits; no client can request them.
FLOAT, DOUBLE = -32, -64
# By the formats table's name for the encoder, and by depth.
ENCODERS = {
    "pcm_le": {
        8: "pcm_u8",
        16: "pcm_s16le",
        24: "pcm_s24le",
        32: "pcm_s32le",
        FLOAT: "pcm_f32le",
        DOUBLE: "pcm_f64le",
    },
    "pcm_be": {
        8: "pcm_s8",
        16: "pcm_s16be",
        24: "pcm_s24be",
        32: "pcm_s32be",
        FLOAT: "pcm_f32be",
        DOUBLE: "pcm_f64be",
    },
}
_FLOATS = {"flt": FLOAT, "dbl": DOUBLE}
_DEPTHS = (8, 16, 24, 32)
# Codecs that store floating point; a lossy codec only decodes to it.
_FLOAT_CODECS = ("pcm_f", "wavpack")
# One bit at some MHz, which decoders filter to floats at an eighth of the rate. WavPack says how wide its
# packed samples are.
_DSD_CODECS, _DSD_IN_WAVPACK, _DSD_DEPTH = ("dsd_", "dst"), ("wavpack", "fltp", 8), 24


def encoder_args(form: Format, options: Options, source: Probe) -> tuple[str, ...]:
    """Return the encoder and, for a lossless codec, its sample format."""
    depth = depth_of(source) if options.bit_depth is None else options.bit_depth
    if form.encoder in ENCODERS:
        return ("-c:a", ENCODERS[form.encoder][depth])
    if not form.lossless:
        return ("-c:a", form.encoder)
    planar = "p" if form.encoder == "alac" else ""
    return ("-c:a", form.encoder, "-sample_fmt", ("s16" if depth in {8, CD_BITS} else "s32") + planar)


def depth_of(source: Probe) -> int:
    """Return the bits that hold every sample of the source; 16 for a lossy codec, which has no depth.

    Returns:
        8, 16, 24 or 32; `FLOAT` or `DOUBLE` for floating point.
    """
    if is_dsd(source):
        return _DSD_DEPTH
    samples = source.sample_format.removesuffix("p")
    if samples in _FLOATS:
        return _FLOATS[samples] if source.codec.startswith(_FLOAT_CODECS) else CD_BITS
    if samples == "u8":
        return 8
    if samples == "s16":
        return CD_BITS
    bits = source.bits_per_sample or (CD_BITS if not samples else max(_DEPTHS))
    return next((depth for depth in _DEPTHS if depth >= bits), max(_DEPTHS))


def is_dsd(source: Probe) -> bool:
    """Return whether the source is DSD, as on SACDs."""
    packed = (source.codec, source.sample_format, source.bits_per_sample)
    return source.codec.startswith(_DSD_CODECS) or packed == _DSD_IN_WAVPACK

"""Whether an output can copy the source's stream: nothing is lost, and it costs hardly any work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.options import Options

from .sample_format import depth_of

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.media import Probe

# AAC's profiles that ADTS has a number for and every player knows.
_AAC_PROFILES = frozenset({"LC", "HE-AAC", "HE-AACv2"})
_CLOCKLESS_MUXERS = frozenset({"adts", "mp3", "flac"})
_STATES_DURATION = frozenset({"ogg", "flac"})


def loses_clock(form: Format) -> bool:
    """Return whether a copy's packets follow each other, without the gaps of the source's container."""
    return form.muxer in _CLOCKLESS_MUXERS


def can_copy(form: Format, options: Options, source: Probe) -> bool:
    """Return whether codec and container fit, and no option changes a sample."""
    fits = source.codec == form.codec and bool(set(source.container.split(",")) & form.copy_from)
    # Without a duration, these are joined streams with headers of their own, or FLAC that was never finished.
    fits = fits and (source.duration_s is not None or source.container not in _STATES_DURATION)
    if form.codec == "aac":
        fits = fits and source.profile in _AAC_PROFILES
    return fits and source.channels <= form.max_channels and not changes_samples(options, source)


def changes_samples(options: Options, source: Probe) -> bool:
    """Return whether any option differs from what the source is anyway."""
    unchanged = Options(
        sample_rate_hz=source.sample_rate_hz,
        channels=source.channels,
        bit_depth=depth_of(source),
        start_s=0,
        fade_in_s=0,
        fade_out_s=0,
        gain_db=0,
        trim_silence=False,
        speed=1,
    )
    requested = replace(
        options, keep_tags=None, tags=None, replay_gain=None, tag_encoding=None, track=None
    ).as_json()
    return not requested.items() <= unchanged.as_json().items()

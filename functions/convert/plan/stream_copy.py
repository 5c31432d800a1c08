"""Whether an output can take over the source's stream as it is: nothing lost, and hardly any work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.options import Options

from .sample_format import depth_of

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.task import Probe

# Of AAC's profiles those that ADTS can name and every player knows.
_AAC_PROFILES = frozenset({"LC", "HE-AAC", "HE-AACv2"})
_SAYS_ITS_LENGTH = frozenset({"ogg", "flac"})


def can_copy(form: Format, options: Options, source: Probe) -> bool:
    """The codec fits, the container gives it away whole, and nothing is asked that would change a sample."""
    fits = source.codec == form.codec and bool(set(source.container.split(",")) & form.copy_from)
    # Streams that were joined to one, each with headers of its own, or FLAC that does not say how long it is.
    fits = fits and (source.duration_s is not None or source.container not in _SAYS_ITS_LENGTH)
    if form.codec == "aac":
        fits = fits and source.profile in _AAC_PROFILES
    return fits and source.channels <= form.max_channels and not _asks_for_change(options, source)


def _asks_for_change(options: Options, source: Probe) -> bool:
    """Whether an option says anything else than what the source is anyway."""
    as_it_is = Options(
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
    asked = replace(options, keep_tags=None).as_json()
    return not asked.items() <= as_it_is.as_json().items()

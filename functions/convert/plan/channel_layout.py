"""How many channels an output has, and in which layout where ffmpeg would not find it by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.options import Options
    from shared.domain.task import Probe

STEREO = 2
# How the filter begins that gives the channels a layout.
NAMED = "aformat=channel_layouts="
# By number of channels; the layouts of Vorbis (I, 4.3.9) and Opus (RFC 7845, 5.1.1.2).
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
# Codecs, and a format, that have a number for just these; AAC can describe others, and then cannot be entered
# in the middle. In AIFF ffmpeg gives 7.1 a number that means another order, which 7.0 and 7.1 cannot mix.
_OWN_LAYOUTS = {
    "aac": {**_LAYOUTS, 4: "4.0"},
    "alac": {**_LAYOUTS, 4: "4.0", 7: "6.1(back)", 8: "7.1(wide)"},
    "aiff": {8: "7.1(wide)"},
}
# Those that AAC has numbers for, or describes because no number comes near.
_IN_AAC = frozenset({"3.0", "4.0", "5.0", "5.1", "7.1", "2.1", "6.1"})
_STRICT_CODECS = frozenset({"opus", "vorbis"})
# Formats that take no other layout for so many channels, whatever the source's is.
_RENAMED = frozenset({"alac", "aiff"})


def channels_of(form: Format, options: Options, source: Probe) -> int:
    """As many as asked for or as the source has, as far as the format holds them."""
    return min(options.channels or source.channels, form.max_channels)


def layout_filter(form: Format, options: Options, source: Probe) -> str | None:
    """What brings the sound to another layout, before its loudness is measured and before it is encoded.

    None leaves the layout to ffmpeg, which keeps the source's where it can.
    """
    channels = channels_of(form, options, source)
    own = _OWN_LAYOUTS.get(form.name) or _OWN_LAYOUTS.get(form.codec, {})
    if form.name in _RENAMED and channels in own and channels == source.channels > STEREO:
        return _renamed(own[channels], channels)
    mixes = channels != source.channels
    is_odd = form.codec == "aac" and source.layout not in {"", *_IN_AAC}
    strict = form.codec in _STRICT_CODECS or is_odd or (mixes and channels in own)
    if not (strict and channels > STEREO) and not (mixes and options.loudness_lufs is not None):
        return None
    return f"{NAMED}{own.get(channels, _LAYOUTS[channels])}"


def naming_filters(result: Probe) -> tuple[str, ...]:
    """What gives AAC's channels names where it has none for so many: loudness cannot be measured without."""
    unnamed = result.codec == "aac" and not result.layout
    # Not by NAMED: ffmpeg 6.0 and 6.1 have no way from a guessed layout to one that is asked for.
    return (_renamed(_LAYOUTS[result.channels], result.channels),) if unnamed else ()


def _renamed(layout: str, channels: int) -> str:
    """Gives speakers other names, in their order: no sample is mixed with another."""
    order = "|".join(map(str, range(channels)))
    return f"channelmap=map={order}:channel_layout={layout}"

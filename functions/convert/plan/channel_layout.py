"""How many channels an output has, and in which layout where ffmpeg would not choose the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shared.domain.formats import Format
    from shared.domain.options import Options
    from shared.domain.task import Probe

STEREO = 2
# By number of channels: the layouts of Vorbis (I, 4.3.9) and Opus (RFC 7845, 5.1.1.2).
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
# Codecs, and a format, that have a number for these layouts only. AAC can describe others, but is then not
# seekable. In AIFF, ffmpeg gives 7.1 a number that means another order, which ffmpeg 7.0 and 7.1 cannot mix.
_OWN_LAYOUTS = {
    "aac": {**_LAYOUTS, 4: "4.0"},
    "alac": {**_LAYOUTS, 4: "4.0", 7: "6.1(back)", 8: "7.1(wide)"},
    "aiff": {8: "7.1(wide)"},
}
# Layouts that AAC has a number for, or describes because no number comes near.
_AAC_LAYOUTS = frozenset({"3.0", "4.0", "5.0", "5.1", "7.1", "2.1", "6.1"})
_STRICT_CODECS = frozenset({"opus", "vorbis"})
# Formats with a single layout for a number of channels, whatever the source's is.
_RENAMING_FORMATS = frozenset({"alac", "aiff"})


class LayoutFilter(NamedTuple):
    """A filter that changes the channel layout.

    Attributes:
        remixes: whether it mixes channels, or only gives them other names.
    """

    filter: str
    remixes: bool


def output_channels(form: Format, options: Options, source: Probe) -> int:
    """Return the requested number of channels or the source's, up to what the format holds."""
    return min(options.channels or source.channels, form.max_channels)


def layout_filter(form: Format, options: Options, source: Probe) -> LayoutFilter | None:
    """Return the filter that changes the layout before loudness is measured and audio is encoded.

    None leaves the layout to ffmpeg, which keeps the source's where it can.
    """
    channels = output_channels(form, options, source)
    own = _OWN_LAYOUTS.get(form.name) or _OWN_LAYOUTS.get(form.codec, {})
    if form.name in _RENAMING_FORMATS and channels in own and channels == source.channels > STEREO:
        return LayoutFilter(_rename(own[channels], channels), remixes=False)
    mixes = channels != source.channels
    is_unknown = form.codec == "aac" and source.layout not in {"", *_AAC_LAYOUTS}
    is_strict = form.codec in _STRICT_CODECS or is_unknown or (mixes and channels in own)
    if not (is_strict and channels > STEREO) and not (mixes and options.loudness_lufs is not None):
        return None
    return LayoutFilter(f"aformat=channel_layouts={own.get(channels, _LAYOUTS[channels])}", remixes=True)


def naming_filters(result: Probe) -> tuple[str, ...]:
    """Return a filter that names the channels of AAC without a layout: loudness needs their names."""
    is_unnamed = result.codec == "aac" and not result.layout
    # Not by aformat: ffmpeg 6.0 and 6.1 cannot convert a guessed layout to a requested one.
    return (_rename(_LAYOUTS[result.channels], result.channels),) if is_unnamed else ()


def _rename(layout: str, channels: int) -> str:
    """Return a filter that gives the channels other names, in their order, without mixing."""
    order = "|".join(map(str, range(channels)))
    return f"channelmap=map={order}:channel_layout={layout}"

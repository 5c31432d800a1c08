"""How many channels an output has, and the filters that bring the source to its layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .mix import BY_NUMBER, LAYOUTS, is_reordering, mix_matrix, pan_filter, peak_gain, speakers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.formats import Format
    from shared.domain.media import Probe
    from shared.domain.options import Options

STEREO = 2
# Codecs, and a format, that have a number for these layouts only. AAC can describe others, but is then not
# seekable. In AIFF, ffmpeg gives 7.1 a number that means another order, which ffmpeg 7.0 and 7.1 cannot mix.
_OWN_LAYOUTS = {
    "aac": {**BY_NUMBER, 4: "4.0"},
    "alac": {**BY_NUMBER, 4: "4.0", 7: "6.1(back)", 8: "7.1(wide)"},
    "aiff": {8: "7.1(wide)"},
}
# Layouts that AAC has a number for, or describes because no number comes near.
_AAC_LAYOUTS = frozenset({"3.0", "4.0", "5.0", "5.1", "7.1", "2.1", "6.1"})
_STRICT_CODECS = frozenset({"opus", "vorbis"})
# Formats with a single layout for a number of channels, regardless of the source's.
_RENAMING_FORMATS = frozenset({"alac", "aiff"})


class LayoutChange(NamedTuple):
    """How the source's channels become the output's.

    Attributes:
        filters: of ffmpeg.
        remixes: whether they mix channels, or only give them other names.
        peak_gain: the highest level, linear, that source channels at full scale can add up to.
        name: of the output's layout.
    """

    filters: tuple[str, ...]
    remixes: bool = False
    peak_gain: float = 1.0
    name: str = ""


def output_channels(form: Format, options: Options, source: Probe) -> int:
    """Return the requested number of channels or the source's, up to what the format holds."""
    return min(options.channels or source.channels, form.max_channels)


def layout_change(form: Format, options: Options, source: Probe) -> LayoutChange | None:
    """Return what changes the layout before loudness is measured and audio is encoded; None to keep it."""
    channels = output_channels(form, options, source)
    own = _OWN_LAYOUTS.get(form.name) or _OWN_LAYOUTS.get(form.codec, {})
    if form.name in _RENAMING_FORMATS and channels in own and channels == source.channels > STEREO:
        return LayoutChange((channelmap(own[channels], range(channels)),), name=own[channels])
    is_unknown = form.codec == "aac" and source.layout not in {"", *_AAC_LAYOUTS}
    is_strict = (form.codec in _STRICT_CODECS or is_unknown) and channels > STEREO
    if channels == source.channels and not is_strict:
        return None
    return _mix(source, own.get(channels, BY_NUMBER[channels]))


def _mix(source: Probe, layout: str) -> LayoutChange:
    known, target = speakers(source.layout, source.channels), tuple(LAYOUTS[layout].split())
    if known is None:
        return LayoutChange((f"aformat=channel_layouts={layout}",), remixes=True, name=layout)
    matrix = mix_matrix(known, target)
    if is_reordering(matrix):
        return LayoutChange((channelmap(layout, [row.index(1.0) for row in matrix]),), name=layout)
    # pan clips integer samples.
    return LayoutChange(
        ("aformat=sample_fmts=fltp", pan_filter(matrix, layout)),
        remixes=True,
        peak_gain=peak_gain(matrix),
        name=layout,
    )


def naming_filters(result: Probe) -> tuple[str, ...]:
    """Return a filter that names the channels of AAC without a layout: loudness needs their names."""
    is_unnamed = result.codec == "aac" and not result.layout
    # Not by aformat: ffmpeg 6.0 and 6.1 cannot convert a guessed layout to a requested one.
    return (channelmap(BY_NUMBER[result.channels], range(result.channels)),) if is_unnamed else ()


def channelmap(layout: str, order: Iterable[int]) -> str:
    """Return a filter that gives source channels, by number, the names of a layout, without mixing."""
    return f"channelmap=map={'|'.join(map(str, order))}:channel_layout={layout}"

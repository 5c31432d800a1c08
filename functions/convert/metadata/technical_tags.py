"""Tags that no person wrote: what a container or a program noted about the file that held the audio before.

They are left out, because about the new file they say nothing, or something wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.media import Probe

    from ..plan.plan import Plan


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Brands of MP4, AAC's gapless figures and its encoder's settings, Android's version; mkvmerge's statistics;
# lengths in ID3, CAF and Matroska; how Windows Media was made; FLV's onMetaData. No person uses these names.
_ANYWHERE = _names(
    """
    major_brand minor_version compatible_brands itunsmpb com.android.version vendor_id
    bps duration number_of_frames number_of_bytes source_id
    _statistics_tags _statistics_writing_app _statistics_writing_date_utc
    tlen wmfsdkversion wmfsdkneeded isvbr deviceconformancetemplate mediafoundationversion
    metadatacreator hasmetadata hasaudio hasvideo haskeyframes haskeyframe canseektoend
    datasize audiosize videosize lasttimestamp lastkeyframetimestamp lastkeyframelocation audiodelay
    """
) | {"encoding params", "approximate duration in seconds"}
# In AVI, the program that wrote the file; elsewhere it may be what the music was made with.
_BY_CONTAINER = {"avi": frozenset({"software"})}
# A person may have named an MP4's track by its handler, and in MP4 a track has one again.
_HANDLER, _WITH_HANDLER = "handler_name", "mp4"
# How the stream was encoded, which stays true of a copy.
_ENCODING = frozenset({"encoder", "encoder_options"})
# Private data of programs; only ID3 has a place for it.
_PRIVATE, _WITH_PRIVATE = "id3v2_priv.", frozenset({"mp3", "aac", "aiff"})
# Matroska appends a tag's language to its name.
_LANGUAGE = re.compile(r"-[a-z]{3}$")
_LEVELS = _names(
    """
    replaygain_track_gain replaygain_track_peak replaygain_album_gain replaygain_album_peak
    r128_track_gain r128_album_gain itunnorm
    """
)


def technical_tags(plan: Plan, source: Probe) -> Iterator[str]:
    """Yield the names of the source's tags that no one misses in the output: those that no person wrote."""
    yield from (name for name in stale_tags(plan, source) if not name.startswith(_PRIVATE))
    yield from (name for name in source.tags if _LANGUAGE.sub("", name) in _ENCODING)


def stale_tags(plan: Plan, source: Probe) -> Iterator[str]:
    """Yield the names, in lower case, of the source's tags that the output must not have."""
    names = _ANYWHERE | _BY_CONTAINER.get(source.container, frozenset())
    names |= frozenset() if plan.is_copied else _ENCODING
    names |= _LEVELS if plan.filters else frozenset()
    names |= frozenset() if _WITH_HANDLER in plan.form.containers else {_HANDLER}
    decoded = source.decoded_tags
    every = {**decoded.track, **decoded.recording} if decoded else source.tags
    for raw_name, value in every.items():
        name = raw_name.lower()
        is_private = name.startswith(_PRIVATE) and plan.form.name not in _WITH_PRIVATE
        is_undefined = (name, value) == ("language", "und")
        # ffmpeg would take what follows the first equals sign for the value, and set another tag.
        if "=" not in name and (is_private or is_undefined or _LANGUAGE.sub("", name) in names):
            yield name

"""Tags that no person wrote: what a container or a program noted of the file that held the sound before.

They are left behind, for of the new file they say nothing, or what is not true.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.task import Probe

    from ..plan.plan import Plan


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Brands of MP4, AAC's gapless figures and its encoder's settings, Android's version; what mkvmerge counted;
# lengths that ID3, CAF and Matroska note; what Windows Media says of its own making; what FLV's onMetaData
# lists. A person's words are never among these names.
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
# AVI's own name for what wrote the file: elsewhere `software` may be what made the music.
_OF_CONTAINER = {"avi": frozenset({"software"})}
# A person may have named an MP4's track by its handler, and a track has one in MP4 again.
_HANDLER, _HANDLED = "handler_name", "mp4"
# How the stream was encoded, which is true of a copy.
_OF_ENCODING = frozenset({"encoder", "encoder_options"})
# Programs' private data, which ID3 alone has a place for.
_PRIVATE, _ID3 = "id3v2_priv.", frozenset({"mp3", "aac", "aiff"})
# Matroska says the language of a tag behind its name.
_LANGUAGE = re.compile(r"-[a-z]{3}$")
_LEVELS = _names(
    """
    replaygain_track_gain replaygain_track_peak replaygain_album_gain replaygain_album_peak
    r128_track_gain r128_album_gain itunnorm
    """
)


def stale_tags(plan: Plan, source: Probe) -> Iterator[str]:
    """The names of those tags of the source, in lower case, that the output shall not have."""
    names = _ANYWHERE | _OF_CONTAINER.get(source.container, frozenset())
    names |= frozenset() if plan.copied else _OF_ENCODING
    names |= _LEVELS if plan.filters else frozenset()
    names |= frozenset() if _HANDLED in plan.form.containers else {_HANDLER}
    for name, value in source.tags.items():
        is_private = name.startswith(_PRIVATE) and plan.form.name not in _ID3
        is_unknown = (name, value) == ("language", "und")
        # ffmpeg takes what follows the first equals sign for the value, and would set another tag.
        if "=" not in name and (is_private or is_unknown or _LANGUAGE.sub("", name) in names):
            yield name

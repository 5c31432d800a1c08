"""Tags that no person wrote: what a container or a program noted about the file that held the audio before.

They are left out, because about the new file they say nothing, or something wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model.tags import Entry, Unknown


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Brands of MP4, AAC's gapless figures and its encoder's settings, Android's version; mkvmerge's statistics;
# lengths in ID3, CAF and Matroska; how Windows Media was made; FLV's onMetaData; encoders.
_ANYWHERE = _names(
    """
    major_brand minor_version compatible_brands itunsmpb itunnorm com.android.version vendor_id
    bps duration number_of_frames number_of_bytes source_id handler_name
    _statistics_tags _statistics_writing_app _statistics_writing_date_utc
    tlen wmfsdkversion wmfsdkneeded isvbr deviceconformancetemplate mediafoundationversion
    metadatacreator hasmetadata hasaudio hasvideo haskeyframes haskeyframe canseektoend
    datasize audiosize videosize lasttimestamp lastkeyframetimestamp lastkeyframelocation audiodelay
    encoder encoder_options encodersettings encodingtime taggingdate filetype playlistdelay
    """
) | {"encoding params", "approximate duration in seconds"}
# In AVI, the program that wrote the file; elsewhere it may be what the music was made with.
_BY_CONTAINER = {"avi": frozenset({"software"})}
# Private data of programs, and figures of players about a file.
_PRIVATE = ("PRIV", "MCDI", "PCNT", "NCON", "RGAD", "XRVA", "RVAD", "RVA2", "TLEN", "SEEK", "ETCO", "MLLT")
# Matroska appends a tag's language to its name.
_LANGUAGE = re.compile(r"-[a-z]{3}$")


def is_technical(entry: Entry, container: str) -> bool:
    """Return whether an entry says nothing about the music."""
    name = entry.name.lower()
    names = _ANYWHERE | _BY_CONTAINER.get(container, frozenset())
    return (name, entry.value) == ("language", "und") or name in names or _LANGUAGE.sub("", name) in names


def is_private(unknown: Unknown) -> bool:
    """Return whether no person misses a frame or an atom that the model has no place for."""
    return unknown.name.startswith(_PRIVATE)

"""What an audio track is for, beside the programme's own sound: by its flags, or else by its title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN, COMMENTARY, DESCRIPTION, OTHER = "main", "commentary", "description", "other"
# ffprobe's names of a stream's flags. A mix for the hard of hearing, or for singing along, is not the sound
# that most people want.
_FLAGS = {
    "comment": COMMENTARY,
    "visual_impaired": DESCRIPTION,
    "descriptions": DESCRIPTION,
    "hearing_impaired": OTHER,
    "karaoke": OTHER,
    "lyrics": OTHER,
    "clean_effects": OTHER,
}
# For the blind and partially sighted. `AD` is its usual abbreviation, as a word of its own.
_DESCRIPTIONS = re.compile(
    r"""audio\W?(?:descri|deskr|beschrij|vision)|descripti(?:ve|on)|described|hörfilm|syntolk|synstolk
        |kuvailutulk|lektor\s+dla\s+niewidomych|(?:visually?|sight)\W?impaired|partially\s+sighted
        |\bblind|sehbehindert|malvoyant|aveugle|ipovedent|non\s+vedent|ciegos|cegos|niewidom|nevidom
        |тифло|аудиодескрип|слепых|音声ガイド|音声解説|화면\s?해설|口述影像|\bdvs\b|(?-i:\bAD\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTARIES = re.compile(
    r"""com+ent|kom+ent|коммент|комент|コメンタリー|解説|评论|評論|코멘터리|해설|\byorum|σχόλι|σχολι
        |فسير|تعليق|פרשנ""",
    re.IGNORECASE | re.VERBOSE,
)
# A match or a game without anyone who talks over it.
_WITHOUT = re.compile(r"\b(?:no|non|without|ohne|sans|sin|sem|senza|без)\b", re.IGNORECASE)


def purpose_of(disposition: Mapping[str, int], title: str) -> str:
    """Return `main`, `commentary`, `description` or `other`.

    Args:
        disposition: the stream's flags, by ffprobe's names.
        title: of the track.
    """
    flagged = next((purpose for flag, purpose in _FLAGS.items() if disposition.get(flag)), None)
    if flagged or not title or _WITHOUT.search(title):
        return flagged or MAIN
    if _DESCRIPTIONS.search(title):
        return DESCRIPTION
    return COMMENTARY if _COMMENTARIES.search(title) else MAIN

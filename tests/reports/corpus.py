"""All reports, by kind; the page of reports has them in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reports.elsewhere import ELSEWHERE
from tests.reports.kinds import (
    accessories,
    covers,
    encodings,
    films_and_broadcasts,
    flac_and_ogg,
    levels,
    mpeg_audio,
    phones_and_browsers,
    reading_tags,
    tags_and_covers,
    telephony_and_games,
    wave_headers,
    writing_tags,
)

if TYPE_CHECKING:
    from tests.reports.report import Report

KINDS: dict[str, tuple[Report, ...]] = {
    "Headers of WAV files": wave_headers.REPORTS,
    "MP3": mpeg_audio.REPORTS,
    "FLAC and Ogg": flac_and_ogg.REPORTS,
    "Phones and browsers": phones_and_browsers.REPORTS,
    "Telephony and games": telephony_and_games.REPORTS,
    "Films and broadcasts": films_and_broadcasts.REPORTS,
    "Tags and covers": tags_and_covers.REPORTS,
    "Reading tags": reading_tags.REPORTS,
    "Writing tags": writing_tags.REPORTS,
    "Encodings of tags": encodings.REPORTS,
    "Covers": covers.REPORTS,
    "Broken pictures": accessories.REPORTS,
    "Levels and loudness": levels.REPORTS,
}
__all__ = ("ELSEWHERE", "KINDS", "REPORTS")
REPORTS = tuple(report for reports in KINDS.values() for report in reports)

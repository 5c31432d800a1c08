"""Covers that players do not show, or containers do not hold: they become such as both do."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import mutagen
from mutagen.flac import Picture

from tests.reports.inputs import pictures
from tests.reports.inputs.made import encoded, sine
from tests.reports.inputs.tags import frame, id3, text
from tests.reports.kinds.tags_and_covers import flac, jpeg
from tests.reports.report import Converted, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reports.outcome import Result

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"
FRONT, BACK = 3, 4


def mp3(*covers: bytes, kind: bytes = b"image/webp", front_last: bool = False) -> bytes:
    """An MP3 with a front cover, and then a back."""
    kinds = [BACK, FRONT] if front_last else [FRONT, BACK]
    frames = (
        frame(b"APIC", b"\0" + kind + b"\0" + bytes([n]) + b"\0" + cover)
        for n, cover in zip(kinds, covers, strict=False)
    )
    sound = encoded("libmp3lame -id3v2_version 0", "mp3", sine(0.5))
    return id3(text(b"TIT2", "Song"), *frames) + sound


def opus(cover: bytes, mime: str) -> bytes:
    """An Opus file with a cover among its comments."""
    block = Picture()
    block.type, block.mime, block.data = FRONT, mime, cover
    made = io.BytesIO(encoded("libopus", "opus", sine(0.5)))
    file = mutagen.File(made)
    file["metadata_block_picture"] = base64.b64encode(block.write()).decode()
    made.seek(0)
    file.save(made)
    return made.getvalue()


def found(result: Result) -> list[bytes]:
    """The pictures of an output, with mutagen."""
    file = mutagen.File(io.BytesIO(result.data))
    if hasattr(file, "pictures"):
        return [one.data for one in file.pictures]
    if "covr" in (file.tags or ()):
        return [bytes(one) for one in file["covr"]]
    if hasattr(file.tags, "getall"):
        return [one.data for one in file.tags.getall("APIC")]
    return [Picture(base64.b64decode(one)).data for one in file.get("metadata_block_picture", ())]


def begin_with(*magics: bytes) -> Callable[[Result], None]:
    def check(result: Result) -> None:
        assert [data[: len(m)] for data, m in zip(found(result), magics, strict=True)] == list(magics)

    return check


def is_kept(data: bytes) -> Callable[[Result], None]:
    def check(result: Result) -> None:
        assert found(result)[0] == data

    return check


def shown(*magics: bytes, notes: tuple[str, ...] = ()) -> Converted:
    """The output has just these pictures."""
    return Converted(tags={"title": "Song"}, notes=notes, also=begin_with(*magics))


REPORTS = (
    Report(
        "A cover in WebP says that it is a JPEG.",
        ["advplyr/audiobookshelf 239"],
        "It becomes one.",
        lambda: mp3(pictures.WEBP, kind=b"image/jpeg"),
        shown(JPEG),
        to="aiff",
    ),
    Report(
        "A book cannot be converted to M4B, because its cover is a WebP.",
        ["advplyr/audiobookshelf 3379"],
        "The cover becomes a JPEG.",
        lambda: mp3(pictures.WEBP),
        shown(JPEG),
        to="m4a",
    ),
    Report(
        "Opus files with covers in WebP show none.",
        ["kartik-venugopal/aural-player 123", "yt-dlp/yt-dlp 3816"],
        "In any other format it is a JPEG. A copy keeps it as it is.",
        lambda: opus(pictures.WEBP, "image/webp"),
        Converted(also=begin_with(JPEG)),
        to="ogg",
    ),
    Report(
        "A thumbnail in WebP cannot be embedded in an MP3.",
        ["ytdl-org/youtube-dl 25687", "Bluegrams/YoutubeDLSharp 13", "alexta69/metube 188"],
        "It is embedded as a JPEG.",
        lambda: opus(pictures.WEBP, "image/webp"),
        Converted(also=begin_with(JPEG)),
        to="mp3",
        is_wide=True,
    ),
    Report(
        "An animated WebP as a cover is not shown: ffmpeg skips its chunks.",
        ["mpv-player/mpv 11047"],
        "Its first frame is the cover.",
        lambda: mp3(pictures.animated_webp(pictures.WEBP, pictures.TRANSPARENT_WEBP)),
        shown(JPEG),
        to="flac",
    ),
    Report(
        "A transparent WebP as a cover makes the embedding fail.",
        ["advplyr/audiobookshelf 3379"],
        "It becomes a PNG, which is transparent too.",
        lambda: mp3(pictures.TRANSPARENT_WEBP),
        shown(PNG),
        to="m4a",
        is_wide=True,
    ),
    Report(
        "A thumbnail that is a GIF cannot be embedded.",
        ["yt-dlp/yt-dlp 2988"],
        "It becomes a PNG of its first frame.",
        lambda: mp3(pictures.GIF, kind=b"image/gif"),
        shown(PNG),
        to="opus",
    ),
    Report(
        "Covers in BMP are embedded as they are, and few players show them.",
        ["romanoh/Mp3tag 5"],
        "They become JPEG.",
        lambda: mp3(pictures.bmp(40, 40), kind=b"image/bmp"),
        shown(JPEG),
        to="flac",
    ),
    Report(
        "A PNG that is said to be a JPEG is not shown.",
        ["jwallet/spy-spotify 499", "xune-software/xune-releases 6"],
        "It is written as what its bytes are.",
        lambda: mp3(pictures.png(20, 20), kind=b"image/jpg"),
        shown(PNG),
        to="flac",
    ),
    Report(
        "Covers in MP3 have no media type, and ffmpeg does not show them.",
        ["Otiel/BandcampDownloader 400"],
        "Their first bytes say what they are.",
        lambda: mp3(jpeg(), kind=b""),
        shown(JPEG),
        to="m4a",
        is_wide=True,
    ),
    Report(
        "Of two pictures, the back cover is shown instead of the front.",
        ["jellyfin/jellyfin 8682", "ubuntu-flutter-community/musicpod 1111"],
        "Both are kept, the front cover first.",
        lambda: mp3(jpeg(), pictures.png(8, 8), front_last=True),
        shown(PNG, JPEG),
        to="m4a",
    ),
    Report(
        "A file with several pictures shows none.",
        ["music-assistant/support 2090", "advplyr/audiobookshelf 2316"],
        "All of them are kept, whatever their kind.",
        lambda: mp3(pictures.WEBP, pictures.GIF),
        shown(JPEG, PNG),
        to="flac",
    ),
    Report(
        "A cover of more than 16 MiB makes a FLAC that cannot be read, or none at all.",
        [
            "beetbox/beets 3284",
            "taglib/taglib 1249",
            "nathom/streamrip 319",
            "puddletag/puddletag 937",
            "metabrainz/picard 1362",
            "gchudov/cuetools.net 139",
        ],
        "It is made smaller, with a note.",
        lambda: mp3(pictures.png(2500, 2300), kind=b"image/png"),
        shown(JPEG, notes=("cover_reduced",)),
        to="flac",
    ),
    Report(
        "A cover of 4 MB keeps a FLAC from being encoded.",
        ["xiph/flac 370"],
        "It is kept as it is.",
        lambda: mp3(pictures.png(1300, 1250), kind=b"image/png"),
        Converted(tags={"title": "Song"}, also=is_kept(pictures.png(1300, 1250))),
        to="flac",
        is_wide=True,
    ),
    Report(
        "Tags of an Opus file are not shown if it has a cover.",
        ["mpv-player/mpv 5577", "navidrome/navidrome 857"],
        "Both are kept.",
        lambda: flac("TITLE=Song", "ARTIST=Band", picture=jpeg()),
        Converted(tags={"title": "Song", "artist": "Band"}, has_cover=True),
        to="opus",
        is_wide=True,
    ),
    Report(
        "The cover is lost on the way from FLAC to Ogg.",
        ["ZivaVatra/flac2all 4"],
        "It is kept.",
        lambda: flac("TITLE=Song", picture=jpeg()),
        shown(JPEG),
        to="ogg",
        is_wide=True,
    ),
    Report(
        "An MP3 with a cover in PNG cannot become an M4A: the cover is encoded as video.",
        ["C4illin/ConvertX 601", "slhck/ffmpeg-normalize 128", "TypNull/Tubifarry 196"],
        "It is passed on as a cover.",
        lambda: mp3(pictures.png(20, 20), kind=b"image/png"),
        shown(PNG),
        to="m4a",
        is_wide=True,
    ),
    Report(
        "Album images cannot be extracted: a WebP of 36 bytes has 144 million pixels.",
        ["navidrome/navidrome 5059"],
        "It is left out, with a note, and nothing decodes it.",
        lambda: mp3(pictures.huge_webp(12_000)),
        Converted(tags={"title": "Song"}, has_cover=False, notes=["cover_dropped"]),
        to="flac",
    ),
)

"""Of several audio tracks, the one that people want is converted, or the one that they ask for.

Each track is a tone of its own frequency, by which the output tells which one it came from.
"""

from __future__ import annotations

import array
import itertools
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.probe.probe import probe
from functions.convert.probe.purpose import purpose_of
from functions.convert.source.fetch import FetchedSource
from functions.convert.source.probed_source import probe_fetched
from shared.domain.errors import TrackNotFound
from shared.domain.files import Output
from shared.domain.options import Options
from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.docs.conversion_matrix import convert_probed, decoded
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from shared.domain.notes.base import Note

FILM = ("-metadata", "title=Film")


def film(target: Path, tracks: Sequence[str], codec: str = "flac", *arguments: str) -> Path:
    """A file with tones of 400, 800, 1,200 Hz …, each with its arguments, `#` for the number of the track."""
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y"]
    for n in range(1, len(tracks) + 1):
        argv += ["-f", "lavfi", "-i", f"sine=frequency={400 * n}:duration=0.5:sample_rate=48000"]
    for n, track in enumerate(tracks):
        argv += ["-map", f"{n}:a", *(part.replace("#", str(n)) for part in track.split("|") if part)]
    subprocess.run([*argv, "-c:a", codec, *arguments, str(target)], check=True, timeout=HANG_S)
    return target


def title(text: str, flags: str = "0", language: str = "") -> str:
    about = f"-metadata:s:a:#|title={text}|-disposition:a:#|{flags}"
    return f"{about}|-metadata:s:a:#|language={language}" if language else about


def heard(tools: Tools, file: Path) -> int:
    """The number of the tone, by its zero crossings."""
    samples = array.array("h", decoded(tools, [file], "pcm_s16le")[0])
    rises = sum(before < 0 <= after for before, after in itertools.pairwise(samples))
    return round(rises / (len(samples) / 48_000) / 400)


def converted(
    tools: Tools, source: Path, folder: Path, track: str | None = None
) -> tuple[int, dict[str, str], list[Note]]:
    """The number of the track that FLAC and WAV have, the FLAC's tags, and the notes."""
    notes: list[Note] = []
    folder.mkdir(exist_ok=True)
    given = folder / "source"
    given.write_bytes(source.read_bytes())
    probed = probe_fetched(tools, FetchedSource(given), Options(track=track))
    outputs = [Output(form, f"out.{form}", Options(track=track, channels=1)) for form in ("flac", "wav")]
    flac, wav = convert_probed(tools, probed, outputs, notes)
    number = heard(tools, flac.file)
    assert number == heard(tools, wav.file) == probed.probe.track
    return number, flac.probe.tags, notes


# Titles and marks of all tracks, in order, and the number of the right one.
CHOICES = {
    "the default one": ([title("A"), title("B", "default")], 2),
    "a default commentary": ([title("Director's Commentary", "default"), title("Stereo")], 2),
    "a commentary by its mark": ([title("A", "default+comment"), title("B")], 2),
    "a description by its mark": ([title("A", "default+visual_impaired"), title("B")], 2),
    "commentaries first": ([title("Kommentar"), title("Audiokommentar"), title("Deutsch")], 3),
    "a description by its title": ([title("Audiodescripción"), title("Español")], 2),
    "a short description": ([title("English AD", "default"), title("English")], 2),
    "a mix for the hard of hearing": ([title("A", "hearing_impaired"), title("B")], 2),
    "nothing but commentaries": ([title("Commentary 1"), title("Commentary 2", "default")], 2),
    "a match without commentary": ([title("No commentary", "default"), title("Commentary")], 1),
    "two equals": ([title("A", "default"), title("B", "default")], 1),
    "no marks": ([title(""), title("")], 1),
}


@pytest.mark.parametrize("case", chosen(CHOICES, list(CHOICES)[::3]))
def test_the_main_track_is_chosen(tools: Tools, tmp_path: Path, case: str) -> None:
    """jellyfin/jellyfin 5179, damontecres/Wholphin 1657, lisamelton/other_video_transcoding 187."""
    tracks, right = CHOICES[case]
    # Without decoding: ffprobe's report has it all.
    found = probe(tools, film(tmp_path / "film.mkv", tracks, "pcm_s16le", *FILM))

    assert found.track == right
    assert found.stream == right - 1
    assert [track.number for track in found.tracks] == list(range(1, len(tracks) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "Commentary with the cast", "Audio Commentary", "Commentaire audio", "Comentarios del director",
        "Commento del regista", "Comentário", "Regiekommentar", "Commentaar", "Komentarz reżysera",
        "Komentář",
        "Kommentti", "Комментарии режиссёра", "オーディオコメンタリー", "评论音轨", "코멘터리",
        "Yönetmen yorumu",
        "Audio Description", "Descriptive Audio", "Described Video", "Audiodescription", "Audiodescrizione",
        "Audiodescrição", "Audiodeskription", "Hörfilmfassung", "Audiodeskrypcja", "Syntolkning",
        "Audiobeschrijving", "Kuvailutulkkaus", "Тифлокомментарий", "音声ガイド", "화면해설", "English (AD)",
        "For the visually impaired",
    ],
)  # fmt: skip
def test_a_title_says_what_a_track_is_for(text: str) -> None:
    assert purpose_of({}, text) in {"commentary", "description"}


@pytest.mark.parametrize(
    "text", ["", "English", "Surround 5.1", "Adagio", "Deutsch", "Radio", "without commentary"]
)
def test_other_titles_say_nothing(text: str) -> None:
    assert purpose_of({}, text) == "main"


def test_the_result_has_the_sound_of_the_main_track_and_the_title_of_the_film(
    tools: Tools, tmp_path: Path
) -> None:
    source = film(
        tmp_path / "film.mkv",
        [title("Commentary", "default", "eng"), title("Main", "0", "fre")],
        "flac",
        *FILM,
    )
    number, tags, notes = converted(tools, source, tmp_path / "made")

    assert number == 2
    assert tags["title"] == "Film"
    assert [(note.code, dict(note.figures)) for note in notes] == [
        ("track_chosen", {"track": 2, "tracks": 2})
    ]


TRACKS = {"1": 1, "3": 3, "en": 1, "eng": 1, "FR": 3, "fra": 3, "fre": 3}


@pytest.mark.parametrize("track", chosen(TRACKS, {"3", "FR"}))
def test_a_track_is_selected_by_number_or_language(tools: Tools, tmp_path: Path, track: str) -> None:
    right = TRACKS[track]
    tracks = [title("A", "default", "eng"), title("Commentary", "0", "fre"), title("C", "0", "fre")]
    number, tags, notes = converted(tools, film(tmp_path / "film.mkv", tracks), tmp_path / "made", track)

    assert number == right
    assert tags["title"] == ["A", "Commentary", "C"][right - 1]
    assert [note.code for note in notes if note.code == "track_chosen"] == []


def test_a_track_in_mp4_is_selected_exact_to_the_sample(tools: Tools, tmp_path: Path) -> None:
    tracks = [title("", "default", "eng"), title("", "0", "deu")]
    source = film(tmp_path / "film.mp4", tracks, "aac", *FILM)

    assert converted(tools, source, tmp_path / "made", "de")[0] == 2


@pytest.mark.parametrize("track", chosen(["3", "ja", "99"], {"ja"}))
def test_a_track_that_does_not_exist_lists_those_that_do(tools: Tools, tmp_path: Path, track: str) -> None:
    source = film(tmp_path / "film.mkv", [title("Main", "default", "eng"), title("Commentary", "0", "fre")])

    with pytest.raises(TrackNotFound) as caught:
        probe(tools, source, track)

    assert '1 (eng, flac, 1 channel, "Main"), 2 (fre, flac, 1 channel, "Commentary")' in caught.value.message
    assert track in caught.value.message


def test_a_track_that_decodes_to_nothing_does_not_decide(tools: Tools, tmp_path: Path) -> None:
    """The decoder opens, but each packet is junk."""
    source = film(tmp_path / "film.mkv", [title("A", "default"), title("B")], "flac", "-c:a:0", "ac3")
    data = bytearray(source.read_bytes())
    # Frames of AC-3 begin with 0b77.
    for found in re.finditer(b"\x0b\x77", bytes(data)):
        data[found.start() : found.start() + 100] = b"\xaa" * 100
    source.write_bytes(data)

    assert converted(tools, source, tmp_path / "made")[0] == 2

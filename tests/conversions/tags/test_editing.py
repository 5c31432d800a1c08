"""The option `tags` sets, replaces and removes fields, in copies without touching anything else."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from mutagen.aiff import AIFF
from mutagen.apev2 import APENoHeaderError, APEv2
from mutagen.flac import FLAC
from mutagen.id3 import COMM, GEOB, ID3, TALB, TIT2, TPE1, TRCK, TXXX, UFID
from mutagen.mp4 import MP4, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from shared.domain.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.verify.verified_output import VerifiedOutput

EDITS = {"title": "Luna", "artist": ["Ana", "Luis"], "tracknumber": 4, "comment": None, "barcode": "123"}


def vendor(file: FLAC | OggOpus) -> str:
    """What is said to have encoded it."""
    assert file.tags
    return str(file.tags.vendor)  # type: ignore[union-attr]  # mutagen annotates its base


@pytest.fixture(scope="module", params=[3, 4])
def tagged_mp3(
    request: pytest.FixtureRequest, material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    file = tmp_path_factory.mktemp("edited") / "song.mp3"
    file.write_bytes(material["mp3"].read_bytes())
    tags = ID3()
    tags.add(TIT2(encoding=1, text="Sol"))
    tags.add(TPE1(encoding=1, text="Eva"))
    tags.add(TALB(encoding=1, text="Álbum"))
    tags.add(TRCK(encoding=0, text="3/12"))
    tags.add(COMM(encoding=1, lang="spa", desc="", text="nada"))
    tags.add(TXXX(encoding=1, desc="BARCODE", text="999"))
    tags.add(TXXX(encoding=1, desc="MY", text="own"))
    tags.add(UFID(owner="http://musicbrainz.org", data=b"abc"))
    tags.add(GEOB(encoding=0, mime="application/x", desc="Serato", data=b"\xff\0cues\xff\xe0"))
    tags.save(file, v2_version=request.param)
    return file


def test_a_copied_mp3_keeps_its_version_and_all_other_frames(
    made: Callable[..., VerifiedOutput], tagged_mp3: Path
) -> None:
    before, result = ID3(tagged_mp3, translate=False), made(tagged_mp3, "mp3", tags=EDITS)
    after = ID3(result.file, translate=False)

    assert result.plan.is_copied
    assert after.version == before.version
    assert after["TIT2"].text == ["Luna"]
    assert after["TPE1"].text == (["Ana/Luis"] if before.version[1] == 3 else ["Ana", "Luis"])
    assert (after["TRCK"].text, after["TXXX:BARCODE"].text) == (["4/12"], ["123"])
    assert not after.getall("COMM")
    for kept in ("TALB", "TXXX:MY", "UFID:http://musicbrainz.org", "GEOB:Serato"):
        assert after[kept] == before[kept], kept


def test_an_edited_copy_of_version_2_2_has_all_its_frames_in_2_3(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    def frame(name: bytes, body: bytes) -> bytes:
        return name + len(body).to_bytes(3) + body

    jpeg = b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x10" + bytes(20)
    frames = (
        *(frame(b"TT2", b"\0Sol"), frame(b"TP1", b"\0Eva"), frame(b"TAL", b"\1" + "Álbum".encode("utf-16"))),
        *(frame(b"TRK", b"\0003/12"), frame(b"COM", b"\0spa\0nada"), frame(b"TXX", b"\0BARCODE\x00999")),
        *(frame(b"TXX", b"\0MY\0own"), frame(b"UFI", b"http://musicbrainz.org\0abc")),
        *(frame(b"GEO", b"\0a/x\0\0Serato\0cues\xff\xe0"), frame(b"PIC", b"\0JPG\4rear\0" + jpeg)),
        *(frame(b"CNT", b"\0\0\0\7"), frame(b"CRM", b"me\0why\0secret"), frame(b"TCP", b"\x001")),
    )
    body = b"".join(frames)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    file, plain = tmp_path / "old.mp3", material["mp3"].read_bytes()
    begin = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(plain[6:10], (21, 14, 7, 0), strict=True))
    file.write_bytes(b"ID3\2\0\0" + size + body + plain[begin:])
    kept, result = made(file, "mp3"), made(file, "mp3", tags=EDITS)
    after = ID3(result.file, translate=False)

    assert kept.file.read_bytes()[10 : 10 + len(body)] == body
    assert (result.plan.is_copied, after.version) == (True, (2, 3, 0))
    assert (after["TIT2"].text, after["TRCK"].text, after["TXXX:BARCODE"].text) == (
        ["Luna"],
        ["4/12"],
        ["123"],
    )
    assert (after["TALB"].text, after["TXXX:MY"].text, after["TCMP"].text) == (["Álbum"], ["own"], ["1"])
    assert after["UFID:http://musicbrainz.org"].data == b"abc"
    assert (after["GEOB:Serato"].data, after["PCNT"].count) == (b"cues\xff\xe0", 7)
    picture = after["APIC:rear"]
    assert (picture.mime, picture.type, picture.data) == ("image/jpeg", 4, jpeg)
    assert [(one.owner, one.data) for one in after.getall("PRIV")] == [("id3v2.2:CRM", b"me\0why\0secret")]
    assert not after.getall("COMM")


@pytest.mark.parametrize("options", [{"tags": {"album": "Mar"}}, {"replayGain": True}])
def test_what_only_the_ape_tag_of_a_copied_mp3_has_moves_into_its_id3(
    made: Callable[..., VerifiedOutput], tagged_mp3: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    source = tmp_path / "both.mp3"
    source.write_bytes(tagged_mp3.read_bytes())
    ape = APEv2()
    ape.update({"Title": "Sol", "Composer": "Nora", "REPLAYGAIN_TRACK_GAIN": "-77.00 dB"})
    ape.save(source)
    result = made(source, "mp3", **options)
    after = ID3(result.file, translate=False)

    assert result.plan.is_copied
    assert (after["TCOM"].text, after["TIT2"].text) == (["Nora"], ["Sol"])
    assert after["GEOB:Serato"].data == b"\xff\0cues\xff\xe0"
    with pytest.raises(APENoHeaderError):
        APEv2(result.file)
    gains = [frame.text for frame in after.getall("TXXX") if "gain" in frame.desc.lower()]
    assert all("-77" not in text for texts in gains for text in texts) is ("replayGain" in options)


def test_a_copied_flac_keeps_all_other_comments(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "song.flac"
    file.write_bytes(material["flac"].read_bytes())
    tags = FLAC(file)
    tags.update({"title": "Sol", "comment": ["a", "b"], "my own": ["x", "y"]})
    tags.save()
    result = FLAC(made(file, "flac", tags=EDITS).file)

    assert (result["title"], result["artist"], result["my own"]) == (["Luna"], ["Ana", "Luis"], ["x", "y"])
    assert "comment" not in result
    assert len(result.pictures) == len(tags.pictures)
    assert vendor(result) == vendor(tags)


def test_a_copied_m4a_keeps_all_other_items(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "song.m4a"
    file.write_bytes(material["m4a (AAC)"].read_bytes())
    tags = MP4(file)
    tags["----:org.example:own"] = [MP4FreeForm(b"\1\2", 0)]
    tags["trkn"] = [(3, 12)]
    tags["stik"] = [1]
    tags.save()
    result = made(file, "m4a", tags=EDITS)
    after = MP4(result.file)

    assert result.plan.is_copied
    assert (after["©nam"], after["©ART"], after["trkn"], after["stik"]) == (
        ["Luna"],
        ["Ana", "Luis"],
        [(4, 12)],
        [1],
    )
    assert bytes(after["----:com.apple.iTunes:BARCODE"][0]) == b"123"
    assert bytes(after["----:org.example:own"][0]) == b"\1\2"
    assert after["covr"] == tags["covr"]


def test_a_copied_opus_keeps_its_vendor(
    made: Callable[..., VerifiedOutput], material: dict[str, Path]
) -> None:
    before, after = OggOpus(material["opus"]), OggOpus(made(material["opus"], "opus", tags=EDITS).file)

    assert (after["title"], after["artist"]) == (["Luna"], ["Ana", "Luis"])
    assert vendor(after) == vendor(before)


def wav_chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


@pytest.fixture(scope="module")
def recording(
    material: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[bytes]]:
    """A WAV with chunks before and behind its audio."""
    tag = ID3()
    tag.add(TIT2(encoding=3, text="Sol"))
    tag.add(GEOB(encoding=0, mime="application/x", desc="Serato", data=b"cues"))
    data = BytesIO()
    tag.save(data)
    chunks = [
        wav_chunk(b"bext", b"Interview".ljust(602, b"\0") + b"A=PCM"),
        wav_chunk(b"cue ", struct.pack("<IIIIIII", 1, 1, 1000, 0x61746164, 0, 0, 1000)),
        wav_chunk(b"iXML", b"<BWFXML/>"),
        wav_chunk(b"id3 ", data.getvalue()),
    ]
    plain = material["wav"].read_bytes()
    body = plain[8:12] + chunks[0] + plain[12:] + b"".join(chunks[1:])
    file = tmp_path_factory.mktemp("recording") / "take.wav"
    file.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return file, chunks


def test_a_wav_with_the_same_samples_keeps_its_chunks(
    made: Callable[..., VerifiedOutput], recording: tuple[Path, list[bytes]]
) -> None:
    file, chunks = recording
    same, quieter = (made(file, "wav", **options).file.read_bytes() for options in ({}, {"gainDb": -3}))

    assert [chunk in same for chunk in chunks] == [True] * 4
    assert [chunk[:4] in quieter for chunk in chunks] == [True, False, True, True]
    assert b"Serato" not in quieter


def test_an_edited_wav_keeps_its_cues(
    made: Callable[..., VerifiedOutput], recording: tuple[Path, list[bytes]]
) -> None:
    file, chunks = recording
    result = made(file, "wav", tags={"title": "Luna"}).file

    assert WAVE(result)["TIT2"].text == ["Luna"]
    assert chunks[1] in result.read_bytes()


def test_an_aiff_with_the_same_samples_keeps_its_tag(
    made: Callable[..., VerifiedOutput], material: dict[str, Path], tmp_path: Path
) -> None:
    """M-Igashi/baken 117: cue points of DJs were lost where a program went through ffmpeg."""
    file = tmp_path / "song.aiff"
    file.write_bytes(material["aiff"].read_bytes())
    audio: Any = AIFF(file)
    audio.tags.add(GEOB(encoding=0, mime="application/x", desc="Serato", data=b"cues"))
    audio.save()
    result = AIFF(made(file, "aiff", tags={"title": "Luna"}).file)

    assert (result["GEOB:Serato"].data, result["TIT2"].text) == (b"cues", ["Luna"])


def test_only_the_new_tags_are_written_without_those_of_the_source(
    made_all: Callable[..., dict[str, VerifiedOutput]], material: dict[str, Path]
) -> None:
    results = made_all(material["flac"], *FORMATS, keepTags=False, tags={"title": "Luna"})

    assert {form: one.probe.tags.get("title") for form, one in results.items()} == dict.fromkeys(
        FORMATS, "Luna"
    )
    assert not any("artist" in one.probe.tags or one.probe.cover for one in results.values())

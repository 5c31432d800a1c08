"""Files that are not audio, or in formats that are not supported, are named."""

from __future__ import annotations

import pytest

from functions.convert.probe.kinds import check_kind, unknown_kind
from shared.domain.errors import Encrypted, NotAudio

NAMED = {
    b"MThd\0\0\0\6": "This is a MIDI file: it holds notes, no sound.",
    b"RIFF\0\0\0\0RMID": "This is a MIDI file",
    b".ra\xfd\0\4": "RealAudio",
    b".RMF\0\0\0\x12": "RealAudio",
    b"FORM\0\0\0\08SVXVHDR": "This is an 8SVX file",
    b"NIST_1A\n   1024\n": "NIST SPHERE",
    b"ea3\x03\0\0\0\0": "ATRAC",
    b"\0\x08\0\0".ljust(260, b"\0") + b"\2": "ATRAC1",
    b"OFR \x0c\0\0\0": "OptimFROG",
    b"ajkg\2": "Shorten",
    b"RIFF$\0\0\0CDDA": "audio CD",
    b"PK\3\4": "ZIP archive",
    b"\xff\xd8\xff\xe0": "JPEG picture",
    b"%PDF-1.4": "PDF document",
    b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic": "HEIC or AVIF picture",
    b"\0\0\0\x18ftypheix\0\0\0\0mif1heix": "HEIC or AVIF picture",
    b"MM\0*\0\0\0\x08": "TIFF picture",
    b"song.wav".ljust(257, b"\0") + b"ustar\x0000": "TAR archive",
}
FOUND_IN_NOTHING = {
    b"<!DOCTYPE html><html>": "web page",
    b"\xef\xbb\xbf#EXTM3U\n": "playlist",
    b'REM GENRE Pop\nFILE "a.wav" WAVE': "cue sheet",
    "Notas de la grabación".encode(): "text file",
    bytes(512): "zeros",
}


@pytest.mark.parametrize("head", NAMED)
def test_a_file_is_named_by_its_first_bytes(head: bytes) -> None:
    with pytest.raises(NotAudio, match=NAMED[head]) as caught:
        check_kind(head)

    assert caught.value.hint != NotAudio.hint


@pytest.mark.parametrize("head", FOUND_IN_NOTHING)
def test_what_ffmpeg_finds_nothing_in_is_named(head: bytes) -> None:
    check_kind(head)

    assert FOUND_IN_NOTHING[head] in unknown_kind(head).message


def test_noise_is_not_named() -> None:
    assert unknown_kind(bytes(range(256))).message == NotAudio().message


def test_an_audible_book_is_encrypted() -> None:
    with pytest.raises(Encrypted, match=r"Audible audiobook \(\.aa\)"):
        check_kind(b"\0\1\2\3\x57\x90\x75\x36")


@pytest.mark.parametrize("head", [b"OggS", b"fLaC", b"ID3\4", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x20ftypM4A "])
def test_audio_passes(head: bytes) -> None:
    check_kind(head)

"""Errors name what is wrong with a file, as its uploader would understand it."""

from __future__ import annotations

import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.probe.probe import probe
from shared.domain.errors import Encrypted, NotAudio, Truncated
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

# ASF's object of content that a licence protects.
CONTENT_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")


def test_an_mp4_that_was_never_finished_is_truncated(
    tools: Tools, material: dict[str, Path], tmp_path: Path
) -> None:
    """A recorder that crashes writes no index; all media data are there, and no length is wrong."""
    data = material["m4a (AAC)"].read_bytes()
    file = tmp_path / "unfinished.m4a"
    assert data.index(b"mdat") < data.index(b"moov")
    file.write_bytes(data[: data.index(b"moov") - 4])

    with pytest.raises(Truncated, match="recording was not finished") as caught:
        probe(tools, file)

    assert "repairs MP4" in caught.value.hint


def test_protected_windows_media_is_encrypted(
    tools: Tools, material: dict[str, Path], tmp_path: Path
) -> None:
    data = material["wma (ASF)"].read_bytes()
    size, objects = struct.unpack_from("<QI", data, 16)
    licence = struct.pack("<I4sI5sI5sI5s", 4, b"\0" * 4, 5, b"DRM\0\0", 5, b"KEY\0\0", 5, b"URL\0\0")
    protection = CONTENT_ENCRYPTION + struct.pack("<Q", 24 + len(licence)) + licence
    head = data[:16] + struct.pack("<QI", size + len(protection), objects + 1) + data[28:30]
    (tmp_path / "bought.wma").write_bytes(head + protection + data[30:])

    with pytest.raises(Encrypted):
        probe(tools, tmp_path / "bought.wma")


def test_a_codec_that_is_not_read_is_named_with_a_remedy(
    tools: Tools, material: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "speech.wav"
    argv = [
        program("ffmpeg"),
        "-nostdin",
        "-v",
        "error",
        "-i",
        str(material["wav"]),
        "-ac",
        "1",
        "-ar",
        "8000",
    ]
    subprocess.run([*argv, "-c:a", "g723_1", "-b:a", "6300", str(file)], check=True, timeout=HANG_S)

    with pytest.raises(NotAudio, match="g723_1") as caught:
        probe(tools, file)

    assert "a program that plays it" in caught.value.hint

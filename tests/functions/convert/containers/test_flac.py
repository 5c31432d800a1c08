"""The end of a FLAC file's audio is found by its last frame, with anything after it."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.containers.flac.stream import flac_audio_end
from functions.convert.containers.reader import Reader
from tests.waiting import HANG_S
from tools.ffmpeg import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JUNK = {
    "nothing": b"",
    "zeros": bytes(5000),
    "ones": b"\xff" * 5000,
    "text": b"<html>404</html>\n" * 9,
    "noise": random.Random(1).randbytes(3000),  # noqa: S311  # the same noise every time
    "Lyrics3": b"LYRICSBEGININD0000210000025LYRICS200TAG" + bytes(125),
}
# Signals that make each kind of subframe, and channel pairs coded by their difference.
SIGNALS = {
    "tone": "0.5*sin(2*PI*440*t)",
    "noise": "1.9*(random(0)-0.5)",
    "silence": "0",
    "constant": "0.25",
    "alike": "sin(440*t)|0.9*sin(440*t)",
    "opposite": "sin(440*t)|-sin(440*t)",
    "5.1": "|".join(f"0.1*sin({n}00*t)" for n in range(1, 7)),
}


def end_of(data: bytes) -> int:
    return flac_audio_end(Reader.of(data))


ENCODED = [(name, depth) for name in SIGNALS for depth in ("s16", "s32")]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """Each signal in each depth, made by one ffmpeg."""
    folder = tmp_path_factory.mktemp("flac")
    argv = [program("ffmpeg"), "-nostdin", "-v", "error"]
    for signal in SIGNALS.values():
        argv += ["-f", "lavfi", "-i", f"aevalsrc='{signal}':s=44100:d=0.31"]
    targets = {each: folder / f"{n}.flac" for n, each in enumerate(ENCODED)}
    for (name, depth), target in targets.items():
        argv += ["-map", f"{list(SIGNALS).index(name)}", "-sample_fmt", depth, str(target)]
    subprocess.run(argv, check=True, timeout=HANG_S)
    return {each: target.read_bytes() for each, target in targets.items()}


@pytest.fixture(params=ENCODED, ids=str)
def encoded(request: pytest.FixtureRequest, files: dict[tuple[str, str], bytes]) -> bytes:
    return files[request.param]


def test_the_last_frame_ends_where_the_file_ended(encoded: bytes) -> None:
    assert dict.fromkeys(JUNK, len(encoded)) == {name: end_of(encoded + junk) for name, junk in JUNK.items()}


@pytest.mark.parametrize("missing", [1, 2, 3, 40])
def test_the_end_of_a_cut_frame_is_unknown(encoded: bytes, missing: int) -> None:
    data = encoded[:-missing] + b"junk"

    assert end_of(data) == len(data)


def test_a_corrupt_last_frame_is_left_to_the_decoder(audio: Callable[..., Path]) -> None:
    data = bytearray(audio("flac").read_bytes())
    data[-200:-190] = bytes(10)

    assert end_of(bytes(data) + JUNK["text"]) == len(data) + len(JUNK["text"])


def test_a_joined_file_is_not_junk(audio: Callable[..., Path]) -> None:
    data = audio("flac").read_bytes()

    assert end_of(data + data) == 2 * len(data)


def test_more_samples_than_stated_are_not_junk(audio: Callable[..., Path]) -> None:
    data = bytearray(audio("flac").read_bytes())
    block = int.from_bytes(data[8:10])
    data[22:26] = (3 * block).to_bytes(4)

    assert end_of(bytes(data)) == len(data)

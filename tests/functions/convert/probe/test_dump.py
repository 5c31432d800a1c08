"""ffprobe's log describes a file as its JSON does."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from functions.convert.probe.dump import read_dump
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from functions.convert.ffmpeg.binaries import Tools

LOG = """\
[matroska,webm @ 0x1f] Could not find codec parameters for stream 0
Input #0, matroska,webm, from 'file:source':
  Metadata:
    title           : Live: one
    LYRICS          : first
                    : second: third
  Duration: 01:02:03.04, start: 0.000000, bitrate: 1272 kb/s
  Chapters:
    Chapter #0:0: start 0.000000, end 0.500000
      Metadata:
        title           : Opening
  Program 1 
    Metadata:
      service_name    : Service01
  Stream #0:0[0x1c0](deu): Audio: dts (dca) (DTS-HD MA) (dtsc / 0x63737464), 8000 Hz, 5.1(side), s32 (24 bit)
      Metadata:
        title           : Main
  Stream #0:1: Audio: pcm_s16le ([1][0][0][0] / 0x0001), 8000 Hz, 3 channels, s16, 384 kb/s (default)
  Stream #0:2: Video: mjpeg (Baseline), yuvj420p(pc), 300x200 [SAR 1:1 DAR 3:2], 90k tbn (attached pic)
    Metadata:
      comment         : Cover (front)
    Side data:
      rotation        : 90
Could not open codec for input stream 0
"""  # noqa: W291  # as ffprobe prints a program without a name


def test_container_is_described() -> None:
    tags = {"title": "Live: one", "LYRICS": "first\nsecond: third"}

    assert read_dump(LOG)["format"] == {
        "format_name": "matroska,webm",
        "duration": 3723.04,
        "bit_rate": "1272000",
        "tags": tags,
    }


def test_chapters_are_described() -> None:
    opening = {"start_time": "0.000000", "end_time": "0.500000", "tags": {"title": "Opening"}}

    assert read_dump(LOG)["chapters"] == [opening]


def test_sound_is_described() -> None:
    assert read_dump(LOG)["streams"][0] == {
        "index": 0,
        "id": "0x1c0",
        "codec_type": "audio",
        "disposition": {"attached_pic": 0},
        "codec_name": "dts",
        "profile": "DTS-HD MA",
        "codec_tag_string": "dtsc",
        "sample_rate": "8000",
        "channels": 6,
        "channel_layout": "5.1(side)",
        "sample_fmt": "s32",
        "bits_per_raw_sample": "24",
        "tags": {"language": "deu", "title": "Main"},
    }


def test_channels_without_names_are_counted() -> None:
    sound = read_dump(LOG)["streams"][1]

    assert (sound["channels"], sound["bit_rate"]) == (3, "384000")
    assert "channel_layout" not in sound


def test_picture_is_described() -> None:
    picture = read_dump(LOG)["streams"][2]

    assert (picture["codec_name"], picture["width"], picture["height"]) == ("mjpeg", 300, 200)
    assert picture["disposition"] == {"attached_pic": 1}
    assert picture["tags"] == {"comment": "Cover (front)"}


@pytest.mark.parametrize("log", ["", "Stream #0:0: Audio: mp3, 44100 Hz, stereo, fltp"])
def test_log_without_an_input_is_refused(log: str) -> None:
    with pytest.raises(ValueError, match=log or "^$"):
        read_dump(log)


def test_every_layout_that_ffmpeg_names_has_its_channels(tools: Tools) -> None:
    argv = [tools.ffmpeg, "-hide_banner", "-layouts"]
    listed = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=HANG_S).stdout
    layouts = dict(line.split() for line in listed.split("DECOMPOSITION\n")[1].splitlines())
    log = "Input #0, wav, from 'x':\n  Stream #0:0: Audio: flac, 8000 Hz, {}, s16"
    counted = {name: read_dump(log.format(name))["streams"][0]["channels"] for name in layouts}

    assert counted == {name: len(parts.split("+")) for name, parts in layouts.items()}

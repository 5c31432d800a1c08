"""Parses ffprobe's log of a file (`av_dump_format`) into the form of its JSON report.

ffprobe writes no report if there is a stream whose decoder it cannot open. By then it has logged a
description of all streams, whose form has not changed from 4.4 to 9.0.
"""

from __future__ import annotations

import re
from typing import Any

_INPUT = re.compile(r"Input #0, (\S+), from ")
_DURATION = re.compile(r"\s+Duration: (?:(\d+):(\d\d):(\d\d\.\d+))?.*?(?:bitrate: (\d+) kb/s)?$")
_CHAPTER = re.compile(r"\s+Chapter #0:\d+: start (-?[\d.]+), end (-?[\d.]+)")
_STREAM = re.compile(r"\s+Stream #0:(\d+)(?:\[(0x[0-9a-f]+)\])?(?:\(([^)]*)\))?: (\w+): (.*)")
_TAGS = re.compile(r"\s+Metadata:$")
# Ends the tags before it; its own lines are skipped.
_OTHER = re.compile(r"\s+(?:Chapters:|Program \d+|Stream group|Side data:|No Program)")

# Of a stream, at the end of its line.
_FLAGS = ("default", "comment", "hearing impaired", "visual impaired", "descriptions")
_CODEC = re.compile(r"(\S+)((?: \([^()]*\))*)")
_CODEC_TAG = re.compile(r"(.+) / 0x[0-9A-F]{4,8}")
# A decoder whose name differs from its codec's takes the place of a profile.
_DECODER = re.compile(r"[a-z0-9_]+")
_RATE = re.compile(r"(\d+) Hz")
_BIT_RATE = re.compile(r"(\d+) kb/s")
_SAMPLES = re.compile(r"((?:u8|s16|s32|s64|flt|dbl)p?)(?: \((\d+) bit\))?")
_PIXELS = re.compile(r"[a-z][a-z0-9]+")
_SIZE = re.compile(r"(\d+)x(\d+)\b")
_UNNAMED = re.compile(r"(\d+) channels?")
# A task keeps fewer characters of a tag.
_MAX_TAG_CHARACTERS = 4096
_AMBISONIC = re.compile(r"ambisonic (\d+)")
# Layouts whose names are not numbers of channels.
_LAYOUTS = {
    "mono": 1,
    "stereo": 2,
    "downmix": 2,
    "binaural": 2,
    "quad": 4,
    "hexagonal": 6,
    "octagonal": 8,
    "cube": 8,
    "hexadecagonal": 16,
}


def read_dump(log: str) -> dict[str, Any]:
    """Return `format`, `streams` and `chapters` of the first input, as in ffprobe's JSON.

    Streams have no duration, and the container's is rounded to 10 ms.

    Raises:
        ValueError: the log describes no input.
    """
    report: dict[str, Any] = {"format": {}, "streams": [], "chapters": []}
    entry: dict[str, Any] = {}
    tags: dict[str, str] | None = None
    for line in log.split("\n"):
        if begun := _entry(line, report):
            entry, tags = begun, None
        elif _OTHER.match(line):
            # A programme's tags belong to no stream.
            entry, tags = {}, None
        elif _TAGS.match(line):
            tags = entry.setdefault("tags", {})
        elif tags is not None:
            _add_tag(tags, line)
    if not report["format"]:
        raise ValueError(log[-200:])
    return report


def _add_tag(tags: dict[str, str], line: str) -> None:
    """Add `    title           : text`, or a further line of the last tag, which has no name."""
    name, colon, text = line.partition(": ")
    if name.strip():
        tags[name.strip()] = text
    elif colon and tags:
        last = next(reversed(tags))
        if len(tags[last]) < _MAX_TAG_CHARACTERS:
            tags[last] += f"\n{text}"


def _entry(line: str, report: dict[str, Any]) -> dict[str, Any] | None:
    """Add the entry that begins with this line to the report and return it; None if none does."""
    container: dict[str, Any] = report["format"]
    if found := _INPUT.match(line):
        container["format_name"] = found[1]
        return container
    if found := _DURATION.match(line):
        if found[1]:
            container["duration"] = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
        if found[4]:
            container["bit_rate"] = f"{found[4]}000"
        return container
    kind = "chapters" if (found := _CHAPTER.match(line)) else "streams"
    if found:
        entry: dict[str, Any] = {"start_time": found[1], "end_time": found[2]}
    elif found := _STREAM.match(line):
        entry = _stream(found)
    else:
        return None
    report[kind].append(entry)
    return entry


def _stream(found: re.Match[str]) -> dict[str, Any]:
    number, identity, language, kind, text = found.groups()
    stream = {
        "index": int(number),
        "id": identity or "0",
        "codec_type": kind.lower(),
        "disposition": {
            "attached_pic": int("(attached pic)" in text),
            **{flag.replace(" ", "_"): 1 for flag in _FLAGS if f"({flag})" in text},
        },
        "tags": {"language": language} if language else {},
    }
    codec, *parts = text.split(", ")
    stream |= _codec(codec)
    return stream | (_audio(parts) if kind == "Audio" else _picture(parts))


def _codec(text: str) -> dict[str, Any]:
    """Parse `dts (dca) (DTS-HD MA) (dtsc / 0x63737464)`: codec, profile and tag."""
    found = _CODEC.match(text)
    codec: dict[str, Any] = {"codec_name": found[1] if found else "unknown"}
    for part in re.findall(r"\(([^()]*)\)", found[2]) if found else ():
        if tag := _CODEC_TAG.fullmatch(part):
            codec["codec_tag_string"] = tag[1]
        elif not _DECODER.fullmatch(part):
            codec["profile"] = part
    return codec


def _audio(parts: list[str]) -> dict[str, Any]:
    """Parse `44100 Hz`, `stereo`, `s32 (24 bit)` and `2116 kb/s`, any of which may be missing."""
    audio: dict[str, Any] = {}
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if found := _RATE.fullmatch(part):
            audio["sample_rate"], audio["channels"] = found[1], _channels(following)
            if not _UNNAMED.fullmatch(following):
                audio["channel_layout"] = following
        elif found := _SAMPLES.match(part):
            audio["sample_fmt"] = found[1]
            audio["bits_per_raw_sample"] = found[2] or 0
        elif found := _BIT_RATE.match(part):
            audio["bit_rate"] = f"{found[1]}000"
    return audio


def _picture(parts: list[str]) -> dict[str, Any]:
    """Parse `yuvj420p(pc)`, `300x300 [SAR 1:1 DAR 1:1]`: pixel format and size, as far as they are there."""
    size = next(filter(None, map(_SIZE.match, parts)), None)
    found = _PIXELS.match(parts[0]) if parts else None
    pixels = {"pix_fmt": found[0]} if found else {}
    return pixels | ({"width": int(size[1]), "height": int(size[2])} if size else {})


def _channels(layout: str) -> int:
    """Return the number of channels of a layout, by its name (`av_channel_layout_describe`); 0 if unknown."""
    if found := _UNNAMED.match(layout):
        return int(found[1])
    if found := _AMBISONIC.match(layout):
        return (int(found[1]) + 1) ** 2 + (2 if layout.endswith("+stereo") else 0)
    name = layout.partition("(")[0]
    numbers = name.split(".")
    is_numbers = all(number.isdecimal() for number in numbers)
    return sum(map(int, numbers)) if is_numbers else _LAYOUTS.get(name, 0)

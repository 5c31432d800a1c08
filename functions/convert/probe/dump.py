"""Reads what ffprobe logs of a file (`av_dump_format`) into the shape of its JSON.

ffprobe ends without any JSON at the first stream whose decoder it cannot open. By then it has logged this
description of all of them. Its form has not changed from 4.4 to 9.0.
"""

from __future__ import annotations

import re
from typing import Any

_INPUT = re.compile(r"Input #0, (\S+), from ")
_DURATION = re.compile(r"\s+Duration: (?:(\d+):(\d\d):(\d\d\.\d+))?.*?(?:bitrate: (\d+) kb/s)?$")
_CHAPTER = re.compile(r"\s+Chapter #0:\d+: start (-?[\d.]+), end (-?[\d.]+)")
_STREAM = re.compile(r"\s+Stream #0:(\d+)(?:\[(0x[0-9a-f]+)\])?(?:\(([^)]*)\))?: (\w+): (.*)")
_TAGS = re.compile(r"\s+Metadata:$")
# Ends the tags before it; its own lines are of no use here.
_OTHER = re.compile(r"\s+(?:Chapters:|Program \d+|Stream group|Side data:|No Program)")
# A tag's further lines have no name.
_TAG = re.compile(r"\s+([^\s:].*?)?\s*: (.*)")

_CODEC = re.compile(r"(\S+)((?: \([^()]*\))*)")
_CODEC_TAG = re.compile(r"(.+) / 0x[0-9A-F]{4,8}")
# A decoder that is not called as its codec stands where a profile may.
_DECODER = re.compile(r"[a-z0-9_]+")
_RATE = re.compile(r"(\d+) Hz")
_BIT_RATE = re.compile(r"(\d+) kb/s")
_SAMPLES = re.compile(r"((?:u8|s16|s32|s64|flt|dbl)p?)(?: \((\d+) bit\))?")
_SIZE = re.compile(r"(\d+)x(\d+)\b")
_UNNAMED = re.compile(r"(\d+) channels?")
_AMBISONIC = re.compile(r"ambisonic (\d+)")
# Whose names are not the numbers of their channels.
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
    """What the log says of the first input: `format`, `streams` and `chapters`, as ffprobe's JSON has them.

    Streams have no duration there, and the container's is in hundredths of a second.

    Raises:
        ValueError: it says nothing.
    """
    report: dict[str, Any] = {"format": {}, "streams": [], "chapters": []}
    entry: dict[str, Any] = {}
    name: str | None = None
    tagged = False
    for line in log.split("\n"):
        if begun := _entry(line, report):
            entry, tagged = begun, False
        elif _OTHER.match(line):
            # A programme's tags are nobody's here.
            entry, tagged = {}, False
        elif _TAGS.match(line):
            name, tagged = None, True
        elif tagged and (tag := _TAG.match(line)):
            tags = entry.setdefault("tags", {})
            if tag[1] is None and name is not None:
                tags[name] += f"\n{tag[2]}"
            elif tag[1] is not None:
                name = tag[1]
                tags[name] = tag[2]
    if not report["format"]:
        raise ValueError(log[-200:])
    return report


def _entry(line: str, report: dict[str, Any]) -> dict[str, Any] | None:
    """What this line begins, added to the report; None where it begins nothing."""
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
        "disposition": {"attached_pic": int("(attached pic)" in text)},
        "tags": {"language": language} if language else {},
    }
    codec, *parts = text.split(", ")
    stream |= _codec(codec)
    return stream | (_sound(parts) if kind == "Audio" else _picture(parts))


def _codec(text: str) -> dict[str, Any]:
    """Of `dts (dca) (DTS-HD MA) (dtsc / 0x63737464)` the codec, its profile and its tag."""
    found = _CODEC.match(text)
    codec: dict[str, Any] = {"codec_name": found[1] if found else "unknown"}
    for part in re.findall(r"\(([^()]*)\)", found[2]) if found else ():
        if tag := _CODEC_TAG.fullmatch(part):
            codec["codec_tag_string"] = tag[1]
        elif not _DECODER.fullmatch(part):
            codec["profile"] = part
    return codec


def _sound(parts: list[str]) -> dict[str, Any]:
    """Of `44100 Hz`, `stereo`, `s32 (24 bit)`, `2116 kb/s` whatever is there."""
    sound: dict[str, Any] = {}
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if found := _RATE.fullmatch(part):
            sound["sample_rate"], sound["channels"] = found[1], _channels(following)
            if not _UNNAMED.fullmatch(following):
                sound["channel_layout"] = following
        elif found := _SAMPLES.match(part):
            sound["sample_fmt"] = found[1]
            sound["bits_per_raw_sample"] = found[2] or 0
        elif found := _BIT_RATE.match(part):
            sound["bit_rate"] = f"{found[1]}000"
    return sound


def _picture(parts: list[str]) -> dict[str, Any]:
    """Of `yuvj420p(pc)`, `300x300 [SAR 1:1 DAR 1:1]` the size, if it is there."""
    size = next(filter(None, map(_SIZE.match, parts)), None)
    return {"width": int(size[1]), "height": int(size[2])} if size else {}


def _channels(layout: str) -> int:
    """How many a layout has, by its name (`av_channel_layout_describe`); 0 where it has none."""
    if found := _UNNAMED.match(layout):
        return int(found[1])
    if found := _AMBISONIC.match(layout):
        return (int(found[1]) + 1) ** 2 + (2 if layout.endswith("+stereo") else 0)
    name = layout.partition("(")[0]
    numbers = name.split(".")
    is_numbers = all(number.isdecimal() for number in numbers)
    return sum(map(int, numbers)) if is_numbers else _LAYOUTS.get(name, 0)

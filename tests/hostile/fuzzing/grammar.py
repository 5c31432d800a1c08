"""Files built by the grammars of their containers, with sizes that lie, endless siblings and deep nesting."""

from __future__ import annotations

import gzip
import struct
from random import Random
from typing import TYPE_CHECKING

from functions.convert.containers.flac.frame import crc8
from tests.hostile import bombs

if TYPE_CHECKING:
    from collections.abc import Callable

    # Takes a name and what it holds, and lies about the size of that if it is told to.
    Element = Callable[[bytes, bytes, int | None], bytes]

_LIES = (
    0,
    1,
    2,
    7,
    8,
    255,
    1 << 16,
    1 << 28,
    (1 << 31) - 1,
    (1 << 32) - 1,
    1 << 40,
    (1 << 56) - 2,
    (1 << 63) - 1,
)
_LARGEST = 1 << 20
# Share of elements that are where they belong.
_IN_ORDER = 0.8


def _chunk(form: str, own: int = 0) -> Element:
    """Return a writer of chunks whose header has this form: the length, which counts `own` bytes more."""
    limit = (1 << 8 * struct.calcsize(form)) - 1

    def element(name: bytes, content: bytes, lie: int | None) -> bytes:
        length = len(content) + own if lie is None else lie
        return name + struct.pack(form, length & limit) + content

    return element


def _box(name: bytes, content: bytes, lie: int | None) -> bytes:
    length = len(content) + 8 if lie is None else lie
    if length < 1 << 32:
        return struct.pack(">I", length) + name + content
    return struct.pack(">I", 1) + name + struct.pack(">Q", length) + content


def _ebml(name: bytes, content: bytes, lie: int | None) -> bytes:
    length = len(content) if lie is None else lie
    if lie is None and length < 127:
        return name + bytes([0x80 | length]) + content
    return name + (1 << 56 | length & (1 << 56) - 1).to_bytes(8) + content


def _frame(name: bytes, content: bytes, lie: int | None) -> bytes:
    length = len(content) if lie is None else lie & 0xFFFFFFFF
    return name + struct.pack(">I2x", length) + content


_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_FRAMES = (b"SYLT", b"USLT", b"COMM", b"TIPL", b"POPM", b"UFID", b"WXXX", b"TCON", b"TYER", b"PRIV")
# By container: what comes first, how elements are written, and their names on each level.
_CONTAINERS: dict[str, tuple[bytes, Element, tuple[tuple[bytes, ...], ...]]] = {
    "wav": (
        b"RIFF\0\0\0\0WAVE",
        _chunk("<I"),
        ((b"fmt ", b"ds64", b"data", b"LIST", b"bext", b"iXML", b"id3 "), (b"INFO", b"INAM")),
    ),
    "avi": (b"RIFF\0\0\0\0AVI ", _chunk("<I"), ((b"LIST", b"idx1", b"junk"),)),
    "aiff": (b"FORM\0\0\0\0AIFF", _chunk(">I"), ((b"COMM", b"SSND", b"ID3 "),)),
    "caf": (b"caff\0\1\0\0", _chunk(">Q"), ((b"desc", b"data", b"pakt"),)),
    "w64": (b"riff" + bytes(36), _chunk("<Q", 24), ((_W64_DATA, b"junk" * 4),)),
    "asf": (b"", _chunk("<Q", 24), ((_ASF_HEADER, _ASF_DATA),)),
    "mp4": (
        b"\0\0\0\x08ftyp",
        _box,
        (
            (b"moov", b"moov", b"mdat", b"free"),
            (b"trak", b"mvhd", b"mvex", b"free"),
            (b"mdia", b"edts", b"free"),
            (b"minf", b"mdhd", b"hdlr", b"elst"),
            (b"stbl", b"free"),
            (b"stts", b"free"),
        ),
    ),
    "item list": (
        b"\0\0\0\x08ftyp",
        _box,
        (
            (b"moov",),
            (b"udta",),
            (b"meta",),
            (b"ilst",),
            (b"\xa9nam", b"trkn", b"----", b"covr", b"tmpo"),
            (b"data", b"data", b"name", b"mean"),
        ),
    ),
    "attachments": (
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 7,
        _ebml,
        ((b"\x19\x41\xa4\x69",), (b"\x61\xa7",), (b"\x46\x6e", b"\x46\x60", b"\x46\x5c", b"\x46\x7e")),
    ),
    "matroska": (
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 7,
        _ebml,
        ((b"\x11\x4d\x9b\x74", b"\x1f\x43\xb6\x75"), (b"\x4d\xbb", b"\xec"), (b"\x53\xab", b"\x53\xac")),
    ),
    "id3": (b"ID3\4\0\0\x7f\x7f\x7f\x7f", _frame, ((b"TIT2", b"TXXX", b"TPE1", b"APIC", b"CHAP"),)),
    "id3, unsynchronised": (b"ID3\3\0\x80\x7f\x7f\x7f\x7f", _frame, (_FRAMES,)),
    "id3, 2.4": (b"ID3\4\0\x80\x7f\x7f\x7f\x7f", _frame, (_FRAMES, _FRAMES)),
}
_TEXTS = (b"", bytes(12), b"\0a\0b\0c", b"\1\xff\xfea\0\0\0" * 50, bytes(8) + b"soun", b"\xff" * 24)


def _leaf(random: Random) -> bytes:
    text = random.choice(_TEXTS)
    return random.choice((text, random.randbytes(random.randrange(40)), text * random.randrange(2000)))


def _tree(random: Random, element: Element, levels: tuple[tuple[bytes, ...], ...], liars: float) -> bytes:
    """Return one to many elements, with those of the next levels in them; a share of all sizes lies."""
    out = b""
    for _ in range(random.choice((1, 1, 2, 3, 40))):
        below = levels[1:] if random.random() < _IN_ORDER else levels
        content = _tree(random, element, below, liars) if below and len(out) < _LARGEST else _leaf(random)
        lie = random.choice(_LIES) if random.random() < liars else None
        out += element(random.choice(levels[0]), content[:_LARGEST], lie)
        if len(out) > _LARGEST:
            break
    return out[:_LARGEST]


def _siblings(random: Random, element: Element, levels: tuple[tuple[bytes, ...], ...]) -> bytes:
    body = element(random.choice(levels[-1]), b"", random.choice(_LIES))
    for level in reversed(levels[:-1]):
        fillers = element(random.choice(level), b"", None) * random.choice((0, 0, 0, 9000))
        body = element(random.choice(level), fillers[: _LARGEST // 64] + body, None)
        body = (body * random.choice((1, 64, 1000)))[: _LARGEST // 2]
    return body


def _structured(random: Random, container: str) -> bytes:
    """Return a file of one of the containers whose elements have names and sizes."""
    begin, element, levels = _CONTAINERS[container]
    names = [name for level in levels for name in level]
    match random.randrange(5):
        case 0 | 1:  # a tree whose sizes lie
            body = _tree(random, element, levels, random.choice((0.0, 0.1, 0.5)))
        case 2:  # endless siblings
            one = element(random.choice(names), _leaf(random)[:20], random.choice((None, None, *_LIES)))
            body = one * min(300_000, _LARGEST // len(one))
        case 3:  # endless siblings on some levels, and the innermost claims more than there is
            body = _siblings(random, element, levels) + random.randbytes(_LARGEST // 2)
        case _:  # deep nesting
            body = b""
            for _ in range(2000):
                body = element(random.choice(names), body, None)
    return begin + body[:_LARGEST]


def _flac(random: Random) -> bytes:
    total = random.choice((1, 4096, 1 << 20, (1 << 36) - 1))
    largest = random.choice((b"\0\0\0", b"\xff\xff\xff"))
    rate = random.choice((1, 8000, 655_350)) << 44 | random.randrange(8) << 41 | random.randrange(32) << 36
    info = struct.pack(">HH3x", 4096, 4096) + largest + (rate | total).to_bytes(8) + bytes(16)
    blocks = b"".join(
        b"\4" + random.randrange(60).to_bytes(3) + bytes(random.randrange(60)) for _ in range(9)
    )
    head = b"fLaC\0\0\0\x22" + info + blocks * random.choice((0, 1, 200)) + b"\x81\0\0\0"
    frame = b"\xff" + random.choice((b"\xf8", b"\xf9")) + random.choice((b"\x7d", b"\xc9", b"\x69"))
    frame += random.choice((b"\x08", b"\x78", b"\xa8")) + bombs.coded(random.randrange(4000)) + b"\0\0"
    codes = random.choice((b"\0", b"\x10\0", b"\x40\xff", b"\xff\xf8", b"\x12\x34\x56"))
    body = codes * random.randrange(2000)
    framed = frame[: random.choice((3, 9))] + random.choice((b"", bytes([crc8(frame)]) + body))
    return head + framed * (random.choice((10_000, _LARGEST)) // len(framed))


def _ogg(random: Random) -> bytes:
    page = struct.pack("<4sBBqIII", b"OggS", 0, random.choice((0, 2, 4)), random.choice((-1, 0, 5)), 1, 0, 0)
    page += bytes([random.choice((0, 1, 255))]) + random.randbytes(random.choice((0, 1, 255)))
    return page * random.choice((1, 3, _LARGEST // len(page))) + page[: random.randrange(30)]


def _blocks(random: Random) -> bytes:
    """Return blocks of WavPack, tags of FLV, or syncs of MP3 and MPEG-TS, and tags at the end."""
    xing = b"\xff\xfb\x90\0Xing\0\0\0\x0f" + b"\xff" * 9
    one = random.choice((b"wvpk" + bytes(28), b"\0\0\0\x0b" * 3, xing, b"G" * 188))
    tail = b"APETAGEX" + struct.pack("<4I", 2000, random.choice(_LIES) & 0xFFFFFFFF, 1, 0) + bytes(8)
    head = random.choice((b"", b"fLaC", b"FLV\1\5\0\0\0\x09\0\0\0\0", b".snd" + b"\xff" * 20))
    return head + one * random.randrange(_LARGEST // len(one)) + tail * random.randrange(5)


def _tags(random: Random) -> bytes:
    """Return Vorbis comments in FLAC, or items of APEv2, whose numbers and lengths lie."""
    lie = random.choice((3, *_LIES)) & 0xFFFFFFFF
    text = random.choice((b"TITLE=a", b"METADATA_BLOCK_PICTURE=AAAA", b"=", b"COMMENT=" + b"\xff" * 99))
    if random.random() < 0.5:
        entry = struct.pack("<I", random.choice((len(text), lie))) + text
        body = struct.pack("<II", 0, lie) + entry * random.choice((1, 3, 60_000))
        return b"fLaC\0\0\0\x22" + bytes(34) + b"\x84" + (len(body) & 0xFFFFFF).to_bytes(3) + body[:_LARGEST]
    name = random.choice((b"Title", b"Cover Art (Front)", b"x" * 300))
    item = struct.pack("<II", random.choice((len(text), lie)), random.choice((0, 2, 4))) + name + b"\0" + text
    items = item * random.choice((1, 3, 10_000))
    length = random.choice((len(items) + 32, lie))
    return (
        items[-_LARGEST:]
        + b"APETAGEX"
        + struct.pack("<4I", 2000, length, random.choice((3, lie)), 0)
        + bytes(8)
    )


def _gzip(random: Random) -> bytes:
    member = gzip.compress(random.choice((b"", bytes(1 << 20), random.randbytes(3000))), mtime=0)
    data = member * random.choice((1, 2, 4000))
    return data[: random.choice((len(data), len(data) // 2, 3))] + random.choice((b"", bytes(9), b"\x1f\x8b"))


_LINES = (
    "Input #0, wav, from 'pipe:':",
    "  Duration: 00:00:01.00, bitrate: 128 kb/s",
    "  Metadata:",
    "    title : a",
    "  Stream #0:0[0x1](eng): Audio: dts (dca) (DTS-HD MA), 44100 Hz, stereo, s32 (24 bit), 2116 kb/s",
    "                    : more",
    "    Chapter #0:0: start 0.0, end 1.0",
    "  Stream #0:1: Video: png, 9x9",
    "Last message repeated 99999999 times",
    "[Eval @ 0x1] 1.000000",
    "out_time_us=99999",
    "((((((((",
    "1 kb/s1 kb/s",
    "[ebur128@loudness @ 0x1] Summary:",
    "    I:         -70.0 LUFS",
    "Duration: 1111111111111111111",
    " " * 3000,
)


def _log(random: Random) -> bytes:
    lines = [random.choice(_LINES) for _ in range(random.randrange(1, 60))]
    last = "\n".join(random.choices(_LINES, k=random.choice((1, 1, 3)))) + random.choice(("\n", "", ", "))
    return ("\n".join(lines) + "\n" + last * min(40_000, _LARGEST // 4 // len(last))).encode()


def _json(random: Random) -> bytes:
    entry = b'{"index":0,"codec_type":"audio","sample_rate":"8000","channels":1,"tags":{"a":"b"}}'
    many = b",".join([entry] * random.choice((1, 60, 9000)))
    chapter = b'{"start_time":"0","end_time":"1","tags":{"title":"x"}}'
    chapters = b",".join([chapter] * random.choice((1, 600, 9000)))
    return b'{"format":{"format_name":"wav"},"streams":[%b],"chapters":[%b]}' % (many, chapters)


_OTHERS = (_flac, _flac, _ogg, _blocks, _tags, _tags, _gzip, _log, _json)
KINDS = len(_CONTAINERS) + len(_OTHERS)


def built(seed: int) -> bytes:
    """Return a file; the seed's remainder by `KINDS` is its kind."""
    random = Random(seed)  # noqa: S311  # the same each time
    kind = seed % KINDS
    if kind < len(_CONTAINERS):
        return _structured(random, list(_CONTAINERS)[kind])
    return _OTHERS[kind - len(_CONTAINERS)](random)

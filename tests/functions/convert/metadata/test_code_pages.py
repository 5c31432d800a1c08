"""A code page is assumed where all texts of a file together decide clearly, and nowhere else."""

from __future__ import annotations

import struct

import pytest

from functions.convert.containers.reader import Reader
from functions.convert.metadata.readers.decoding.code_pages import found_code_page
from functions.convert.metadata.readers.read import read_tags
from shared.domain.media import Probe
from shared.domain.tag_encodings import TAG_ENCODINGS
from tests.reports.inputs.tags import frame, id3

CLEAR = {
    "windows-1251": ["Группа крови", "Україна має талант", "Машина Времени – Поворот", "Этот город"],
    "KOI8-R": ["Группа крови", "Этот город"],
    "windows-1253": ["Ελληνικά τραγούδια", "Μίκης Θεοδωράκης"],
    "Shift_JIS": ["遠くの愛好家", "ありがとう", "ドラゴンボール", "上を向いて歩こう"],
    "GBK": ["刘德华 爱你一万年", "开始懂了 孙燕姿", "青花瓷 周杰伦", "作词：河图 作曲/编曲/演唱：河图"],
    "Big5": ["青花瓷 周杰倫", "鄧麗君 月亮代表我的心"],
    "EUC-KR": ["사랑해요 대한민국", "강남스타일 싸이"],
}
# Few bytes, Latin letters with accents, capitals alone, scripts that are not told apart.
UNCLEAR = [
    ("cp1251", "Кино"),
    ("cp1251", "ПРИВЕТ"),
    ("cp949", "방탄소년단"),
    ("cp1252", "Café “Ž” – 5 €"),
    ("cp1252", "Être à Noël où"),
    ("cp1252", "ÉÀÈÙÇ ÔÛÎ"),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("cp1254", "İğneyi ışığa"),
    ("cp1256", "السلام عليكم"),
    ("cp874", "สวัสดีชาวโลก"),
    ("ascii", "plain"),
]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in CLEAR.items() for text in texts])
def test_a_clear_code_page_is_found(name: str, text: str) -> None:
    assert found_code_page([text.encode(TAG_ENCODINGS[name])]) == name


@pytest.mark.parametrize(("codec", "text"), UNCLEAR)
def test_nothing_is_said_where_it_is_not_clear(codec: str, text: str) -> None:
    assert found_code_page([text.encode(codec)]) is None


def test_texts_decide_together() -> None:
    texts = [text.encode("cp1251") for text in ("Кино", "Браво", "Виктор Цой")]

    assert found_code_page([texts[0]]) is None
    assert found_code_page(texts) == "windows-1251"


def latin1(name: bytes, text: bytes) -> bytes:
    return frame(name, b"\0" + text)


def test_all_texts_of_a_file_are_read_in_it_and_noted() -> None:
    """Those of ID3v2, which calls them Latin-1, and of ID3v1, which cuts a character."""
    title = "上を向いて歩こう・見上げてごらん夜の星を".encode("cp932")
    v1 = b"TAG" + title[:30] + "坂本九".encode("cp932").ljust(30, b"\0") + bytes(64) + b"\xff"
    data = id3(latin1(b"TIT2", title)) + bytes(200) + v1
    tags = read_tags(Reader.of(data), Probe("mp3", "", 1.0, 44_100, 1))

    assert [entry.value for entry in tags.entries] == ["上を向いて歩こう・見上げてごらん夜の星を", "坂本九"]
    assert tags.guessed == {"title": "Shift_JIS", "artist": "Shift_JIS"}


def test_an_encoding_of_the_users_is_believed_and_not_noted() -> None:
    data = id3(latin1(b"TIT2", "Uciekająca skała".encode("cp1250")), latin1(b"TPE1", "Björk".encode()))
    tags = read_tags(Reader.of(data), Probe("mp3", "", 1.0, 44_100, 1), "windows-1250")

    assert [entry.value for entry in tags.entries] == ["Uciekająca skała", "Björk"]
    assert "title" not in tags.guessed


def test_a_title_that_is_utf_8_is_no_matter_of_code_pages() -> None:
    text = "Группа крови"
    comment = b"TITLE=" + text.encode() + b""
    body = struct.pack("<II", 0, 1) + struct.pack("<I", len(comment)) + comment
    flac = b"fLaC\0\0\0\x22" + bytes(34) + b"\x84" + len(body).to_bytes(3) + body

    assert read_tags(Reader.of(flac), Probe("flac", "", 1.0, 44_100, 1)).first("title") == text

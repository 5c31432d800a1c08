"""Encodings of tags that do not state theirs, by their names on the web, with Python's codecs."""

from __future__ import annotations

TAG_ENCODINGS = {
    **{f"windows-{number}": f"cp{number}" for number in range(1250, 1259)},
    "windows-874": "cp874",
    "ISO-8859-2": "iso8859_2",
    "KOI8-R": "koi8_r",
    "KOI8-U": "koi8_u",
    "Shift_JIS": "cp932",
    "EUC-JP": "euc_jp",
    "GBK": "gb18030",
    "Big5": "big5hkscs",
    "EUC-KR": "cp949",
}

"""Finds the code page of a file's texts where all of them together decide clearly.

Only scripts whose words consist of bytes beyond ASCII can be told apart so. Languages of Europe that add a
few letters to the Latin ones cannot; nor can few bytes.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# Fewer bytes may be anything; of the letters of Latin texts, far fewer are beyond ASCII.
_LEAST_BYTES, _LEAST_SHARE, _MAX_BYTES, _REPEATED = 8, 0.6, 1 << 12, 28
_MAX_TEXTS = 64
_HIGH, _LATIN = re.compile(rb"[\x80-\xff]+"), re.compile(rb"[A-Za-z]")
_WORD, _ASCII_LETTER = re.compile(r"[^\W\d_]{2,}"), re.compile("[A-Za-z]")
# Dashes, quotation marks, dots.
_PUNCTUATION = re.compile("[\u00ab\u00b7\u00b0\u00bb\u2010-\u2026\u2116]")
_KANA, _HAN, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u4e00-\u9fff]"), re.compile("[가-힣]")
_EAST_ASIAN = re.compile("[\u2010-\u2026\u3001-\u303f\uff01-\uff60]")
# The letters, or syllables, that make up most of the texts of a language.
_RUSSIAN, _GREEK = frozenset("оеаинтрслвкмдпуяыьі"), frozenset("αοιετσνηυρπκλμςάίόέήώύ")
_HEBREW, _KOREAN = (
    frozenset("יוהלאמרשתבםן"),
    frozenset(
        "이가는을를에의로고하다사아지기어나도리해그시자인대한서정라마만일수보부비주상세우여전제은안연선구오유영장조"
        "성소국모무바미동반신실원음화"
    ),
)
# How common they have to be, and by how much more than those of another language.
_LEAST_COMMON, _LEAD, _COMMON_SYLLABLES = 0.6, 0.1, 0.25
_KANA_SHARE, _HAN_SHARE, _LEAST_HAN = 0.2, 0.8, 4
# GB 2312 has its common characters in these rows, Big5 in others.
_GB_COMMON, _BIG5_COMMON, _GB_TRAIL = range(0xB0, 0xD8), range(0xA4, 0xC7), 0xA1
# By their names on the web: Python's codec, and the common letters.
_SINGLE = {
    "windows-1251": ("cp1251", _RUSSIAN),
    "KOI8-R": ("koi8-r", _RUSSIAN),
    "windows-1253": ("cp1253", _GREEK),
    "windows-1255": ("cp1255", _HEBREW),
}


def found_code_page(texts: Iterable[bytes]) -> str | None:
    """Return the name of the code page that all of these texts are in; None if that is not clear.

    Args:
        texts: those of a file that are no UTF-8.
    """
    # ID3v1 repeats the beginnings of others.
    pieces = list({text[:_REPEATED]: text[:_MAX_BYTES] for text in texts if not text.isascii()}.values())
    pieces = pieces[:_MAX_TEXTS]
    joined = b"\n".join(pieces)
    high = sum(map(len, _HIGH.findall(joined)))
    if high < _LEAST_BYTES or high < _LEAST_SHARE * (high + len(_LATIN.findall(joined))):
        return None
    scores = {name: _share_of_common(_decoded(pieces, codec), one) for name, (codec, one) in _SINGLE.items()}
    if max(scores.values()) >= _LEAST_COMMON:
        return _clear(pieces, scores)
    return next((name for name, is_in in _DOUBLE.items() if is_in(pieces)), None)


def _clear(data: Sequence[bytes], scores: Mapping[str, float]) -> str | None:
    """Return the best code page of single bytes if it is better than all others."""
    best, second = sorted(scores, key=lambda name: scores[name], reverse=True)[:2]
    text = _decoded(data, _SINGLE[best][0])
    # Capitals alone may be the small letters of another one.
    has_small = text != text.upper() or text == text.lower()
    return best if scores[best] >= scores[second] + _LEAD and has_small else None


def _share_of_common(text: str, common: frozenset[str]) -> float:
    """Return the share of common letters among all characters beyond ASCII; 0 where words are none.

    Words are in lower case, in capitals, or have a capital first, and do not mix with Latin letters.
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    regular = sum(
        (word.islower() or word.isupper() or word[1:].islower() or word.casefold() == word)
        and not _ASCII_LETTER.search(word)
        for word in words
    )
    beyond = [c for c in text.casefold() if not c.isascii() and not _PUNCTUATION.match(c)]
    if len(beyond) < _LEAST_BYTES or regular < len(words):
        return 0.0
    return sum(c in common for c in beyond) / len(beyond)


def _is_japanese(data: Sequence[bytes]) -> bool:
    text = _decoded(data, "cp932")
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    return _has_only(text, _KANA, _HAN) and kana >= _KANA_SHARE * (kana + han) > 0


def _is_simplified_chinese(data: Sequence[bytes]) -> bool:
    text = _decoded(data, "gb2312")
    codes = [character.encode("gb2312") for character in _HAN.findall(text)]
    is_common = sum(code[0] in _GB_COMMON for code in codes) >= _HAN_SHARE * len(codes)
    # Korean is in the same rows.
    is_korean = _has_only(_decoded(data, "euc_kr"), _HANGUL)
    return _has_only(text, _HAN) and len(codes) >= _LEAST_HAN and is_common and not is_korean


def _is_traditional_chinese(data: Sequence[bytes]) -> bool:
    text = _decoded(data, "big5")
    codes = [character.encode("big5") for character in _HAN.findall(text)]
    is_common = sum(code[0] in _BIG5_COMMON for code in codes) >= _HAN_SHARE * len(codes)
    # GB 2312 has no second byte below this; of Big5's, a third are.
    is_big5 = any(code[1] < _GB_TRAIL for code in codes)
    return _has_only(text, _HAN) and len(codes) >= _LEAST_HAN and is_common and is_big5


def _is_korean(data: Sequence[bytes]) -> bool:
    text = _decoded(data, "euc_kr")
    syllables = _HANGUL.findall(text)
    is_common = sum(s in _KOREAN for s in syllables) >= _COMMON_SYLLABLES * len(syllables)
    return _has_only(text, _HANGUL) and len(syllables) >= _LEAST_HAN and is_common


def _decoded(data: Sequence[bytes], codec: str) -> str:
    """Return texts as lines, without a last character that is cut; empty if this is not their code page."""
    decoder = codecs.getincrementaldecoder(codec)
    try:
        return "\n".join(decoder().decode(text) for text in data)
    except UnicodeDecodeError:
        return ""


def _has_only(text: str, *scripts: re.Pattern[str]) -> bool:
    """Return whether all characters beyond ASCII are of these scripts, or East Asian punctuation."""
    known = (*scripts, _EAST_ASIAN)
    return bool(text) and all(c.isascii() or any(script.match(c) for script in known) for c in text)


_DOUBLE: dict[str, Callable[[Sequence[bytes]], bool]] = {
    "Shift_JIS": _is_japanese,
    "Big5": _is_traditional_chinese,
    "EUC-KR": _is_korean,
    "GBK": _is_simplified_chinese,
}

"""Frames of ID3v2.2 as 2.3 has them, because 2.2 cannot hold all fields: contents stay, names get longer."""

from __future__ import annotations

from ..model.fields import FIELDS

# What the model has no field for (id3.org, ID3v2.2.0 and 2.3.0).
_OTHERS = """
    UFI=UFID MCI=MCDI ETC=ETCO MLL=MLLT STC=SYTC RVA=RVAD EQU=EQUA REV=RVRB GEO=GEOB CNT=PCNT BUF=RBUF
    CRA=AENC TXX=TXXX WXX=WXXX TDA=TDAT TIM=TIME TRD=TRDA TSI=TSIZ TLE=TLEN TFT=TFLT TDY=TDLY GP1=GRP1
"""
_PICTURE, _LINK, _PRIVATE = "PIC", "LNK", "PRIV"
_MIMES = {b"JPG": b"image/jpeg", b"PNG": b"image/png", b"-->": b"-->"}
_NAME_LENGTH = 3


def _names() -> dict[str, str]:
    pairs = ((field.id3v22.partition(":")[0], field.id3v23.partition(":")[0]) for field in FIELDS.values())
    others = dict(pair.split("=") for pair in _OTHERS.split())
    return {old: new for old, new in pairs if len(old) == _NAME_LENGTH and new} | others


_NAMES = _names()


def upgraded(name: str, body: bytes) -> tuple[str, bytes]:
    """Return a frame's name and content in 2.3; what that has no frame for becomes a private one."""
    if name == _PICTURE:
        kind = body[1:4].upper()
        return "APIC", body[:1] + _MIMES.get(kind, b"image/" + kind.lower()) + b"\0" + body[4:]
    linked = _NAMES.get(body[:3].decode("latin-1"))
    if name == _LINK and linked:
        return "LINK", linked.encode("ascii") + body[3:]
    if name in _NAMES:
        return _NAMES[name], body
    return _PRIVATE, f"id3v2.2:{name}".encode("latin-1") + b"\0" + body

"""Spoils honest files, the same way from the same seed."""

from __future__ import annotations

from random import Random

_EXTREMES = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    bytes(8),
    b"\xff" * 8,
)
_HEADER_BYTES = 600


def mutated(files: list[bytes], seed: int) -> bytes:
    """One of the files after one to eight accidents, most of them where headers are."""
    chance = Random(seed)  # noqa: S311  # the same each time
    data = bytearray(chance.choice(files))
    for _ in range(chance.randint(1, 8)):
        _spoil(data, files, chance)
    return bytes(data)


def _spoil(data: bytearray, files: list[bytes], chance: Random) -> None:
    reach = min(len(data), _HEADER_BYTES) if chance.random() < 0.6 else len(data)  # mostly
    at = chance.randrange(max(1, reach))
    size = chance.choice((1, 2, 4, 16, 200, 4000))
    match chance.randrange(8):
        case 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        case 1:
            value = chance.choice(_EXTREMES)
            data[at : at + len(value)] = value
        case 2:
            data[at : at + size] = chance.randbytes(size)
        case 3:
            del data[at : at + size]
        case 4:
            data[at:at] = data[at : at + size] * chance.choice((1, 2, 50))
        case 5:
            data[at : at + size] = bytes(size)
        case 6:
            del data[chance.randrange(max(1, len(data))) :]
        case _:
            other = chance.choice(files)
            begin = chance.randrange(len(other))
            data[at : at + size] = other[begin : begin + size]

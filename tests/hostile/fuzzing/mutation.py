"""Damages valid files at random, reproducibly by a seed."""

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
    """Return one of the files with one to eight changes, most of them in its header."""
    random = Random(seed)  # noqa: S311  # the same each time
    data = bytearray(random.choice(files))
    for _ in range(random.randint(1, 8)):
        _damage(data, files, random)
    return bytes(data)


def _damage(data: bytearray, files: list[bytes], random: Random) -> None:
    reach = min(len(data), _HEADER_BYTES) if random.random() < 0.6 else len(data)  # mostly
    at = random.randrange(max(1, reach))
    size = random.choice((1, 2, 4, 16, 200, 4000))
    match random.randrange(8):
        case 0:
            data[at : at + 1] = bytes([random.randrange(256)])
        case 1:
            value = random.choice(_EXTREMES)
            data[at : at + len(value)] = value
        case 2:
            data[at : at + size] = random.randbytes(size)
        case 3:
            del data[at : at + size]
        case 4:
            data[at:at] = data[at : at + size] * random.choice((1, 2, 50))
        case 5:
            data[at : at + size] = bytes(size)
        case 6:
            del data[random.randrange(max(1, len(data))) :]
        case _:
            other = random.choice(files)
            begin = random.randrange(len(other))
            data[at : at + size] = other[begin : begin + size]

"""Which pictures an output has, and how others become such: of a kind that players show, small enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.tags import FRONT_COVER
from ..write.image_size import image_size
from .conversion import JPEG, PNG
from .images import may_be_transparent, still

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..model.tags import Picture
    from .conversion import PictureConverter

# Of all pictures of an output: ffmpeg has their space in memory three times over, and a block of FLAC holds
# 16 MiB. Covers are far smaller.
MAX_PICTURES_BYTES = 8 * 1024 * 1024
_KINDS = frozenset({JPEG, PNG})
# No player shows larger ones, and a header of junk may claim any size.
_MAX_PIXELS = 100_000_000
# What a picture is made if it does not fit as it is, in pixels: as stores show covers, and as phones do.
_EDGES = (1600, 800)


def is_shown(picture: Picture) -> bool:
    """Return whether players can show a picture: a JPEG or PNG that states its size."""
    width, height = image_size(picture.data)
    return picture.mime in _KINDS and 0 < width * height <= _MAX_PIXELS


def shown_pictures(pictures: Sequence[Picture]) -> Iterator[Picture]:
    """Yield the pictures that players show, the front cover first, up to the limit of their size."""
    room = MAX_PICTURES_BYTES
    for picture in _front_first(pictures):
        if is_shown(picture) and len(picture.data) <= room:
            room -= len(picture.data)
            yield picture


def are_fitted(pictures: Sequence[Picture]) -> bool:
    """Return whether an output can have all pictures as they are."""
    return len(tuple(shown_pictures(pictures))) == len(pictures)


def fitted_pictures(pictures: Sequence[Picture], converter: PictureConverter) -> tuple[Picture, ...]:
    """Return all pictures, the front cover first, as JPEG or PNG that fit; others as they are.

    Raises as `PictureConverter.convert`.
    """
    room, fitted = MAX_PICTURES_BYTES, []
    for picture in _front_first(pictures):
        one = _fitted(picture, room, converter)
        if _fits(one, room):
            room -= len(one.data)
        fitted.append(one)
    return tuple(fitted)


def _front_first(pictures: Sequence[Picture]) -> list[Picture]:
    return sorted(pictures, key=lambda one: one.kind != FRONT_COVER)


def _fits(picture: Picture, room: int) -> bool:
    return is_shown(picture) and len(picture.data) <= room


def _fitted(picture: Picture, room: int, converter: PictureConverter) -> Picture:
    if _fits(picture, room):
        return picture
    shown = still(picture.data)
    to = PNG if may_be_transparent(shown) else JPEG
    for edge in _EDGES if picture.mime in _KINDS else (None, *_EDGES):
        data = converter.convert(shown, picture.mime, to, edge)
        another = picture._replace(mime=to, data=data, is_reduced=edge is not None)
        if not data or _fits(another, room):
            return another if data else picture
    return picture

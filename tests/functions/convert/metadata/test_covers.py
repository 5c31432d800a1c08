"""Pictures become JPEG or PNG that fit, or are left alone; none of them costs much."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from functions.convert.metadata.covers.conversion import PictureConverter
from functions.convert.metadata.covers.fitting import are_fitted, fitted_pictures, is_shown, shown_pictures
from functions.convert.metadata.covers.images import may_be_transparent, still
from functions.convert.metadata.model.tags import Picture
from functions.convert.metadata.readers.found import mime_of
from functions.convert.metadata.write.image_size import image_size
from tests.reports.inputs.pictures import (
    GIF,
    TRANSPARENT_WEBP,
    WEBP,
    animated_webp,
    bmp,
    huge_webp,
    png,
)

if TYPE_CHECKING:
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools

JPEG = "image/jpeg"
FRONT, BACK = 3, 4


@pytest.fixture
def converter(tools: Tools, tmp_path: Path) -> PictureConverter:
    return PictureConverter(tools, tmp_path)


def picture(data: bytes, kind: int = FRONT, description: str = "") -> Picture:
    return Picture(kind, mime_of(data), data, description)


BECOMES = {
    "WebP": (WEBP, JPEG, (16, 16)),
    "WebP with transparent pixels": (TRANSPARENT_WEBP, "image/png", (16, 16)),
    "animated WebP": (animated_webp(WEBP, WEBP), JPEG, (16, 16)),
    "animated WebP with transparent pixels": (animated_webp(TRANSPARENT_WEBP), "image/png", (16, 16)),
    "animated GIF": (GIF, "image/png", (2, 2)),
    "BMP": (bmp(30, 20), JPEG, (30, 20)),
}


@pytest.mark.parametrize("name", BECOMES)
def test_other_pictures_become_jpeg_or_png_of_the_same_size(converter: PictureConverter, name: str) -> None:
    data, mime, size = BECOMES[name]
    (one,) = fitted_pictures([picture(data, BACK, "rear")], converter)

    assert (one.mime, mime_of(one.data), image_size(one.data)) == (mime, mime, size)
    assert (one.kind, one.description, one.is_reduced) == (BACK, "rear", False)
    assert is_shown(one)


def test_what_fits_is_passed_on(converter: PictureConverter) -> None:
    pictures = [picture(png(20, 20)), picture(png(30, 30), BACK)]

    assert are_fitted(pictures)
    assert fitted_pictures(pictures, converter) == tuple(pictures)


@pytest.mark.parametrize(("colours", "mime"), [(2, JPEG), (6, "image/png")])
def test_one_that_is_too_large_is_made_smaller(converter: PictureConverter, colours: int, mime: str) -> None:
    large = picture(png(1750, 1700, colours))
    assert not are_fitted([large])
    (one,) = fitted_pictures([large], converter)

    assert (one.mime, one.is_reduced, max(image_size(one.data))) == (mime, True, 1600)
    assert are_fitted([one])


def test_the_front_cover_stays_as_it_is_where_another_can_give_way(converter: PictureConverter) -> None:
    front, back = picture(png(1500, 1400)), picture(png(1300, 1200), BACK)
    fitted = fitted_pictures([back, front], converter)

    assert fitted[0] == front
    assert (fitted[1].kind, fitted[1].is_reduced) == (BACK, True)
    assert are_fitted(fitted)


def test_a_small_one_has_room_beside_one_that_has_none() -> None:
    large, small = picture(png(1750, 1700)), picture(png(20, 20), BACK)

    assert list(shown_pictures([large, small])) == [small]


BROKEN = {
    "a cut WebP": WEBP[:40],
    "a WebP of noise": WEBP[:20] + bytes(range(40)),
    "a cut animation": animated_webp(WEBP)[:60],
    "a BMP of two bytes": b"BM",
    "a GIF without pixels": GIF[:20],
    "a WebP of 144 million pixels": huge_webp(12_000),
    "one that is called a WebP": b"RIFF\0\0\0\0WEBP" + png(8, 8),
    "a page": b"<html></html>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_that_cannot_be_read_is_left_as_it_is(converter: PictureConverter, name: str) -> None:
    broken, good = picture(BROKEN[name]), picture(GIF, BACK)
    fitted = fitted_pictures([broken, good], converter)

    assert fitted[0] == broken
    assert not is_shown(broken)
    assert is_shown(fitted[1])


def test_no_more_is_converted_once_the_time_is_used_up(converter: PictureConverter) -> None:
    converter._used_s = 8.0

    assert converter.convert(WEBP, "image/webp", JPEG) == b""


@pytest.mark.parametrize(
    ("data", "expected"),
    [(WEBP, False), (TRANSPARENT_WEBP, True), (png(2, 2), False), (png(2, 2, 6), True), (bmp(2, 2), False)],
)
def test_transparent_pixels_are_seen_in_the_header(data: bytes, *, expected: bool) -> None:
    assert may_be_transparent(data) is expected


def test_a_picture_without_movement_is_its_own_first_frame() -> None:
    assert all(still(data) == data for data in (WEBP, GIF, png(2, 2), b"", base64.b64decode("UklGRg==")))

"""Media types under which files are stored."""

from __future__ import annotations

import pytest

from shared.domain.files import BYTES, stored_type


@pytest.mark.parametrize("kind", ["audio/wav", "audio/x-wav", "AUDIO/MPEG", "video/mp4", "application/ogg"])
def test_audio_and_video_keep_their_type(kind: str) -> None:
    assert stored_type(kind) == kind.lower()


def test_type_is_stored_without_its_parameters() -> None:
    assert stored_type('audio/webm; codecs="opus"') == "audio/webm"


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/javascript",
        "application/pdf",
        "multipart/x-mixed-replace",
        "text/html;audio/wav",
        "x-audio/wav",
        "application/oggs",
        "",
    ],
)
def test_anything_else_is_stored_as_bytes(kind: str) -> None:
    assert stored_type(kind) == BYTES

"""Each error that a file alone can cause has a file by another program that causes it."""

from __future__ import annotations

import ast
import random
import struct
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import conversions
from shared.domain.errors.conversions import ConversionError
from tests.reports.corpus import REPORTS
from tests.reports.inputs.made import encoded, made, sine
from tests.reports.inputs.tags import id3, id3v1, text
from tests.reports.outcome import convert
from tests.reports.report import Refused
from tools.ffmpeg import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.convert.ffmpeg.binaries import Tools


def stopped(codec: str, ending: str) -> bytes:
    """A recording that was stopped before its first sample."""
    return made(f"{sine(0.1, 48_000)} -frames:a 0 -c:a {codec}", ending)


def noisy(data: bytes) -> bytes:
    """The data with noise in place of its middle half."""
    noise = random.Random(2).randbytes(len(data) // 2)  # noqa: S311  # the same each time
    at = len(data) // 4
    return data[:at] + noise + data[at + len(noise) :]


def pieces() -> bytes:
    return made(f"{sine(1.0)} -c:a aac -movflags empty_moov+default_base_moof -frag_duration 200000", "mp4")


def opus() -> bytes:
    return encoded("libopus", "opus", sine(3.0, 48_000))


def unfinished() -> bytes:
    """As a recorder leaves it that crashes: all media, and no index."""
    data = made(f"{sine(1.0)} -c:a aac", "m4a")
    assert data.index(b"mdat") < data.index(b"moov")
    return data[: data.index(b"moov") - 4]


def bought() -> bytes:
    """Windows Media with ASF's object of content that a licence protects."""
    data = made(f"{sine(1.0)} -c:a wmav2", "wma")
    size, objects = struct.unpack_from("<QI", data, 16)
    licence = struct.pack("<I4sI5sI5sI5s", 4, bytes(4), 5, b"DRM\0\0", 5, b"KEY\0\0", 5, b"URL\0\0")
    protection = CONTENT_ENCRYPTION + struct.pack("<Q", 24 + len(licence)) + licence
    head = data[:16] + struct.pack("<QI", size + len(protection), objects + 1) + data[28:30]
    return head + protection + data[30:]


CONTENT_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
PICTURES = "-f lavfi -i color=s=64x48:r=5:d=1 -c:v"
# By what the file is: how it is made, the error's code, and a part of its message and of its hint.
CAUSES: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "an Ogg that ended at once": (
        lambda: stopped("libvorbis", "ogg"), "empty_file", "no audio after it", "Record it again"
    ),
    "a WebM that ended at once": (
        lambda: stopped("libopus", "webm"), "empty_file", "no audio after it", "Record it again"
    ),
    "tags alone": (
        lambda: id3(text(b"TIT2", "Song")) + id3v1("Song"), "empty_file", "holds tags", "plays"
    ),
    "a film without sound": (
        lambda: made(f"{PICTURES} mpeg4", "mp4"), "no_audio_stream", "no audio stream", "silent video"
    ),
    "a later fragment of an MP4": (
        lambda: pieces()[pieces().index(b"moof") - 4 :], "not_audio", "later piece", "Join all pieces"
    ),
    "a later page of an Ogg": (
        lambda: opus()[opus().index(b"OggS", 200) :], "not_audio", "later piece", "Join all pieces"
    ),
    "an MP4 that was never finished": (unfinished, "truncated", "was not finished", "repairs MP4"),
    "Windows Media with a licence": (bought, "encrypted", "encrypted", "without protection"),
    "a codec that is not read": (
        lambda: made(f"{sine(1.0, 8000)} -ac 1 -c:a g723_1 -b:a 6300", "wav"),
        "not_audio", "g723_1", "a program that plays it",
    ),
    "an Ogg with noise in it": (
        lambda: noisy(opus()), "truncated", "can be decoded", "missing or damaged"
    ),
}  # fmt: skip
# Codes whose files are in other tests, and those that only options or limits cause.
ELSEWHERE = {
    "damaged": "tests/hostile/test_damage.py::test_a_lossless_file_with_any_damage_is_refused",
    "too_long": "tests/hostile/test_bombs.py::test_a_bomb_that_states_its_duration_is_not_decoded",
    "too_many_streams": "tests/hostile/test_bombs.py::test_thousands_of_streams_are_too_many",
    "takes_too_long": (
        "tests/functions/convert/test_queueing.py::test_what_cannot_finish_is_refused_before_it_is_encoded"
    ),
    "timed_out": "tests/hostile/test_bombs.py::test_a_hundred_thousand_comments_time_out",
    "nothing_left": (
        "tests/conversions/test_odd_sources.py::test_a_start_beyond_an_unknown_end_leaves_nothing"
    ),
    "too_many_channels": (
        "tests/functions/convert/test_disk_quota.py::test_channels_that_cannot_be_mixed_have_their_own_code"
    ),
    "track_not_found": (
        "tests/conversions/sources/test_tracks.py::test_a_track_that_does_not_exist_lists_those_that_do"
    ),
}
# What depends on the service, the bucket or the account; the last two are faults of ours.
OTHER = {
    "conversion_failed", "unsupported_encoding", "too_large", "no_room", "attempts_exhausted",
    "event_too_old", "source_gone", "unknown_format", "bad_folder_options", "task_limit_reached",
    "daily_limit_reached", "service_limit_reached", "monthly_cap_reached", "service_cap_reached",
    "new_accounts_limit_reached", "max_cost_exceeded", "output_mismatch", "encoder_failed",
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSES)
def test_the_error_names_the_true_cause(tools: Tools, name: str) -> None:
    source, code, message, hint = CAUSES[name]
    error = convert(tools, source(), "mp3", {}).task.error

    assert error
    assert error.code == code
    assert message in error.message
    assert hint in error.hint


def test_every_code_has_its_file() -> None:
    codes = {each.code for each in vars(conversions).values() if _is_error(each)}
    reported = {report.expected.code for report in REPORTS if isinstance(report.expected, Refused)}
    here = {code for _, code, _, _ in CAUSES.values()}

    assert codes == here | reported | set(ELSEWHERE) | OTHER
    assert not OTHER & (here | reported | set(ELSEWHERE))


def _is_error(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, ConversionError)


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_code_held_elsewhere_names_a_test(code: str) -> None:
    file, _, name = ELSEWHERE[code].partition("::")
    tree = ast.parse((ROOT / file).read_text())

    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

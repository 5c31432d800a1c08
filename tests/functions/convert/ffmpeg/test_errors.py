"""ffmpeg's errors become errors that tell the client whether the file is at fault, and how."""

from __future__ import annotations

import pytest

from functions.convert.ffmpeg.errors import FormatChanged, damaged_packets, error_of
from functions.convert.process.limits import CompletedProcess
from shared.domain.errors import Damaged, EncoderFailed, NotAudio, TooManyChannels, Truncated

SOME = b"out_time_us=0\nout_time_us=1500000\n"


@pytest.mark.parametrize(
    ("errors", "meaning"),
    [
        (
            "[graph_0_in_0_0 @ 0x1] Changing audio frame properties on the fly is not supported.",
            FormatChanged,
        ),
        ("[auto_aresample_0 @ 0x1] Rematrix is needed between 16 channels and stereo", TooManyChannels),
        ("[mov @ 0x1] stream 0, offset 0x30: partial file", Truncated),
        ("Error while decoding stream #0:0: Invalid data found when processing input", Damaged),
        ("[wavpack @ 0x1] sample 9 -9 too large", Damaged),
        (
            "[pcm_s24be @ 0x1] Invalid PCM packet, data has size 2 but at least a size of 3 was expected",
            Damaged,
        ),
        ("", Damaged),
        ("[libmp3lame @ 0x1] internal error", EncoderFailed),
        ("[aac @ 0x1] Input contains (near) NaN/+-Inf", EncoderFailed),
        ("Error initializing output stream 0:0 -- Error while opening encoder", EncoderFailed),
    ],
)
def test_an_error_of_ffmpeg_has_one_meaning(errors: str, meaning: type[Exception]) -> None:
    error = error_of(CompletedProcess(1, SOME, errors, timed_out=False, wall_s=1.0, cpu_s=1.0))

    assert type(error) is meaning
    assert errors in str(error.__cause__)


@pytest.mark.parametrize("errors", ["", "Cannot determine format of input stream 0:0 after EOF"])
def test_a_file_of_which_nothing_was_decoded_is_not_audio(errors: str) -> None:
    completed = CompletedProcess(1, b"out_time_us=0\n", errors, timed_out=False, wall_s=1.0, cpu_s=1.0)

    assert isinstance(error_of(completed), NotAudio)


def test_a_crash_without_a_message_is_not_the_files_fault() -> None:
    assert isinstance(
        error_of(CompletedProcess(-11, SOME, "", timed_out=False, wall_s=1.0, cpu_s=1.0)), EncoderFailed
    )


@pytest.mark.parametrize(
    ("packets", "log"),
    [
        (0, ""),
        (0, "[mp3float @ 0x1] Header missing\n    Last message repeated 4 times\n"),
        # 4.4 to 6.0
        (2, 2 * "[mp3float @ 0x1] Header missing\nError while decoding stream #0:0: Invalid data found\n"),
        (4, "Error while decoding stream #0:0: Invalid data found\n    Last message repeated 3 times\n"),
        # from 6.1 on
        (1, "[aist#0:0/mp3 @ 0x1] [dec:mp3float @ 0x2] Error submitting packet to decoder: Invalid data\n"),
        (1, "[aist#0:0/aac @ 0x1] [dec:aac @ 0x2] Decoding error: Invalid data found\n"),
    ],
)
def test_packets_that_ffmpeg_skipped_are_counted(packets: int, log: str) -> None:
    assert packets == damaged_packets(log)

"""The Python client against the real service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions.convert.probe.probe import probe
from sonube import Sonube, SonubeError
from sonube.sessions import fresh_token
from tests.client.cutting_proxy import CuttingProxy
from tests.client.terminal import write_noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.convert.ffmpeg.binaries import Tools
    from sonube import Task
    from tests.client.terminal import Terminal
    from tools.throwaway import ThrowawayCloud

MIB = 1024 * 1024


@pytest.fixture
def song(audio: Callable[..., Path], tmp_path: Path) -> Path:
    copy = tmp_path / "canción 🎵.wav"
    copy.write_bytes(audio("wav").read_bytes())
    return copy


def test_one_call_converts_a_file(service: Sonube, song: Path, tools: Tools) -> None:
    result = service.convert(song, "mp3", options={"bitRateKbps": 96})

    assert result == song.with_suffix(".mp3")
    assert (probe(tools, result).codec, probe(tools, result).bit_rate_kbps) == ("mp3", 96)


def test_a_preset_needs_no_format(service: Sonube, song: Path, tools: Tools) -> None:
    result = service.convert(song, preset="speech-16k", out=song.parent / "out")

    assert result.name == "canción 🎵-converted.wav"
    assert (probe(tools, result).sample_rate_hz, probe(tools, result).channels) == (16_000, 1)


def test_an_existing_file_is_replaced_only_on_request(service: Sonube, song: Path) -> None:
    kept = song.with_suffix(".mp3")
    kept.write_text("mine")

    second = service.convert(song, "mp3")
    third = service.convert(song, "mp3", overwrite=True)

    assert (second.name, third) == ("canción 🎵 (2).mp3", kept)
    assert kept.read_bytes()[:3] == b"ID3"


def test_a_file_that_is_not_audio_raises_the_error_of_the_task(service: Sonube, tmp_path: Path) -> None:
    text = tmp_path / "song.mp3"
    text.write_text("not a song")

    with pytest.raises(SonubeError) as caught:
        service.convert(text, "ogg")

    assert (caught.value.code, bool(caught.value.hint)) == ("not_audio", True)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["song.mp3"]


def test_an_unknown_format_is_refused_with_the_valid_ones(service: Sonube, song: Path) -> None:
    with pytest.raises(SonubeError, match="mp3") as caught:
        service.convert(song, "mp4000")

    assert (caught.value.status, len(caught.value.request_id)) == (422, 16)


def test_a_value_that_json_cannot_hold_is_refused_immediately(service: Sonube, song: Path) -> None:
    with pytest.raises(SonubeError, match="The request cannot be sent"):
        service.create(song, "mp3", options={"gainDb": float("nan")})


def test_a_token_may_end_with_a_newline(cloud: ThrowawayCloud, terminal: Terminal) -> None:
    assert list(Sonube(cloud.url, f"{fresh_token(terminal.session)}\n").tasks()) == []


def test_tasks_are_listed_page_by_page_and_deleted(service: Sonube, song: Path) -> None:
    made = [service.create(song, "mp3").id for _ in range(3)]

    assert [task.id for task in service.tasks("WAITING")] == made[::-1]
    for task_id in made:
        service.delete(task_id)
    assert list(service.tasks()) == []


def test_waiting_for_a_cancelled_task_raises_cancelled(service: Sonube, song: Path) -> None:
    task = service.create(song, "mp3")
    service.cancel(task.id)

    with pytest.raises(SonubeError) as caught:
        service.wait(task.id)

    assert caught.value.code == "cancelled"


def test_waiting_has_a_time_limit(service: Sonube, song: Path) -> None:
    task = service.create(song, "mp3")

    with pytest.raises(SonubeError, match=r"within 0\.5 s") as caught:
        service.wait(task.id, timeout_s=0.5)

    assert caught.value.code == "still_running"


def test_a_bad_token_raises_unauthenticated(cloud: ThrowawayCloud) -> None:
    with pytest.raises(SonubeError) as caught:
        next(Sonube(cloud.url, "nonsense").tasks())

    assert (caught.value.code, caught.value.status) == ("unauthenticated", 401)


def test_a_service_that_does_not_answer_raises_unreachable() -> None:
    waits: list[float] = []

    with pytest.raises(SonubeError, match="cannot be reached"):
        Sonube("http://127.0.0.1:9", "x", sleep=waits.append).formats()

    assert len(waits) == 5


def test_an_upload_resumes_after_a_broken_connection(
    service: Sonube, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = write_noise(tmp_path / "large.wav", 120)
    assert large.stat().st_size > 20 * MIB
    with CuttingProxy(cuts=3, after=3 * MIB) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        result = service.convert(large, "flac")

    assert proxy.cut == 3
    assert probe(tools, result).duration_s == pytest.approx(120, abs=0.01)


def test_a_download_resumes_after_a_broken_connection(
    service: Sonube, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _converted(service, song)
    (whole,) = service.download(done, song.parent / "whole")
    with CuttingProxy(cuts=2, after=100_000) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        (resumed,) = service.download(done, song.parent / "resumed")

    assert (proxy.cut, resumed.read_bytes()) == (2, whole.read_bytes())


def test_a_download_that_fails_for_good_leaves_no_file(
    cloud: ThrowawayCloud, service: Sonube, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, waits = _converted(service, song), list[float]()
    folder = song.parent / "out"
    impatient = Sonube(cloud.url, sleep=waits.append)
    with CuttingProxy(cuts=100, after=10) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with pytest.raises(SonubeError) as caught:
            impatient.download(done, folder)

    assert (sum(waits) > 100, caught.value.code, list(folder.iterdir())) == (True, "unreachable", [])


def test_an_expired_link_is_renewed(cloud: ThrowawayCloud, service: Sonube, song: Path) -> None:
    done = _converted(service, song)
    url = f"{cloud.environment['STORAGE_EMULATOR_HOST']}/{cloud.environment['BUCKET']}/x?X-Goog-Signature=0"
    ended = replace(done, outputs=tuple(replace(output, url=url) for output in done.outputs))

    (result,) = service.download(ended, song.parent / "out")

    assert result.stat().st_size == done.outputs[0].size_bytes


def test_listed_tasks_can_be_downloaded(service: Sonube, song: Path) -> None:
    _converted(service, song)

    (result,) = service.download(next(service.tasks("PROCESSED")), str(song.parent / "out"))

    assert result.stat().st_size > 0


def test_a_task_without_results_raises_no_result(service: Sonube, song: Path) -> None:
    with pytest.raises(SonubeError, match=r"\(WAITING\) has no result") as caught:
        service.download(service.create(song, "mp3"), song.parent)

    assert caught.value.code == "no_result"


def test_an_older_task_accepts_its_upload_later(service: Sonube, song: Path) -> None:
    task = service.get(service.create(song, "mp3").id)
    service.upload(task, str(song))

    assert service.wait(task.id).state == "PROCESSED"


def test_simultaneous_results_with_the_same_name_are_all_complete(service: Sonube, song: Path) -> None:
    done, folder = _converted(service, song), song.parent / "out"

    with ThreadPoolExecutor(4) as pool:
        placed = [
            path for paths in pool.map(lambda _: service.download(done, folder), range(4)) for path in paths
        ]

    assert len({path.name for path in placed}) == 4
    assert len({path.read_bytes() for path in placed}) == 1


def test_an_address_that_is_not_a_sonube_service_is_reported(cloud: ThrowawayCloud) -> None:
    with pytest.raises(SonubeError, match="not a Sonube service"):
        Sonube(f"{cloud.url}/docs?").formats()


def _converted(service: Sonube, song: Path) -> Task:
    task = service.create(song, "wav")
    service.upload(task, song)
    return service.wait(task.id)

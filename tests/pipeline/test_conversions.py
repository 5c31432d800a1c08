"""Real files through the staged bundles on localcloud, from sign-up to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.sampling import chosen
from tests.waiting import HANG_S
from tools.examine import decoded_seconds, inspect_audio

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.users import User

PAIRS = ["wav→mp3", "mp3→ogg", "mp3→wav", "flac→mp3", "m4a→mp3", "ogg→flac", "wav→opus", "aac→mp3"]
# tests/conversions converts each kind of file; here, each goes through all services.
SAMPLE = {"wav→mp3", "mp3→ogg", "ogg→flac", "m4a→mp3"}
CODECS = {"mp3": "mp3", "ogg": "vorbis", "wav": "pcm_s16le", "flac": "flac", "opus": "opus"}
NAMES = ["موسيقى 🎵.wav", "a b%20c#d?.wav", "ñandú.WAV", "no ending", "A.MP3"]


@pytest.mark.parametrize("pair", chosen(PAIRS, SAMPLE))
def test_a_real_file_goes_all_the_way(
    user: User, audio: Callable[..., Path], tmp_path: Path, pair: str
) -> None:
    ending, to = pair.split("→")
    source = audio(ending)
    task = user.convert(f"song.{ending}", to, source.read_bytes())
    result = tmp_path / task["outputs"][0]["filename"]
    result.write_bytes(requests.get(task["outputs"][0]["download"]["url"], timeout=HANG_S).content)

    assert task["state"] == "PROCESSED"
    assert CODECS[to] == inspect_audio(result).codec
    assert pytest.approx(decoded_seconds(source), abs=0.1) == decoded_seconds(result)


def test_a_waveform_can_be_downloaded_follows_a_change_and_goes_with_the_task(
    user: User, audio: Callable[..., Path]
) -> None:
    task = user.convert("song.wav", "mp3", audio("wav").read_bytes())
    path = f"/api/tasks/{task['id']}"
    first = requests.get(task["source"]["waveform"]["url"], timeout=HANG_S)
    user.call("PUT", path, json={"newFormat": "ogg"}).raise_for_status()
    second = requests.get(user.wait(task["id"])["source"]["waveform"]["url"], timeout=HANG_S)
    address = user.call("GET", f"{path}/download?file=waveform").headers["Location"]
    user.call("DELETE", path).raise_for_status()

    assert first.headers["Content-Type"] == "application/json"
    assert len(first.json()["data"]) == 2 * first.json()["length"] > 0
    assert first.json() == second.json()
    assert requests.get(address, timeout=HANG_S).status_code == 404


@pytest.mark.parametrize("name", chosen(NAMES, NAMES[:2]))
def test_a_name_survives_upload_conversion_and_download(
    user: User, audio: Callable[..., Path], name: str
) -> None:
    task = user.convert(name, "mp3", audio("wav").read_bytes())
    redirect = user.call("GET", f"/api/tasks/{task['id']}/download?file=original")
    answer = requests.get(redirect.headers["Location"], timeout=HANG_S)

    assert task["state"] == "PROCESSED"
    assert audio("wav").read_bytes() == answer.content
    assert (
        name.encode()
        == requests.utils.unquote(  # type: ignore[attr-defined]  # requests re-exports it
            answer.headers["Content-Disposition"].partition("UTF-8''")[2]
        ).encode()
    )


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty_file"), (b"#EXTM3U\nfile:///etc/passwd\n", "not_audio")]
)
def test_a_bad_file_fails_with_a_code_and_a_hint(user: User, data: bytes, code: str) -> None:
    task = user.convert("x.mp3", "wav", data)

    assert ("FAILED", code) == (task["state"], task["error"]["code"])
    assert task["error"]["hint"]


def test_an_upload_url_takes_no_other_headers_and_no_second_upload(
    user: User, audio: Callable[..., Path]
) -> None:
    task = user.create("song.wav", "mp3")
    wrong = requests.put(
        task["upload"]["url"], data=b"x", headers={"content-type": "text/html"}, timeout=HANG_S
    )
    first = user.upload(task, audio("wav").read_bytes())
    second = user.upload(task, b"something else")

    assert (wrong.status_code in {400, 403}, first.status_code, second.status_code) == (True, 200, 412)


def test_a_resumable_upload_converts_too(user: User, audio: Callable[..., Path]) -> None:
    task = user.create("song.wav", "mp3")
    start = task["upload"]["resumable"]
    session = requests.post(start["url"], headers=start["headers"], timeout=HANG_S)
    session.raise_for_status()
    data = audio("wav").read_bytes()
    sent = requests.put(session.headers["Location"], data=data, timeout=HANG_S)

    assert sent.status_code == 200
    assert user.wait(task["id"])["state"] == "PROCESSED"

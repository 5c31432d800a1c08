"""The Python client as a program uses it: accounts, inputs, outputs, progress and exceptions."""

from __future__ import annotations

import io
import pickle
import tomllib
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

from functions.api.openapi import document
from sonube import (
    ConversionFailed,
    InvalidRequest,
    NotFound,
    Sonube,
    SonubeError,
    StillRunning,
    Unauthenticated,
    __version__,
)
from sonube.sessions import fresh_token
from tests.client.cutting_proxy import CuttingProxy
from tests.client.terminal import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.client.terminal import Terminal
    from tools.throwaway import ThrowawayCloud


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_program_logs_in_with_a_password(
    cloud: ThrowawayCloud, audio: Callable[..., Path], tmp_path: Path
) -> None:
    account = (cloud.url, f"{tmp_path.parent.name}-{tmp_path.name}@example.com".lower(), "correct horse")

    with Sonube.login(*account, sign_up=True) as service:
        result = service.convert(audio("wav"), "mp3", out=tmp_path)
    with pytest.raises(Unauthenticated) as caught:
        Sonube.login(cloud.url, account[1], "wrong horse")

    assert result.stat().st_size > 0
    assert caught.value.code == "invalid_credentials"


def test_without_arguments_the_environment_decides(
    cloud: ThrowawayCloud, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONUBE_SESSION", str(terminal.session))
    assert list(Sonube().tasks()) == []

    monkeypatch.setenv("SONUBE_SESSION", "/nonexistent")
    monkeypatch.setenv("SONUBE_URL", cloud.url)
    monkeypatch.setenv("SONUBE_TOKEN", fresh_token(terminal.session))
    assert list(Sonube().tasks()) == []

    monkeypatch.delenv("SONUBE_TOKEN")
    with pytest.raises(Unauthenticated, match="set SONUBE_URL and SONUBE_API_KEY"):
        list(Sonube().tasks())


def test_an_api_key_needs_no_session(
    cloud: ThrowawayCloud, terminal: Terminal, songs: list[str], service: Sonube
) -> None:
    key = service._service.call("POST", "/api/keys", json={"name": "test", "scope": "write"})["key"]
    extra = {"SONUBE_API_KEY": key, "SONUBE_URL": cloud.url}
    terminal.session.unlink()

    done = terminal.run("convert", songs[0], "--to", "mp3", **extra)
    wrong = terminal.run("tasks", **extra | {"SONUBE_API_KEY": f"{key[:-2]}xx"})

    assert (done.returncode, done.stdout) == (0, "a.mp3\n"), done.stderr
    assert terminal.run("whoami", **extra).stdout.startswith(f"API key ending in {key[-4:]} at http")
    assert (wrong.returncode, "has been revoked" in wrong.stderr) == (1, True), wrong.stderr


def test_bytes_and_open_files_are_converted(
    service: Sonube, audio: Callable[..., Path], here: Path, tmp_path: Path
) -> None:
    sound = audio("wav").read_bytes()
    tape = tmp_path / "tape.bin"
    tape.write_bytes(b"another header" + sound)

    results = [service.convert(sound, "mp3"), service.convert(bytearray(sound), "mp3", name="take 1.wav")]
    results.append(service.convert(io.BytesIO(sound), "mp3", name="take 2.wav", out="out"))
    with tape.open("rb") as begun:
        begun.seek(len(b"another header"))
        results.append(service.convert(begun, "mp3"))

    assert [str(path) for path in results] == ["audio.mp3", "take 1.mp3", "out/take 2.mp3", "tape.mp3"]
    assert len({path.read_bytes()[:200_000] for path in results}) == 1
    with tape.open("r", errors="replace") as text, pytest.raises(TypeError, match="opened with 'rb'"):
        service.convert(text, "mp3")  # type: ignore[call-overload]  # the mistake
    assert here.is_dir()


def test_several_outputs_come_from_one_upload(
    service: Sonube, audio: Callable[..., Path], tmp_path: Path
) -> None:
    seen: list[tuple[str, float]] = []

    def progress(step: str, share: float) -> None:
        seen.append((step, share))

    results = service.convert(
        audio("wav"),
        outputs=[{"format": "flac"}, {"preset": "voice"}],
        out=tmp_path / "out",
        on_progress=progress,
    )

    assert [path.suffix for path in results] == [".flac", ".opus"]
    assert len(list(service.tasks())) == 1
    assert list(dict.fromkeys(step for step, _ in seen)) == ["upload", "convert", "download"]
    assert all(0 <= share <= 1 for _, share in seen)
    assert seen[-1] == ("download", 1.0)


def test_an_exception_from_the_callback_cancels_the_task(service: Sonube, audio: Callable[..., Path]) -> None:
    class Enough(Exception):
        """The program has lost interest."""

    def stop(step: str, _: float) -> None:
        if step == "upload":
            raise Enough

    with pytest.raises(Enough):
        service.convert(audio("wav"), "mp3", on_progress=stop)

    assert [task.state for task in service.tasks()] == ["CANCELLED"]


def test_a_result_can_be_written_into_an_open_file(service: Sonube, audio: Callable[..., Path]) -> None:
    task = service.create(audio("wav"), "mp3")
    service.upload(task, audio("wav"))
    sink = io.BytesIO()

    done = service.wait(task.id)
    service.download_to(done, sink)

    assert len(sink.getvalue()) == done.outputs[0].size_bytes


def test_failures_have_classes_fields_and_hints(
    service: Sonube, audio: Callable[..., Path], tmp_path: Path
) -> None:
    text = tmp_path / "song.mp3"
    text.write_text("not a song")

    with pytest.raises(InvalidRequest) as refused:
        service.create(audio("wav"), "mp3", options={"bitRateKbps": 9000})
    with pytest.raises(NotFound):
        service.get("A" * 22)
    with pytest.raises(ConversionFailed) as failed:
        service.convert(text, "ogg")
    with pytest.raises(StillRunning):
        service.wait(service.create(text, "mp3").id, timeout_s=0.1)

    assert (refused.value.field, len(refused.value.request_id)) == ("options.bitRateKbps", 16)
    assert (failed.value.code, bool(failed.value.hint)) == ("not_audio", True)


def _fail(number: int) -> int:
    raise InvalidRequest("invalid_field", f"No. {number}.", 422, hint="Try 2.", field="x", valid=[2])  # type: ignore[list-item]


def test_exceptions_are_hashable_and_survive_other_processes() -> None:
    """python/cpython#120810 and celery/celery#401."""
    error = SonubeError("file", "No.", hint="Try.", request_id="r", field="f", valid=["v"], retry_after_s=3.0)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own

    assert vars(copy) == vars(error)
    assert {error: 1}[error] == 1
    with ProcessPoolExecutor(1) as pool, pytest.raises(InvalidRequest, match=r"No\. 7\. Try 2\.") as caught:
        pool.submit(_fail, 7).result()
    assert (caught.value.field, caught.value.hint) == ("x", "Try 2.")


def test_client_package_and_api_have_one_version(service: Sonube, monkeypatch: pytest.MonkeyPatch) -> None:
    with CuttingProxy() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        service.formats()

    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert __version__ == document.VERSION == package
    assert f"User-Agent: sonube/{__version__} ".encode() in proxy.heads[0]

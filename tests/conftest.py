"""What every test may use: real audio, made once, the programs that read it, and one localcloud."""

from __future__ import annotations

import codecs
import gc
import locale
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import HealthCheck, settings

from functions.convert.ffmpeg.binaries import Tools, find_tools
from tests.clean_run import CleanRun, add_option
from tests.machine import forget_clouds
from tests.other_ffmpegs import lacking
from tests.waiting import HANG_S
from tools.clip import write_clip
from tools.ffmpeg import chosen_dir, ffmpeg_dir, program
from tools.throwaway import ThrowawayCloud

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

CLIP_S = 2.0

# An example may take any time on a busy machine.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main() -> None:
    """Start again in UTF-8 mode where the locale has another encoding: names here are in every script."""
    if not sys.flags.utf8_mode and codecs.lookup(locale.getencoding()).name != "utf-8":
        argv = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
        os.execve(sys.executable, argv, os.environ | {"PYTHONUTF8": "1"})  # noqa: S606


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the run's own plugin needs."""
    add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Let the run clean up after itself, once: not in each worker of xdist."""
    forget_clouds()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(CleanRun(config))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the tests and modules, which stay to the end, from being searched for garbage time and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The very ffmpeg that convert finds on this machine."""
    return find_tools(ffmpeg_dir())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """See that each test has an id of its own: of those that share one, xdist would run the first alone.

    schemathesis tells its operations apart by their names, and not by their ids.
    """
    for item in items:
        if not item.nodeid.endswith(item.name):
            own = f"{item.nodeid.rpartition('::')[0]}::{item.name}"
            item._id = coerce_node_id(own)  # pytest has no other way
    several = [name for name, times in Counter(item.nodeid for item in items).items() if times > 1]
    if several:
        raise pytest.UsageError(f"These ids belong to several tests: {', '.join(several)}")


# What a machine may lack and no set-up can install.
HARDWARE = "this CPU lacks"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of CI in which a test was skipped that its kind of machine can run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    reasons = [str(report.longrepr) for report in reporter.stats.get("skipped", ())]
    skipped = [reason for reason in reasons if HARDWARE not in reason]
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped; in CI none may be: {skipped[0]}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Skip what another ffmpeg than the machine's own, chosen for this run, was not built with."""
    try:
        return (yield)
    except Exception as error:
        component = lacking(error) if chosen_dir() else None
        if component is None:
            raise
        pytest.skip(f"this ffmpeg lacks {component}")


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowawayCloud]:
    """One localcloud with the staged bundles, for every test that needs no faults in it."""
    with ThrowawayCloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def environment(cloud: ThrowawayCloud, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Localcloud's variables, set for this process too: any Google client then talks to it."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    return cloud.environment


@pytest.fixture(scope="session")
def google_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Of Google's own Firestore emulator, where the SDK and Java are."""
    from tests.localcloud.firestore.running import Client, emulator, emulator_jar  # noqa: PLC0415  # few need it

    jar = emulator_jar()
    if jar is None:
        pytest.skip("needs Google's Firestore emulator: gcloud with cloud-firestore-emulator, and java")
    with emulator(jar, tmp_path_factory.mktemp("google") / "log") as (_, port):
        # Its first answer may take longer than the adapters wait for one.
        client = Client(port)
        client.document("warm/up").set({}, timeout=HANG_S)
        client.close()
        yield port


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes `clip.<ending>` of two seconds, with any further ffmpeg arguments; each is made once."""
    folder = tmp_path_factory.mktemp("audio")
    wav = write_clip(folder / "clip.wav", CLIP_S)
    made: dict[tuple[str, tuple[str, ...]], Path] = {("wav", ()): wav}

    def make(ending: str, *arguments: str) -> Path:
        key = (ending, arguments)
        if key not in made:
            made[key] = folder / f"clip-{len(made)}.{ending}"
            argv = [
                program("ffmpeg"),
                "-nostdin",
                "-v",
                "error",
                "-y",
                "-i",
                str(wav),
                *arguments,
                str(made[key]),
            ]
            subprocess.run(argv, check=True, timeout=HANG_S)
        return made[key]

    return make

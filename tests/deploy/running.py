"""Runs deploy.sh in a copy of the repository, with a fake gcloud."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.server import fake_gcloud
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = "my-project"
INTERNAL = "INTERNAL: the test makes it fail"
COPIED = ("deploy", "functions", "shared", "tools")
# Derived from firestore.indexes.json, and tested separately.
INDEX = re.compile(r"  \+ gcloud firestore (indexes|fields) ")
READING = {
    "describe",
    "list",
    "version",
    "get-iam-policy",
    "get-value",
    "print-access-token",
    "get-key-string",
    "pull",
}
RUNS_THE_SWEEPER = ["scheduler", "jobs", "run"]
# In the place of a real conversion, which needs a real service (test_verify.py). gcloud would fail
# if no one read its token.
# In the place of staging, which takes as long as all else in a run: the bundles that another copy has staged.
STAGED = """import os
if not os.path.lexists("build"):
    os.symlink({bundles!r}, "build")
"""
VERIFIED = """import pathlib, sys
sys.stdin.read()
pathlib.Path(sys.argv[sys.argv.index('--figures') + 1]).write_text('{}')
"""


def is_change(call: list[str]) -> bool:
    """Whether a command of gcloud, or a call by curl, changes something."""
    if call[0] == "curl":
        return "GET" not in call and not call[-1].endswith(":testIamPermissions")
    return not READING & set(call) and call[1:4] != RUNS_THE_SWEEPER


@dataclass(frozen=True)
class Run:
    """The output of one run of the script, and the commands that it executed."""

    status: int
    stdout: str
    stderr: str
    calls: list[list[str]]

    @property
    def printed_changes(self) -> list[list[str]]:
        """The printed commands, parsed as a shell does."""
        lines = self.stdout.splitlines()
        return [shlex.split(line[4:]) for line in lines if line.startswith("  + ")]

    @property
    def changes(self) -> list[list[str]]:
        """The gcloud commands that change something."""
        return [call for call in self.calls if call[0] == "gcloud" and is_change(call)]

    def transcript(self, *beginnings: str) -> str:
        """The lines of the steps, without what differs between checkouts and without the many indexes."""
        steps = self.stdout[self.stdout.index("== APIs") : self.stdout.index("== status")]
        lines = [line for line in steps.splitlines() if line.startswith(beginnings) and not INDEX.match(line)]
        return re.sub(r"sonube=[0-9a-f]{32}", "sonube=FINGERPRINT", "\n".join(lines)) + "\n"

    def deployment(self, function: str) -> dict[str, str]:
        """The flags that a function was deployed with (of a repeated flag: the last)."""
        call = next(c for c in self.calls if c[1:4] == ["functions", "deploy", f"sonube-{function}"])
        return {
            name.removeprefix("--"): value for name, _, value in (flag.partition("=") for flag in call[4:])
        }


@dataclass
class Deployer:
    """deploy.sh in a copy of the repository, and the fake cloud (kind → name → the service's JSON)."""

    folder: Path
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()

    def __call__(
        self,
        *arguments: str,
        fails: str = "",
        error: str = INTERNAL,
        kill_after: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> Run:
        """Run it.

        Args:
            arguments: of the script.
            fails: a command that contains this fails with that error.
            error: Google's words.
            kill_after: kill the script after so many changes, before it learns of the last; 0 never does.
            environment: more variables.
        """
        made: list[list[str]] = []

        def watch(call: list[str]) -> None:
            made.append(call)
            if kill_after and sum(map(is_change, made)) == kill_after and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

        with fake_gcloud(self.resources, fails, error, self.refusals, watch) as gcloud:
            process = subprocess.Popen(
                [str(self.repository / "deploy.sh"), *arguments],
                env={
                    "PATH": f"{self.folder / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
                    "FAKE_GCLOUD_PORT": str(gcloud.port),
                    "HOME": str(self.folder),
                    "TMPDIR": str(self.folder),
                    **(environment or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            stdout, stderr = process.communicate(timeout=HANG_S)
        return Run(process.returncode, stdout, stderr, gcloud.calls)

    @property
    def repository(self) -> Path:
        """The copy."""
        return self.folder / "repository"

    def cloud(self) -> dict[str, Any]:
        """A copy of the existing resources."""
        content: dict[str, Any] = json.loads(json.dumps(self.resources))
        return content


def new_deployer(
    folder: Path,
    cloud: dict[str, Any] | None = None,
    source: Path = ROOT,
    *,
    verify: bool = False,
    bundles: Path | None = None,
) -> Deployer:
    """Copy the repository, and put the fake gcloud and curl on PATH.

    Args:
        folder: for the copy.
        cloud: what there is.
        source: the repository to copy.
        verify: convert for real.
        bundles: deploy these; without them, the copy stages its own.
    """
    repository = folder / "repository"
    for name in COPIED:
        if bundles and name == "functions":
            continue
        shutil.copytree(source / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("deploy.sh", "firestore.indexes.json", "pyproject.toml", "requirements.lock"):
        shutil.copy2(source / name, repository / name)
    if source == ROOT:
        put_layer(repository)
    else:
        shutil.copytree(source / "ffmpeg-layer", repository / "ffmpeg-layer")
    if bundles:
        (repository / "tools" / "stage.py").write_text(STAGED.format(bundles=str(bundles)))
    if not verify:
        (repository / "deploy" / "verify.py").write_text(VERIFIED)
    programs = folder / "bin"
    programs.mkdir()
    for program in ("gcloud", "curl", "sleep"):
        shutil.copy2(Path(__file__).with_name("fake_gcloud") / "client.sh", programs / program)
    # The interpreter itself: the shim of a version manager takes longer than most scripts.
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    return Deployer(folder, cloud or {})


def staged_bundles(folder: Path) -> Path:
    """Stage as deploy.sh does; return the folder of the bundles."""
    deployer = new_deployer(folder)
    for argv in (["ffmpeg-layer/build.sh"], [sys.executable, "-IS", "tools/stage.py"]):
        subprocess.run(argv, cwd=deployer.repository, check=True, capture_output=True, timeout=HANG_S)
    return deployer.repository / "build"


def put_layer(repository: Path) -> None:
    """A builder that copies a small layer, in the place of one that builds for minutes."""
    home = repository / "ffmpeg-layer"
    programs = home / "prebuilt" / "x86-64-v3"
    programs.mkdir(parents=True)
    for name in ("ffmpeg", "ffprobe", "sonube-sandbox"):
        (programs / name).write_text(name)
        (programs / name).chmod(0o755)
    digests = {
        str(file.relative_to(home / "prebuilt")): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in programs.iterdir()
    }
    (home / "prebuilt" / "manifest.json").write_text(json.dumps({"sha256": digests}))
    builder = home / "build.sh"
    copy = "if [ -d bin ]; then echo bin is up to date; else cp -r prebuilt bin; fi"
    builder.write_text(f'#!/bin/sh\ncd "$(dirname "$0")"\n{copy}\n')
    builder.chmod(0o755)

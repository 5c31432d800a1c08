"""Runs deploy.sh in a copy of the repository, with a fake gcloud."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.fake_gcloud.server import fake_gcloud
from tests.waiting import HANG_S

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = "my-project"
INTERNAL = "INTERNAL: the test makes it fail"
COPIED = ("deploy", "functions", "shared", "tools")
READING = {
    "describe",
    "list",
    "version",
    "get-iam-policy",
    "get-value",
    "print-access-token",
    "get-key-string",
}


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
        return [call for call in self.calls if call[0] == "gcloud" and not READING & set(call)]

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

    def __call__(self, *arguments: str, fails: str = "", error: str = INTERNAL) -> Run:
        """Run it. A command that contains `fails` fails with that error."""
        with fake_gcloud(self.resources, fails, error) as gcloud:
            done = subprocess.run(
                [str(self.repository / "deploy.sh"), *arguments],
                env={
                    "PATH": f"{self.folder / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
                    "FAKE_GCLOUD_PORT": str(gcloud.port),
                    "HOME": str(self.folder),
                    "TMPDIR": str(self.folder),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=HANG_S,
                check=False,
            )
        return Run(done.returncode, done.stdout, done.stderr, gcloud.calls)

    @property
    def repository(self) -> Path:
        """The copy."""
        return self.folder / "repository"

    def cloud(self) -> dict[str, Any]:
        """A copy of the existing resources."""
        content: dict[str, Any] = json.loads(json.dumps(self.resources))
        return content


def new_deployer(folder: Path, cloud: dict[str, Any] | None = None, source: Path = ROOT) -> Deployer:
    """Copy the repository, and put the fake gcloud and curl on PATH."""
    repository = folder / "repository"
    for name in COPIED:
        shutil.copytree(source / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("deploy.sh", "firestore.indexes.json", "pyproject.toml", "requirements.lock"):
        shutil.copy2(source / name, repository / name)
    programs = folder / "bin"
    programs.mkdir()
    for program in ("gcloud", "curl"):
        shutil.copy2(Path(__file__).with_name("fake_gcloud") / "client.sh", programs / program)
    # The interpreter itself: the shim of a version manager takes longer than most scripts.
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    (programs / "sleep").write_text("#!/bin/sh\nexit 0\n")
    (programs / "sleep").chmod(0o755)
    return Deployer(folder, cloud or {})

"""Runs deploy.sh from a copy of the repository against the Google Cloud that a stand-in for gcloud keeps."""

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

from tests.deploy.fake_gcloud.server import standing_in
from tests.waiting import HANG_S

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = "my-project"
INTERNAL = "INTERNAL: it fails because the test says so"
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
    """What one run of the script printed, and the commands that it gave."""

    status: int
    output: str
    complaint: str
    calls: list[list[str]]

    @property
    def printed_changes(self) -> list[list[str]]:
        """The lines that say what is changed, as a shell reads them."""
        lines = self.output.splitlines()
        return [shlex.split(line[4:]) for line in lines if line.startswith("  + ")]

    @property
    def changes(self) -> list[list[str]]:
        """The commands of gcloud that do not only read."""
        return [call for call in self.calls if call[0] == "gcloud" and not READING & set(call)]

    def deployment(self, function: str) -> dict[str, str]:
        """The flags with which a function was deployed (of a repeated one: the last)."""
        call = next(c for c in self.calls if c[1:4] == ["functions", "deploy", f"sonube-{function}"])
        return {
            name.removeprefix("--"): value for name, _, value in (flag.partition("=") for flag in call[4:])
        }


@dataclass
class Deployer:
    """deploy.sh in a copy of the repository, and the cloud it meets (kind → name → the service's JSON)."""

    place: Path
    things: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __call__(self, *arguments: str, fails: str = "", complaint: str = INTERNAL) -> Run:
        """Run it; `fails` is a part of the command that the stand-in lets fail, with that complaint."""
        with standing_in(self.things, fails, complaint) as door:
            done = subprocess.run(
                [str(self.repository / "deploy.sh"), *arguments],
                env={
                    "PATH": f"{self.place / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
                    "STANDIN_PORT": str(door.port),
                    "HOME": str(self.place),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=HANG_S,
                check=False,
            )
        return Run(done.returncode, done.stdout, done.stderr, door.calls)

    @property
    def repository(self) -> Path:
        """The copy."""
        return self.place / "repository"

    def cloud(self) -> dict[str, Any]:
        """A copy of what exists."""
        content: dict[str, Any] = json.loads(json.dumps(self.things))
        return content


def new_deployer(place: Path, cloud: dict[str, Any] | None = None, source: Path = ROOT) -> Deployer:
    """Copies the repository's own files and puts the stand-in where gcloud and curl are looked for."""
    repository = place / "repository"
    for name in COPIED:
        shutil.copytree(source / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("deploy.sh", "firestore.indexes.json"):
        shutil.copy2(source / name, repository / name)
    programs = place / "bin"
    programs.mkdir()
    for program in ("gcloud", "curl"):
        shutil.copy2(Path(__file__).with_name("fake_gcloud") / "client.sh", programs / program)
    # The interpreter itself: a version manager's shim takes longer than most of the scripts.
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    (programs / "sleep").write_text("#!/bin/sh\nexit 0\n")
    (programs / "sleep").chmod(0o755)
    return Deployer(place, cloud or {})

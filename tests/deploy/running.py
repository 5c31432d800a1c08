"""Runs deploy.sh from a copy of the repository against the Google Cloud that a stand-in for gcloud keeps."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = "my-project"
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


@dataclass(frozen=True)
class Deployer:
    """deploy.sh in a copy of the repository, and the cloud that it meets."""

    place: Path

    def __call__(self, *arguments: str, fails: str = "") -> Run:
        """Run it; `fails` is a part of the command that the stand-in lets fail."""
        (self.place / "calls").write_text("")
        search = f"{self.place / 'bin'}{os.pathsep}{os.environ['PATH']}"
        env = {
            "PATH": search,
            "STANDIN_HOME": str(self.place),
            "STANDIN_FAILS": fails,
            "HOME": str(self.place),
        }
        env |= {"PYENV_VERSION": os.environ["PYENV_VERSION"]} if "PYENV_VERSION" in os.environ else {}
        done = subprocess.run(
            [str(self.repository / "deploy.sh"), *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        calls = [json.loads(line) for line in (self.place / "calls").read_text().splitlines()]
        return Run(done.returncode, done.stdout, done.stderr, calls)

    @property
    def repository(self) -> Path:
        """The copy."""
        return self.place / "repository"

    def cloud(self) -> dict[str, Any]:
        """What exists."""
        content: dict[str, Any] = json.loads((self.place / "cloud.json").read_text())
        return content

    def set_cloud(self, cloud: dict[str, Any]) -> None:
        """Let other things exist."""
        (self.place / "cloud.json").write_text(json.dumps(cloud))


def new_deployer(place: Path) -> Deployer:
    """Copies the repository's own files and puts the stand-in where gcloud and curl are looked for."""
    repository = place / "repository"
    for name in COPIED:
        shutil.copytree(ROOT / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("deploy.sh", "firestore.indexes.json"):
        shutil.copy2(ROOT / name, repository / name)
    (place / "bin").mkdir()
    for program in ("gcloud", "curl"):
        script = place / "bin" / program
        script.write_text(
            f"#!{sys.executable} -SE\nimport sys\nsys.dont_write_bytecode = True\n"
            f"sys.path.insert(0, {str(ROOT)!r})\nfrom tests.deploy.standin import main\n"
            f'sys.exit(main("{program}", sys.argv[1:]))\n'
        )
        script.chmod(0o755)
    (place / "bin" / "sleep").write_text("#!/bin/sh\nexit 0\n")
    (place / "bin" / "sleep").chmod(0o755)
    return Deployer(place)

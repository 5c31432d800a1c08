"""Replays what Google's Python buildpack and the exporter do to a bundle, so that it starts here as there.

From GoogleCloudPlatform/buildpacks (cmd/python/functions_framework, pkg/python, August 2026): it compiles the
sources in place, installs the requirements into a layer of their own, and compiles that with unchecked
hashes. The exporter then sets the times of all files to 1980, which makes bytecode stale that names times.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# 1980-01-01T00:00:01Z, as the lifecycle's exporter sets it.
EXPORTED_S = 315_532_801
# As deploy.sh sets them; a test compares.
BUILD_VARIABLES: Mapping[str, str] = {"SOURCE_DATE_EPOCH": str(EXPORTED_S)}
TIMEOUT_S = 600
_PIP = (
    *(
        "--upgrade",
        "--upgrade-strategy",
        "only-if-needed",
        "--no-warn-script-location",
        "--no-warn-conflicts",
    ),
    *("--force-reinstall", "--no-compile", "--disable-pip-version-check", "--no-cache-dir", "--user"),
)


@dataclass(frozen=True, slots=True)
class Image:
    """What would be deployed.

    Attributes:
        workspace: the function's files.
        layer: its requirements, as a user's site.
    """

    workspace: Path
    layer: Path

    @property
    def framework(self) -> Path:
        """The program that an instance starts."""
        return self.layer / "bin" / "functions-framework"

    @property
    def environment(self) -> dict[str, str]:
        """Of an instance, whose files vanish with it: what it compiles is lost."""
        return {"PYTHONUSERBASE": str(self.layer), "PYTHONDONTWRITEBYTECODE": "1"}


def build(bundle: Path, folder: Path, variables: Mapping[str, str] = BUILD_VARIABLES) -> Image:
    """Build the image of a staged bundle in `folder`; pip asks the index that this machine uses.

    Raises:
        subprocess.CalledProcessError: pip or the compiler failed.
    """
    image = Image(compile_sources(bundle, folder / "workspace", variables), folder / "layer")
    requirements = ("--requirement", str(image.workspace / "requirements.txt"))
    _python(("-m", "pip", "install", "--quiet", *requirements, *_PIP), folder, image.environment)
    compiled = ("-m", "compileall", "--invalidation-mode", "unchecked-hash", "-qq", str(image.layer))
    # Packages have files that are no valid Python; the buildpack ignores that too.
    _python(compiled, folder, {}, allowed={0, 1})
    set_times(image.layer)
    return image


def compile_sources(bundle: Path, workspace: Path, variables: Mapping[str, str] = BUILD_VARIABLES) -> Path:
    """Copy a bundle, compile it as the buildpack does with these build variables, and set the times."""
    shutil.copytree(bundle, workspace)
    _python(("-m", "compileall", "-f", "-q", "."), workspace, variables)
    set_times(workspace)
    return workspace


def set_times(folder: Path) -> None:
    """Set the times of all files to those of an exported image."""
    for path in folder.rglob("*"):
        os.utime(path, (EXPORTED_S, EXPORTED_S))


def _python(
    arguments: Iterable[str], folder: Path, variables: Mapping[str, str], allowed: Iterable[int] = (0,)
) -> None:
    # Not the virtual environment's, which has no user's site.
    program = Path(sys.base_prefix) / "bin" / "python3"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode not in allowed:
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)

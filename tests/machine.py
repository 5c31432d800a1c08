"""What a test takes from its machine: environment variables to pass on, and programs without set-up."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import playwright
import pytest

from shared.runtime.config import SETTINGS

# Playwright brings it, so that every machine that runs the tests of the page has it.
NODE = Path(playwright.__file__).parent / "driver" / "node"
# What a sourced `.localcloud/env`, a cloud shell and a user of the command line set.
_CLOUDS = ("LOCALCLOUD_", "CLOUDSDK_", "GOOGLE_", "BOTO_", "SONUBE_")


def forget_clouds() -> None:
    """Remove the shell's variables about a cloud and the user's passwords: the tests have their own cloud."""
    os.environ["NETRC"] = os.devnull
    settings = {setting.name for setting in SETTINGS}
    for name in list(os.environ):
        if name in settings or name.startswith(_CLOUDS) or name.endswith("_EMULATOR_HOST"):
            del os.environ[name]


def machine() -> dict[str, str]:
    """Return PATH, and TMPDIR, by which files and processes are found that a test leaves."""
    return {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}


def needs(program: str) -> pytest.MarkDecorator:
    """Skip the test, with the reason, on a machine without this program."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")

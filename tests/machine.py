"""The environment variables of the machine that a test passes on to programs."""

from __future__ import annotations

import os

from shared.runtime.config import SETTINGS
from tools.cleanup.ending import PARENT
from tools.ffmpeg import CHOSEN

# What a sourced `.localcloud/env` and a cloud shell set.
_LOCALCLOUD = ("SONUBE_", "LOCALCLOUD_", "CLOUDSDK_", "GOOGLE_", "BOTO_")
# Variables for the run of the tests itself.
_RUN = (PARENT, CHOSEN)


def forget_clouds() -> None:
    """Remove the shell's variables about a cloud, because the tests have their own cloud."""
    settings = {setting.name for setting in SETTINGS}
    for name in set(os.environ).difference(_RUN):
        if name in settings or name.startswith(_LOCALCLOUD) or name.endswith("_EMULATOR_HOST"):
            del os.environ[name]


def machine() -> dict[str, str]:
    """Return PATH, and TMPDIR, by which files and processes are found that a test leaves."""
    return {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}

"""What a program needs of the machine: all that a test passes on of the environment around it."""

from __future__ import annotations

import os

from shared.runtime.config import SETTINGS
from tools.cleanup.ending import PARENT
from tools.ffmpeg import CHOSEN

# What a sourced `.localcloud/env` and a cloud shell set.
_LOCALCLOUD = ("SONUBE_", "LOCALCLOUD_", "CLOUDSDK_", "GOOGLE_", "BOTO_")
# What the run of the tests is told itself.
_RUN = (PARENT, CHOSEN)


def forget_clouds() -> None:
    """Remove what the shell of whoever runs the tests says of a cloud: the tests have one of their own."""
    settings = {setting.name for setting in SETTINGS}
    for name in set(os.environ).difference(_RUN):
        if name in settings or name.startswith(_LOCALCLOUD) or name.endswith("_EMULATOR_HOST"):
            del os.environ[name]


def machine() -> dict[str, str]:
    """Return PATH, and TMPDIR, by which files and processes are found that a test leaves."""
    return {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}

"""`.localcloud/env`: what a shell sources to talk to this localcloud with any Google client."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_env(file: Path, variables: Mapping[str, str]) -> None:
    """Write the file whole or not at all; that it is there says that everything answers."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    fresh = file.with_suffix(".new")
    fresh.write_text("".join(lines))
    fresh.replace(file)

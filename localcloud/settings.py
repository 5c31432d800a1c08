"""What a local cloud can be told: where its data live, its ports, how many instances, and which faults."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Settings:
    """One localcloud.

    Attributes:
        data: everything that it keeps; one process at a time.
        build: the staged bundles.
        api_port: 0 is any free one; so for every port.
        instances: most convert instances at a time.
        idle_s: after which a convert instance without work ends.
        faults: plan of faults to inject; empty for none.
        quiet: do not print the functions' logs.
    """

    data: Path = ROOT / ".localcloud"
    build: Path = ROOT / "build"
    project: str = "sonube-local"
    bucket: str = "sonube-local"
    location: str = "us-central1"
    api_port: int = 8080
    storage_port: int = 0
    storage_https_port: int = 0
    grpc_port: int = 0
    identity_port: int = 0
    notify_port: int = 0
    control_port: int = 0
    instances: int = 2
    idle_s: float = 60.0
    faults: str = ""
    quiet: bool = False


def parse_settings(arguments: list[str] | None = None) -> Settings:
    """Settings from the command line; every field is an option."""
    parser = argparse.ArgumentParser(prog="python -m localcloud", description=__doc__)
    defaults = Settings()
    for name in Settings.__slots__:
        default = getattr(defaults, name)
        flag = f"--{name.replace('_', '-')}"
        if isinstance(default, bool):
            parser.add_argument(flag, action="store_true")
        else:
            parser.add_argument(
                flag, type=type(default) if not isinstance(default, Path) else Path, default=default
            )
    return Settings(**vars(parser.parse_args(arguments)))

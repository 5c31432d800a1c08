"""The settings of a local cloud: its folder, its ports, how many instances, and which faults."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args, get_type_hints

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Settings:
    """One localcloud; each field's meaning is its option's help text."""

    data: Annotated[Path, "folder for all data, used by one localcloud at a time"] = ROOT / ".localcloud"
    build: Annotated[Path, "folder of the staged functions (make stage)"] = ROOT / "build"
    project: Annotated[str, "project id"] = "sonube-local"
    bucket: Annotated[str, "bucket; created if it does not exist"] = "sonube-local"
    location: Annotated[str, "region of bucket and queues"] = "us-central1"
    api_port: Annotated[
        int, "of the API and the page; 0, here and below, chooses a free port and keeps it"
    ] = 8080
    storage_port: Annotated[int, "of Cloud Storage, http"] = 0
    storage_https_port: Annotated[
        int, "of Cloud Storage, https with a throw-away certificate, for gsutil"
    ] = 0
    grpc_port: Annotated[int, "of Firestore and Cloud Tasks"] = 0
    firestore_port: Annotated[int, "of Firestore's JSON API"] = 0
    identity_port: Annotated[int, "of Identity Toolkit, token service and metadata server"] = 0
    notify_port: Annotated[int, "of notify, which requires an OIDC token"] = 0
    queued_port: Annotated[int, "of convert-queued, which requires an OIDC token"] = 0
    control_port: Annotated[int, "of /status, /faults and /jobs"] = 0
    instances: Annotated[int, "maximum number of convert instances"] = 2
    queued_instances: Annotated[
        int, "maximum number of convert-queued instances; 0: as many as of convert, two at least"
    ] = 0
    idle_s: Annotated[float, "seconds after which an idle convert instance stops"] = 60.0
    sweep_s: Annotated[float, "seconds between two calls of the sweeper by Cloud Scheduler; 0: none"] = 60.0
    faults: Annotated[
        str,
        "faults to inject, such as seed=7,duplicate=0.1,delay=0.2:3s,unavailable=0.05,kill=0.1",
    ] = ""
    apis_only: Annotated[bool, "start Google's APIs without the functions; events wait"] = False
    quiet: Annotated[bool, "do not print the functions' logs"] = False


def parse_settings(arguments: list[str] | None = None) -> Settings:
    """Settings from the command line; every field is an option."""
    parser = argparse.ArgumentParser(
        prog="python -m localcloud",
        description="A local Google Cloud for Sonube: Cloud Storage, Firestore, Cloud Tasks, Identity "
        "Toolkit, Eventarc, Cloud Scheduler and Cloud Run, simplified, on loopback, until Ctrl-C.",
        epilog="Once everything answers, DATA/env holds the addresses: source it in a shell, and Google's "
        "clients, gsutil and gcloud storage talk to this localcloud.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    defaults = Settings()
    for name, hint in get_type_hints(Settings, include_extras=True).items():
        (kind, meaning), default = get_args(hint), getattr(defaults, name)
        flag, metavar = f"--{name.replace('_', '-')}", name.rpartition("_")[2].upper()
        if kind is bool:
            parser.add_argument(flag, action="store_true", help=meaning)
        else:
            parser.add_argument(flag, type=kind, default=default, help=meaning, metavar=metavar)
    return Settings(**vars(parser.parse_args(arguments)))

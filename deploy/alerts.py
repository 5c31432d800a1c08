# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Compares alert policies with their files, for deploy.sh; the API's list is on standard input.

usage: alerts.py name FILE            print the name of the policy of the file, or nothing
       alerts.py same FILE CHANNEL    status 1: the policy differs, or does not notify the channel
       alerts.py body FILE CHANNEL    print the policy of the file
       alerts.py channel ADDRESS      print the name of the e-mail channel, or nothing
       alerts.py new-channel ADDRESS  print the e-mail channel to create
       alerts.py channels             print the names of the channels that deploy.sh created
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.matches import matches

# Tells a channel of deploy.sh from one that the project had before.
CREATED_BY = {"created-by": "sonube"}


def policy(file: str, channel: str) -> dict[str, Any]:
    """The policy of a file, which notifies the channel if there is one."""
    found: dict[str, Any] = json.loads(Path(file).read_text())
    return found | ({"notificationChannels": [channel]} if channel else {})


def existing(file: str) -> dict[str, Any]:
    """The policy on standard input that has the name of the file's, or {}."""
    wanted = policy(file, "")["displayName"]
    every = _standard_input().get("alertPolicies", [])
    return next((dict(one) for one in every if one["displayName"] == wanted), {})


def channel_of(address: str) -> str:
    """The channel on standard input that sends to the address, or ""."""
    every = _standard_input().get("notificationChannels", [])
    return next((str(one["name"]) for one in every if one["labels"].get("email_address") == address), "")


def new_channel(address: str) -> dict[str, Any]:
    """The channel to create for an address."""
    labels = {"email_address": address}
    return {"type": "email", "displayName": "Sonube", "labels": labels, "userLabels": CREATED_BY}


def own_channels() -> list[str]:
    """The channels on standard input that deploy.sh created."""
    every = _standard_input().get("notificationChannels", [])
    return [str(one["name"]) for one in every if CREATED_BY.items() <= one.get("userLabels", {}).items()]


def _standard_input() -> dict[str, Any]:
    text = sys.stdin.read()
    return dict(json.loads(text)) if text.strip() else {}


def main(arguments: list[str]) -> int:
    """Answer the question."""
    match arguments:
        case ["name", file]:
            text = str(existing(file).get("name", ""))
        case ["body", file, channel]:
            text = json.dumps(policy(file, channel))
        case ["channel", address]:
            text = channel_of(address)
        case ["new-channel", address]:
            text = json.dumps(new_channel(address))
        case ["channels"]:
            text = "\n".join(own_channels())
        case ["same", file, channel]:
            return int(not matches(existing(file), policy(file, channel)))
        case _:
            return 2
    sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# ruff: noqa: INP001  # scripts that deploy.sh runs, not a package
"""Verifies a deployment by a real conversion, prints each step with its time, and keeps the figures.

usage: verify.py --api URL --region NAME --storage URL --bucket NAME --identity URL --key KEY
       --figures FILE
(the token on standard input; status 1: a step failed, and its likely cause is printed)
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.verification.causes import likely_cause
from deploy.verification.steps import WAIT_S, Place, StepFailed, Verification


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """0 if every step succeeded."""
    parser = argparse.ArgumentParser()
    for name in ("--api", "--region", "--storage", "--bucket", "--identity", "--key", "--figures"):
        parser.add_argument(name, required=True)
    parser.add_argument(
        "--wait", type=float, default=WAIT_S, help="seconds for an event and for a conversion"
    )
    given = parser.parse_args()
    token = sys.stdin.read().strip()
    place = Place(given.api, given.storage, given.bucket, given.identity, given.key, token)
    verification = Verification(place, given.wait, _say)
    try:
        verification.run()
    except StepFailed as failure:
        _say(f"  FAILED            {failure.step}: {failure}")
        cause = likely_cause(failure.step, failure.status).replace("REGION", given.region)
        _say(f"                    Likely cause: {cause}")
        return 1
    finally:
        Path(given.figures).write_text(json.dumps(verification.seconds) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

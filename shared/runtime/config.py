"""Each service's configuration as one typed struct, read once through an injected look-up.

`SETTINGS` is the table in docs/configuration.md, and what `deploy.sh` sets; a test compares the three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024 * 1024


class Misconfigured(SonubeError):
    """The environment lacks a variable or holds a value that cannot be used; the function must not start."""

    code, title = "misconfigured", "The function is not configured"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: who reads it, what it means, and its value when it is not set."""

    name: str
    readers: str
    meaning: str
    default: str | None = None


SETTINGS: tuple[Setting, ...] = (
    Setting("GOOGLE_CLOUD_PROJECT", "api convert notify", "Project id."),
    Setting("BUCKET", "api convert notify", "Bucket that holds the task folders."),
    Setting("FIRESTORE_DATABASE", "api convert notify", "Firestore database.", "(default)"),
    Setting("FIREBASE_API_KEY", "api", "Web API key of the Firebase project, for sign-up and sign-in."),
    Setting("UPLOAD_MAX_BYTES", "api convert", "Largest upload.", str(2 * 1024 * MIB)),
    Setting("URL_LIFETIME_S", "api notify", "How long a signed URL lives.", "900"),
    Setting(
        "CORS_ORIGINS",
        "api",
        "Web pages of these origins may call, with spaces between; `*` is all, `none` is none.",
        "*",
    ),
    Setting(
        "TASK_LIFETIME_DAYS",
        "api convert notify",
        "After how many days a task and its files are removed.",
        "30",
    ),
    Setting("OPEN_TASKS_MAX", "api", "Tasks of one user that have not ended.", "1000"),
    Setting("UPLOADS_PER_MINUTE", "api", "Uploads and conversions one user may ask for in a minute.", "600"),
    Setting("DURATION_MAX_S", "api convert", "Longest audio.", str(4 * 3600)),
    Setting(
        "CONVERT_TIMEOUT_S", "convert", "When a conversion ends itself; the platform cuts at 540.", "480"
    ),
    Setting(
        "TEMP_MAX_BYTES",
        "convert",
        "What one conversion's files may take of the instance's memory, which programs need some of.",
        str(3584 * MIB),
    ),
    Setting("LEASE_S", "convert", "How long a claim holds; longer than CONVERT_TIMEOUT_S.", "540"),
    Setting("MAX_ATTEMPTS", "convert", "Conversions tried for one upload.", "4"),
    Setting(
        "MAX_EVENT_AGE_S",
        "convert notify",
        "Oldest upload event that is worked on; so long without progress, and a task fails.",
        "86400",
    ),
    Setting("UPLOAD_WAIT_S", "notify", "How long a task waits for its upload before it expires.", "86400"),
    Setting("SWEEP_GRACE_S", "notify", "How long the sweeper leaves alone what may yet go on.", "3600"),
    Setting("CONVERSIONS_PER_TASK", "convert", "Conversions of one task, all attempts and formats.", "40"),
    Setting("CONVERSIONS_PER_USER_DAY", "convert", "Conversions of one user in a day (UTC).", "5000"),
    Setting("CONVERSIONS_PER_DAY", "convert", "Conversions of everybody in a day: the cost fuse.", "100000"),
    Setting("TASKS_QUEUE", "convert", "Cloud Tasks queue: projects/P/locations/L/queues/Q."),
    Setting("NOTIFY_URL", "api convert notify", "Address of notify."),
    Setting("NOTIFY_INVOKER", "api convert notify", "Service account whose OIDC token opens notify."),
    Setting(
        "WEBHOOKS_QUEUE", "api notify", "Cloud Tasks queue that delivers webhooks, named as TASKS_QUEUE is."
    ),
    Setting(
        "WEBHOOK_WAITS_S",
        "notify",
        "Seconds between the attempts to deliver a webhook, about three days in all.",
        "5 300 1800 7200 18000 36000 50400 72000 86400",
    ),
    Setting("WEBHOOK_TIMEOUT_S", "api notify", "How long a webhook's receiver may take to answer.", "15"),
    Setting(
        "WEBHOOK_ALLOW_LOOPBACK",
        "api notify",
        "1 lets webhooks go to this machine, by http too: for local development only.",
        "",
    ),
    Setting(
        "CLOUD_TASKS_EMULATOR_HOST",
        "api convert notify",
        "host:port of a Cloud Tasks that is not Google's.",
        "",
    ),
    Setting(
        "FIRESTORE_REST_EMULATOR_HOST",
        "api",
        "host:port of Firestore's JSON API that is not Google's; empty: `FIRESTORE_EMULATOR_HOST`.",
        "",
    ),
    Setting("FFMPEG_DIR", "convert", "Folder of ffmpeg and ffprobe; empty: the layer's, then PATH's.", ""),
)

# Each turns off a check that production stands on.
EMULATORS = (
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
    "FIRESTORE_REST_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "CLOUD_TASKS_EMULATOR_HOST",
    "WEBHOOK_ALLOW_LOOPBACK",
)


@dataclass(frozen=True, slots=True)
class Environment:
    """Environment variables, with the defaults and complaints of the table."""

    variables: Mapping[str, str]

    def text(self, name: str) -> str:
        """The variable's value, or its default.

        Raises:
            Misconfigured: it is not set and has no default.
        """
        setting = next(s for s in SETTINGS if s.name == name)
        value = self.variables.get(name, "").strip() or setting.default
        if value is None:
            raise Misconfigured(f"Set {name}: {setting.meaning}")
        return value

    def number(self, name: str) -> int:
        """As `text`, a whole number above 0."""
        value = self.text(name)
        if not value.isascii() or not value.isdigit() or int(value) == 0:
            raise Misconfigured(f"{name} must be a whole number above 0, not {value!r}.")
        return int(value)

    def flag(self, name: str) -> bool:
        """As `text`: 1 is yes, nothing or 0 is no."""
        value = self.text(name)
        if value not in {"", "0", "1"}:
            raise Misconfigured(f"{name} must be 1 or 0, not {value!r}.")
        return value == "1"

    def words(self, name: str) -> frozenset[str]:
        """As `text`, words with spaces between; `none` is no word at all."""
        return frozenset(self.text(name).split()) - {"none"}

    def seconds(self, name: str) -> tuple[float, ...]:
        """As `text`, numbers of seconds with spaces between."""
        value = self.text(name)
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?( +[0-9]+(\.[0-9]+)?)*", value):
            raise Misconfigured(f"{name} must be numbers of seconds with spaces between, not {value!r}.")
        return tuple(float(part) for part in value.split())


def refuse_emulators_when_deployed(variables: Mapping[str, str]) -> None:
    """Raise Misconfigured on Cloud Run (which sets K_SERVICE) if a check is turned off.

    With an emulator set, firebase-admin verifies neither signature nor expiry, so this is no mere untidiness.
    """
    found = [name for name in EMULATORS if variables.get(name)]
    if variables.get("K_SERVICE") and found:
        raise Misconfigured(f"Remove {', '.join(found)}: a deployed function must not run with it.")

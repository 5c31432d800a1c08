"""The settings of the functions, read from environment variables.

`SETTINGS` is the table in docs/configuration.md, and what `deploy.sh` sets; a test compares the three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.costs.prices import nano
from shared.domain.errors import SonubeError

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB = 1024 * 1024
SECURE_URL = re.compile(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]")


class Misconfigured(SonubeError):
    """A variable is missing or invalid; the function must not start."""

    code, title = "misconfigured", "The function is not configured"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: the functions that read it, its meaning, and its default."""

    name: str
    readers: str
    meaning: str
    default: str | None = None


SETTINGS: tuple[Setting, ...] = (
    Setting("GOOGLE_CLOUD_PROJECT", "api convert notify", "Project ID."),
    Setting("BUCKET", "api convert notify", "Bucket for uploads and outputs."),
    Setting("FIRESTORE_DATABASE", "api convert notify", "Firestore database.", "(default)"),
    Setting("FIREBASE_API_KEY", "api", "Web API key of the Firebase project, for sign-up and sign-in."),
    Setting(
        "IDENTITY_TOOLKIT_URL",
        "api",
        "Where users sign up and in: https, or http on this machine.",
        "https://identitytoolkit.googleapis.com/v1",
    ),
    Setting(
        "SECURE_TOKEN_URL",
        "api",
        "Where ID tokens are refreshed: https, or http on this machine.",
        "https://securetoken.googleapis.com/v1",
    ),
    Setting(
        "VERIFIED_EMAIL_REQUIRED",
        "api",
        "1 accepts changes only of users who have verified their e-mail address.",
        "",
    ),
    Setting(
        "TOKEN_CERTIFICATES_URL",
        "api",
        "Where the certificates that sign ID tokens are published: https, or http on this machine.",
        "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com",
    ),
    Setting("UPLOAD_MAX_BYTES", "api convert", "Limit for the size of an upload.", str(2 * 1024 * MIB)),
    Setting("URL_LIFETIME_S", "api notify", "Lifetime of a signed URL.", "900"),
    Setting(
        "ALLOWED_HOSTS",
        "api convert notify",
        "Host names, without ports, under which the function answers, separated by spaces; `*` allows all.",
        "*",
    ),
    Setting(
        "CORS_ORIGINS",
        "api",
        "Origins whose web pages may call the API, separated by spaces; `*` allows all, `none` allows none.",
        "*",
    ),
    Setting(
        "TASK_LIFETIME_DAYS",
        "api convert notify",
        "Days after which a task and its files are deleted.",
        "7",
    ),
    Setting("TERMS_URL", "api", "Terms of use, https, for a link on the page; if empty, there is none.", ""),
    Setting("SOURCE_URL", "api", "Source code, https, for a link on the page; if empty, there is none.", ""),
    Setting("OPEN_TASKS_MAX", "api", "Limit of unfinished tasks per user.", "1000"),
    Setting("UPLOADS_PER_MINUTE", "api", "Limit of uploads and conversions per user and minute.", "600"),
    Setting("DURATION_MAX_S", "api convert", "Limit for the duration of the audio.", str(4 * 3600)),
    Setting(
        "CONVERT_TIMEOUT_S",
        "convert",
        "Deadline of one conversion; shorter than the function's own timeout, 540 s.",
        "480",
    ),
    Setting(
        "LONG_CONVERSION_S",
        "api convert",
        "Longest predicted time of a conversion that is not left to LONG_QUEUE; half of CONVERT_TIMEOUT_S.",
        "240",
    ),
    Setting(
        "OWNER_CONVERSIONS_MAX",
        "convert",
        "Conversions of one owner that run at a time; further ones are left to BULK_QUEUE.",
        "10",
    ),
    Setting(
        "QUEUED_TIMEOUT_S",
        "api convert",
        "Deadline of a conversion from a queue; shorter than Cloud Tasks waits, 1800 s.",
        "1740",
    ),
    Setting(
        "TEMP_MAX_BYTES",
        "convert",
        "Limit for the temporary files of one conversion, which share the instance's memory with programs.",
        str(3584 * MIB),
    ),
    Setting(
        "LEASE_S",
        "convert",
        "Lease on a task, extended every two seconds of work; longer than CONVERT_TIMEOUT_S.",
        "540",
    ),
    Setting("ATTEMPTS_MAX", "convert", "Limit of attempts to convert one upload.", "4"),
    Setting(
        "EVENT_AGE_MAX_S",
        "convert notify",
        "Age at which an upload event is too old; a task without progress fails after the same time.",
        "86400",
    ),
    Setting("UPLOAD_TIMEOUT_S", "notify", "Time after which a task without an upload expires.", "86400"),
    Setting(
        "SWEEP_GRACE_S", "notify", "Grace period before the sweeper repairs a task or an object.", "3600"
    ),
    Setting(
        "CONVERSIONS_PER_TASK", "convert", "Limit of conversions per task, all formats and attempts.", "40"
    ),
    Setting("CONVERSIONS_PER_USER_DAY", "convert", "Limit of conversions per user and day (UTC).", "5000"),
    Setting("CONVERSIONS_PER_DAY", "convert", "Limit of conversions of all users per day (UTC).", "100000"),
    Setting(
        "USD_PER_USER_MONTH",
        "api convert",
        "Spending cap: US dollars per user and month (UTC), by `shared/domain/costs/prices.toml`.",
        "5",
    ),
    Setting("USD_PER_DAY", "convert", "Spending cap: US dollars of all users per day (UTC).", "20"),
    Setting(
        "NEW_ACCOUNTS_PERCENT",
        "convert",
        "Share of USD_PER_DAY and of CONVERSIONS_PER_DAY that new accounts can use up together, in percent.",
        "2",
    ),
    Setting("NEW_ACCOUNT_HOURS", "api", "Age up to which an account is new, in hours.", "24"),
    Setting("TASKS_QUEUE", "convert", "Cloud Tasks queue: projects/P/locations/L/queues/Q."),
    Setting("NOTIFY_URL", "api convert notify", "URL of notify."),
    Setting(
        "NOTIFY_INVOKER", "api convert notify", "Service account that may call notify and convert-queued."
    ),
    Setting("LONG_QUEUE", "convert", "Cloud Tasks queue for long conversions, in the form of TASKS_QUEUE."),
    Setting(
        "BULK_QUEUE",
        "convert",
        "Cloud Tasks queue for conversions of owners with many, in the form of TASKS_QUEUE.",
    ),
    Setting("QUEUED_URL", "convert", "URL of convert-queued, which converts what waits in a queue."),
    Setting("WEBHOOKS_QUEUE", "api notify", "Cloud Tasks queue for webhooks, in the form of TASKS_QUEUE."),
    Setting(
        "WEBHOOK_RETRY_DELAYS_S",
        "notify",
        "Seconds between the attempts to deliver a webhook, about three days in all.",
        "5 300 1800 7200 18000 36000 50400 72000 86400",
    ),
    Setting("WEBHOOK_TIMEOUT_S", "api notify", "Timeout of one attempt to deliver a webhook.", "15"),
    Setting(
        "WEBHOOK_ALLOW_LOOPBACK",
        "api notify",
        "1 allows webhooks to this machine, over http too; for local development only.",
        "",
    ),
    Setting("CLOUD_TASKS_EMULATOR_HOST", "api convert notify", "host:port of a Cloud Tasks emulator.", ""),
    Setting(
        "FIRESTORE_REST_EMULATOR_HOST",
        "api",
        "host:port of an emulator of Firestore's JSON API; if empty, `FIRESTORE_EMULATOR_HOST`.",
        "",
    ),
    Setting(
        "FFMPEG_DIR",
        "convert",
        "Folder of ffmpeg and ffprobe; if empty, the layer's, and without a layer those in PATH.",
        "",
    ),
)

# Each turns off a check that production relies on.
EMULATORS = (
    "FIREBASE_AUTH_EMULATOR_HOST",
    "FIRESTORE_EMULATOR_HOST",
    "FIRESTORE_REST_EMULATOR_HOST",
    "STORAGE_EMULATOR_HOST",
    "CLOUD_TASKS_EMULATOR_HOST",
    "WEBHOOK_ALLOW_LOOPBACK",
)
# Of a deployed function they are Google's, by https.
OVER_HTTPS = ("TOKEN_CERTIFICATES_URL", "IDENTITY_TOOLKIT_URL", "SECURE_TOKEN_URL")


@dataclass(frozen=True, slots=True)
class Environment:
    """Environment variables, with the defaults of the table."""

    variables: Mapping[str, str]

    def text(self, name: str) -> str:
        """The value of the variable, or its default.

        Raises:
            Misconfigured: the variable is not set and has no default.
        """
        setting = next(s for s in SETTINGS if s.name == name)
        value = self.variables.get(name, "").strip() or setting.default
        if value is None:
            raise Misconfigured(f"{name} is required but not set. Set it: {setting.meaning}")
        return value

    def number(self, name: str) -> int:
        """As `text`, for a positive integer."""
        value = self.text(name)
        if not value.isascii() or not value.isdigit() or int(value) == 0:
            raise Misconfigured(f"{name} is {value!r}; it must be a positive integer.")
        return int(value)

    def nano_usd(self, name: str) -> int:
        """As `text`, for US dollars; returns nano-dollars."""
        value = self.text(name)
        if not re.fullmatch(r"[0-9]+(\.[0-9]{1,9})?", value) or float(value) == 0:
            raise Misconfigured(f"{name} is {value!r}; it must be US dollars, such as 5 or 0.25.")
        return nano(float(value))

    def flag(self, name: str) -> bool:
        """As `text`: 1 is true, 0 and empty are false."""
        value = self.text(name)
        if value not in {"", "0", "1"}:
            raise Misconfigured(f"{name} is {value!r}; it must be 0 or 1.")
        return value == "1"

    def words(self, name: str) -> frozenset[str]:
        """As `text`, for words separated by spaces; `none` is an empty set."""
        return frozenset(self.text(name).split()) - {"none"}

    def secure_url(self, name: str) -> str:
        """As `text`, for a URL whose content nobody on the network can change."""
        value = self.text(name)
        if not SECURE_URL.match(value):
            raise Misconfigured(f"{name} is {value!r}; it must be an https URL, or http on this machine.")
        return value

    def seconds(self, name: str) -> tuple[float, ...]:
        """As `text`, for seconds separated by spaces."""
        value = self.text(name)
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?( +[0-9]+(\.[0-9]+)?)*", value):
            raise Misconfigured(f"{name} is {value!r}; it must be seconds, separated by spaces.")
        return tuple(float(part) for part in value.split())


def refuse_emulators_when_deployed(variables: Mapping[str, str]) -> None:
    """Raise Misconfigured on Cloud Run (which sets K_SERVICE) if a check is turned off."""
    found = [name for name in EMULATORS if variables.get(name)]
    found += [name for name in OVER_HTTPS if variables.get(name, "").startswith("http:")]
    if variables.get("K_SERVICE") and found:
        raise Misconfigured(f"Unset {', '.join(found)}: only local development may use it.")

"""Resources in the services' own JSON, from the flags that created them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.refusals import CPU, MEMORY
from tests.deploy.fake_gcloud.state import PROJECT, GoogleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.deploy.fake_gcloud.state import Arguments, Cloud

PREFIX = f"projects/{PROJECT}"


def bucket(words: Arguments, names: list[str]) -> dict[str, Any]:
    """A bucket."""
    found: dict[str, Any] = {
        "name": names[0].removeprefix("gs://"),
        "iamConfiguration": {
            "uniformBucketLevelAccess": {"enabled": "uniform-bucket-level-access" in words.flags},
            "publicAccessPrevention": "enforced"
            if "public-access-prevention" in words.flags
            else "inherited",
        },
        "softDeletePolicy": {"retentionDurationSeconds": words.one("soft-delete-duration", "604800")},
    }
    if location := words.one("location"):
        found["location"] = location.upper()
    for flag, name in (("cors-file", "cors"), ("lifecycle-file", "lifecycle")):
        if flag in words.flags:
            found[name] = words.file(flag)
    return found


def queue(words: Arguments, names: list[str]) -> dict[str, Any]:
    """A queue of Cloud Tasks."""
    return {
        "name": f"{PREFIX}/locations/{words.one('location')}/queues/{names[0]}",
        "state": "RUNNING",
        "retryConfig": {
            "maxAttempts": int(words.one("max-attempts")),
            "maxRetryDuration": words.one("max-retry-duration"),
            "minBackoff": words.one("min-backoff"),
            "maxBackoff": words.one("max-backoff"),
            "maxDoublings": int(words.one("max-doublings")),
        },
        "rateLimits": {
            "maxDispatchesPerSecond": float(words.one("max-dispatches-per-second")),
            "maxConcurrentDispatches": int(words.one("max-concurrent-dispatches")),
            "maxBurstSize": 20,
        },
        "stackdriverLoggingConfig": {"samplingRatio": float(words.one("log-sampling-ratio"))},
    }


def job(words: Arguments, names: list[str]) -> dict[str, Any]:
    """A job of Cloud Scheduler."""
    token = {
        "serviceAccountEmail": words.one("oidc-service-account-email"),
        "audience": words.one("oidc-token-audience"),
    }
    target = {"uri": words.one("uri"), "httpMethod": words.one("http-method"), "oidcToken": token}
    return {
        "name": f"{PREFIX}/locations/{words.one('location')}/jobs/{names[-1]}",
        "schedule": words.one("schedule"),
        "timeZone": words.one("time-zone"),
        "attemptDeadline": words.one("attempt-deadline"),
        "httpTarget": target,
    }


def subscription(words: Arguments, names: list[str]) -> dict[str, Any]:
    """A subscription, with its dead-letter policy if it has one."""
    found: dict[str, Any] = {"name": f"{PREFIX}/subscriptions/{names[0]}"}
    if topic := words.one("dead-letter-topic"):
        attempts = int(words.one("max-delivery-attempts"))
        found["deadLetterPolicy"] = {
            "deadLetterTopic": f"{PREFIX}/topics/{topic}",
            "maxDeliveryAttempts": attempts,
        }
        found["retryPolicy"] = {
            "minimumBackoff": words.one("min-retry-delay"),
            "maximumBackoff": words.one("max-retry-delay"),
        }
        found["ackDeadlineSeconds"] = int(words.one("ack-deadline"))
    return found


def from_file(kind: str) -> Callable[[Arguments, list[str]], dict[str, Any]]:
    """What a JSON file says, under a name of the kind."""

    def shape(words: Arguments, names: list[str]) -> dict[str, Any]:
        name = f"{PREFIX}/{kind}/{names[0].rpartition('/')[2]}"
        return {"name": name, **words.file("config-from-file")}

    return shape


def budget(words: Arguments, _names: list[str]) -> dict[str, Any]:
    """A budget."""
    amount = words.one("budget-amount")
    units = {"units": amount[:-3], "currencyCode": amount[-3:]}
    return {
        "name": "billingAccounts/A/budgets/B",
        "displayName": words.one("display-name"),
        "amount": {"specifiedAmount": units},
    }


def quota(cloud: Cloud, name: str) -> dict[str, Any]:
    """A quota of Cloud Run, of a project with low ones unless the test says otherwise.

    Raises:
        GoogleError: the test hides the quotas.
    """
    found = cloud.kind("settings").get(
        "quotas", {"CpuAllocPerProjectRegion": CPU, "MemAllocPerProjectRegion": MEMORY}
    )
    if name not in found:
        raise GoogleError("curl: (22) The requested URL returned error: 403")
    return {
        "dimensionsInfos": [
            {"dimensions": {"region": "us-central1"}, "details": {"value": str(found[name])}},
            {"details": {"value": str(found[name])}},
        ]
    }


def monitoring(cloud: Cloud, method: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Alert policies and notification channels, by their API."""
    kind = next(kind for kind in ("alertPolicies", "notificationChannels") if kind in name)
    if method == "GET":
        return {kind: list(cloud.kind(kind).values())}
    if method == "POST":
        name = f"{name}/{len(cloud.kind(kind)) + 1}"
        return dict(cloud.create(kind, name, {"name": name, **body}))
    if method == "DELETE" and any(name in one.get("notificationChannels", ()) for one in _policies(cloud)):
        raise GoogleError("400: Cannot delete a notification channel that alerting policies refer to.")
    found = dict(cloud.kind(kind).pop(name))
    if method == "PATCH":
        cloud.kind(kind)[name] = found | body
    return {}


def _policies(cloud: Cloud) -> list[dict[str, Any]]:
    return list(cloud.kind("alertPolicies").values())

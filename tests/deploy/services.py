"""The services behind the stand-in: each command that deploy.sh uses, from flags to the service's JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.deploy.standin import NUMBER, PROJECT, Cloud, Refused, Words, shown, value

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = f"projects/{PROJECT}"
DATABASE = f"{PREFIX}/databases/(default)"


def answer(cloud: Cloud, program: str, words: Words, arguments: list[str]) -> str:
    """What the program prints.

    Raises:
        Refused: as Google would, or because the stand-in does not know the command.
    """
    found = _rest(cloud, arguments) if program == "curl" else _gcloud(cloud, words)
    text = (
        found if isinstance(found, str) else shown(found, words.one("format", "json" * (program == "curl")))
    )
    return text + "\n" if text else ""


def _gcloud(cloud: Cloud, words: Words) -> Any:
    position = words.positional
    for length in range(min(5, len(position)), 0, -1):
        handler = COMMANDS.get(" ".join(position[:length]))
        if handler:
            return handler(cloud, words, position[length:])
    raise Refused(f"the stand-in does not know: {' '.join(position)}")


def _rest(cloud: Cloud, arguments: list[str]) -> Any:
    url, method = arguments[-1], arguments[arguments.index("--request") + 1]
    body = json.loads(arguments[arguments.index("--data") + 1]) if "--data" in arguments else {}
    if url.endswith(":testIamPermissions"):
        lacking = cloud.things.get("lacking", {})
        return {"permissions": [name for name in body["permissions"] if name not in lacking]}
    if url.endswith("identityPlatform:initializeAuth"):
        return cloud.create("sign-in", "config", {"signIn": {}})
    if "/config" in url and method == "GET":
        if "config" not in cloud.kind("sign-in"):
            raise Refused("curl: (22) The requested URL returned error: 404")
        return cloud.get("sign-in", "config")
    if "/config?updateMask=" in url and method == "PATCH":
        cloud.get("sign-in", "config").update(body)
        return body
    raise Refused(f"the stand-in does not know: {method} {url}")


def _describe(kind: str) -> Callable[[Cloud, Words, list[str]], Any]:
    return lambda cloud, _words, names: cloud.get(kind, names[0])


def _delete(kind: str) -> Callable[[Cloud, Words, list[str]], Any]:
    def delete(cloud: Cloud, _words: Words, names: list[str]) -> Any:
        cloud.get(kind, names[0])
        del cloud.kind(kind)[names[0]]
        return {}

    return delete


def _create(
    kind: str, shape: Callable[[Words, list[str]], dict[str, Any]]
) -> Callable[[Cloud, Words, list[str]], Any]:
    return lambda cloud, words, names: cloud.create(kind, names[0], shape(words, names))


def _update(
    kind: str, shape: Callable[[Words, list[str]], dict[str, Any]]
) -> Callable[[Cloud, Words, list[str]], Any]:
    def update(cloud: Cloud, words: Words, names: list[str]) -> Any:
        cloud.get(kind, names[0]).update(shape(words, names))
        return {}

    return update


def _listed(kind: str) -> Callable[[Cloud, Words, list[str]], Any]:
    def listed(cloud: Cloud, words: Words, _names: list[str]) -> Any:
        path, _, wanted = words.one("filter").partition("=")
        return [one for one in cloud.kind(kind).values() if not path or value(one, path) == wanted]

    return listed


def _bucket(words: Words, names: list[str]) -> dict[str, Any]:
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


def _queue(words: Words, names: list[str]) -> dict[str, Any]:
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


def _job(words: Words, names: list[str]) -> dict[str, Any]:
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


def _subscription(words: Words, names: list[str]) -> dict[str, Any]:
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


def _from_file(kind: str) -> Callable[[Words, list[str]], dict[str, Any]]:
    def shape(words: Words, names: list[str]) -> dict[str, Any]:
        name = f"{PREFIX}/{kind}/{names[0].rpartition('/')[2]}"
        return {"name": name, **words.file("config-from-file")}

    return shape


def _enable(cloud: Cloud, _words: Words, names: list[str]) -> Any:
    for name in names:
        cloud.create("apis", name, {"config": {"name": name}})
    return {}


def _index(cloud: Cloud, words: Words, _names: list[str]) -> Any:
    fields = []
    for config in words.flags["field-config"]:
        pair = dict(part.split("=") for part in config.split(","))
        fields.append({"fieldPath": pair["field-path"], "order": pair["order"].upper()})
    group = f"{DATABASE}/collectionGroups/{words.one('collection-group')}"
    body = {
        "name": f"{group}/indexes/{len(cloud.kind('indexes'))}",
        "queryScope": words.one("query-scope").upper(),
        "fields": [*fields, {"fieldPath": "__name__", "order": fields[-1]["order"]}],
        "state": "CREATING",
    }
    return cloud.create("indexes", json.dumps(fields), body)


def _field(kind: str, flag: str) -> Callable[[Cloud, Words, list[str]], Any]:
    def update(cloud: Cloud, words: Words, names: list[str]) -> Any:
        if flag not in words.flags:
            raise Refused(f"--{flag} is missing")
        group = words.one("collection-group")
        path = f"{DATABASE}/collectionGroups/{group}/fields/{names[0]}"
        return cloud.create(kind, f"{group} {names[0]}", {"name": path})

    return update


def _deploy(cloud: Cloud, words: Words, names: list[str]) -> Any:
    name = names[0]
    function = cloud.kind("functions").setdefault(name, {"name": name})
    label, _, mark = words.one("update-labels").partition("=")
    function.update(state="ACTIVE", labels={label: mark}, environment=words.one("set-env-vars"))
    function["updateTime"] = "2026-01-01T00:00:00Z"
    url = f"https://{name}-{NUMBER}.{words.one('region')}.run.app"
    cloud.kind("services")[name] = {"metadata": {"annotations": {"run.googleapis.com/urls": f'["{url}"]'}}}
    if "allow-unauthenticated" in words.flags:
        bindings = cloud.kind("policies").setdefault(f"service {name}", [])
        if ["roles/run.invoker", "allUsers"] not in bindings:
            bindings.append(["roles/run.invoker", "allUsers"])
    if "trigger-event-filters" in words.flags:
        location = words.one("trigger-location")
        trigger = f"{PREFIX}/locations/{location}/triggers/{name}-1"
        function["eventTrigger"] = {"trigger": trigger}
        subscription = f"{PREFIX}/subscriptions/eventarc-{location}-{name}-1"
        cloud.kind("triggers")[f"{name}-1"] = {"transport": {"pubsub": {"subscription": subscription}}}
        short = subscription.rpartition("/")[2]
        cloud.kind("subscriptions").setdefault(short, {"name": subscription, "ackDeadlineSeconds": 10})
    return {}


def _agent(cloud: Cloud, words: Words, _names: list[str]) -> Any:
    service = words.one("service").partition(".")[0]
    member = f"serviceAccount:service-{NUMBER}@gcp-sa-{service}.iam.gserviceaccount.com"
    bindings = cloud.kind("policies").setdefault("project", [])
    bindings.append([f"roles/{service}.serviceAgent", member])
    return {}


def _budget(words: Words, _names: list[str]) -> dict[str, Any]:
    amount = words.one("budget-amount")
    units = {"units": amount[:-3], "currencyCode": amount[-3:]}
    return {
        "name": "billingAccounts/A/budgets/B",
        "displayName": words.one("display-name"),
        "amount": {"specifiedAmount": units},
    }


def _policies(group: str, scope: str, named: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002  # a table's flag
    def at(names: list[str]) -> str:
        return f"{scope} {names[0].removeprefix('gs://')}" if named else scope

    def remove(cloud: Cloud, words: Words, names: list[str]) -> Any:
        cloud.kind("policies")[at(names)].remove([words.one("role"), words.one("member")])
        return {}

    def read(cloud: Cloud, _words: Words, names: list[str]) -> str:
        return "\n".join("\t".join(pair) for pair in cloud.kind("policies").get(at(names), []))

    return {
        f"{group} get-iam-policy": read,
        f"{group} add-iam-policy-binding": lambda cloud, words, names: cloud.bind(at(names), words),
        f"{group} remove-iam-policy-binding": remove,
    }


def _things(group: str, kind: str, shape: Callable[[Words, list[str]], dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{group} describe": _describe(kind),
        f"{group} create": _create(kind, shape),
        f"{group} update": _update(kind, shape),
        f"{group} delete": _delete(kind),
    }


def _fixed(answer: Any) -> Callable[[Cloud, Words, list[str]], Any]:
    return lambda _cloud, _words, _names: answer


def _named(kind: str, name: str) -> Callable[[Cloud, Words, list[str]], Any]:
    return lambda cloud, _words, _names: cloud.get(kind, name)


def _settings(cloud: Cloud, name: str, default: Any) -> Any:
    return cloud.kind("settings").get(name, default)


def _without_positional(
    kind: str, name: str, shape: Callable[[Words, list[str]], dict[str, Any]]
) -> Callable[[Cloud, Words, list[str]], Any]:
    return lambda cloud, words, _names: cloud.create(kind, name, shape(words, [name]))


def _updated_database(cloud: Cloud, words: Words, _names: list[str]) -> Any:
    cloud.get("databases", "(default)")["protected"] = "no-delete-protection" not in words.flags
    return {}


def _deleted_database(cloud: Cloud, _words: Words, _names: list[str]) -> Any:
    if cloud.get("databases", "(default)")["protected"]:
        raise Refused("FAILED_PRECONDITION: delete protection is on")
    return cloud.kind("databases").pop("(default)")


def _emptied(cloud: Cloud, _words: Words, names: list[str]) -> Any:
    return cloud.kind("buckets").pop(names[0])


COMMANDS: dict[str, Callable[[Cloud, Words, list[str]], Any]] = {
    "version": lambda cloud, _w, _n: {"Google Cloud SDK": _settings(cloud, "version", "528.0.0")},
    "config get-value project": _fixed(PROJECT),
    "auth print-access-token": _fixed("ya29.token"),
    "projects describe": _fixed({"projectNumber": NUMBER, "lifecycleState": "ACTIVE"}),
    "billing projects describe": lambda cloud, _w, _n: {
        "billingEnabled": _settings(cloud, "billing", default=True),
        "billingAccountName": "billingAccounts/A",
    },
    "functions regions list": _fixed([{"name": f"{PREFIX}/locations/us-central1"}]),
    "beta quotas info describe": lambda cloud, _w, _n: {
        "dimensionsInfos": [
            {
                "dimensions": {"region": "us-central1"},
                "details": {"value": _settings(cloud, "quota", "200000")},
            }
        ]
    },
    "services list": _listed("apis"),
    "services enable": _enable,
    "services api-keys list": _listed("keys"),
    "services api-keys create": _without_positional(
        "keys",
        f"{PREFIX}/keys/K",
        lambda words, names: {"name": names[0], "displayName": words.one("display-name")},
    ),
    "services api-keys delete": _delete("keys"),
    "services api-keys get-key-string": lambda cloud, _w, names: (
        {"keyString": "AIza-key"} if cloud.get("keys", names[0]) else {}
    ),
    "beta services identity create": _agent,
    "storage service-agent": _fixed(""),
    "storage rm": _emptied,
    "firestore databases create": _without_positional(
        "databases",
        "(default)",
        lambda words, _n: {
            "name": DATABASE,
            "locationId": words.one("location"),
            "type": "FIRESTORE_NATIVE",
            "protected": "delete-protection" in words.flags,
        },
    ),
    "firestore databases describe": _named("databases", "(default)"),
    "firestore databases update": _updated_database,
    "firestore databases delete": _deleted_database,
    "firestore indexes composite list": _listed("indexes"),
    "firestore indexes composite create": _index,
    "firestore indexes fields list": _listed("exempt"),
    "firestore indexes fields update": _field("exempt", "disable-indexes"),
    "firestore fields ttls list": _listed("ttls"),
    "firestore fields ttls update": _field("ttls", "enable-ttl"),
    "tasks queues purge": _describe("queues"),
    "functions describe": _describe("functions"),
    "functions deploy": _deploy,
    "functions delete": _delete("functions"),
    "run services describe": _describe("services"),
    "eventarc triggers describe": _describe("triggers"),
    "scheduler jobs create http": _create("jobs", _job),
    "scheduler jobs update http": _update("jobs", _job),
    "monitoring dashboards list": _listed("dashboards"),
    "billing budgets list": _listed("budgets"),
    "billing budgets create": _without_positional("budgets", "B", _budget),
    "billing budgets update": _update("budgets", _budget),
    **_policies("projects", "project", named=False),
    **_policies("storage buckets", "bucket"),
    **_policies("tasks queues", "queue"),
    **_policies("iam service-accounts", "account"),
    **_policies("run services", "service"),
    **_policies("pubsub topics", "topic"),
    **_policies("pubsub subscriptions", "subscription"),
    **_things(
        "iam service-accounts",
        "accounts",
        lambda _w, names: {"email": names[0]},
    ),
    **_things("storage buckets", "buckets", _bucket),
    **_things("tasks queues", "queues", _queue),
    **_things("pubsub topics", "topics", lambda _w, names: {"name": f"{PREFIX}/topics/{names[0]}"}),
    **_things("pubsub subscriptions", "subscriptions", _subscription),
    **_things("logging metrics", "metrics", _from_file("metrics")),
}
COMMANDS["scheduler jobs describe"] = _describe("jobs")
COMMANDS["scheduler jobs delete"] = _delete("jobs")
COMMANDS["iam service-accounts create"] = lambda cloud, _w, names: cloud.create(
    "accounts", f"{names[0]}@{PROJECT}.iam.gserviceaccount.com", {"email": names[0]}
)
COMMANDS["monitoring dashboards create"] = _without_positional(
    "dashboards", f"{PREFIX}/dashboards/D", _from_file("dashboards")
)
for verb, make in (("describe", _describe), ("delete", _delete)):
    COMMANDS[f"monitoring dashboards {verb}"] = make("dashboards")
COMMANDS["monitoring dashboards update"] = _update(
    "dashboards", lambda words, _n: dict(words.file("config-from-file"))
)

"""The commands of gcloud that deploy.sh uses: from flags to the service's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.effects import (
    DATABASE,
    deleted_database,
    deploy,
    emptied,
    enable,
    field,
    index,
    indexes,
    policies,
    public,
    sweep,
    updated_database,
)
from tests.deploy.fake_gcloud.resources import (
    PREFIX,
    bucket,
    budget,
    from_file,
    job,
    queue,
    subscription,
)
from tests.deploy.fake_gcloud.rest import rest
from tests.deploy.fake_gcloud.state import NUMBER, PROJECT, Arguments, Cloud, GoogleError, shown, value

if TYPE_CHECKING:
    from collections.abc import Callable


def execute(cloud: Cloud, program: str, words: Arguments, arguments: list[str]) -> str:
    """The output of the program.

    Raises:
        GoogleError: as Google would raise it, or for a command that the fake does not know.
    """
    found = rest(cloud, arguments) if program == "curl" else _gcloud(cloud, words)
    text = (
        found if isinstance(found, str) else shown(found, words.one("format", "json" * (program == "curl")))
    )
    return text + "\n" if text else ""


def _gcloud(cloud: Cloud, words: Arguments) -> Any:
    position = words.positional
    for length in range(min(5, len(position)), 0, -1):
        handler = COMMANDS.get(" ".join(position[:length]))
        if handler:
            return handler(cloud, words, position[length:])
    raise GoogleError(f"the fake does not support: {' '.join(position)}")


def _describe(kind: str) -> Callable[[Cloud, Arguments, list[str]], Any]:
    return lambda cloud, _words, names: cloud.get(kind, names[0])


def _delete(kind: str) -> Callable[[Cloud, Arguments, list[str]], Any]:
    def delete(cloud: Cloud, _words: Arguments, names: list[str]) -> Any:
        cloud.get(kind, names[0])
        del cloud.kind(kind)[names[0]]
        return {}

    return delete


def _create(
    kind: str, shape: Callable[[Arguments, list[str]], dict[str, Any]]
) -> Callable[[Cloud, Arguments, list[str]], Any]:
    return lambda cloud, words, names: cloud.create(kind, names[0], shape(words, names))


def _update(
    kind: str, shape: Callable[[Arguments, list[str]], dict[str, Any]]
) -> Callable[[Cloud, Arguments, list[str]], Any]:
    def update(cloud: Cloud, words: Arguments, names: list[str]) -> Any:
        cloud.get(kind, names[0]).update(shape(words, names))
        return {}

    return update


def _listed(kind: str) -> Callable[[Cloud, Arguments, list[str]], Any]:
    def listed(cloud: Cloud, words: Arguments, _names: list[str]) -> Any:
        path, _, wanted = words.one("filter").partition("=")
        return [one for one in cloud.kind(kind).values() if not path or value(one, path) == wanted]

    return listed


def _crud(group: str, kind: str, shape: Callable[[Arguments, list[str]], dict[str, Any]]) -> dict[str, Any]:
    return {
        f"{group} describe": _describe(kind),
        f"{group} create": _create(kind, shape),
        f"{group} update": _update(kind, shape),
        f"{group} delete": _delete(kind),
    }


def _fixed(answer: Any) -> Callable[[Cloud, Arguments, list[str]], Any]:
    return lambda _cloud, _words, _names: answer


def _named(kind: str, name: str) -> Callable[[Cloud, Arguments, list[str]], Any]:
    return lambda cloud, _words, _names: cloud.get(kind, name)


def _settings(cloud: Cloud, name: str, default: Any) -> Any:
    return cloud.kind("settings").get(name, default)


def _without_positional(
    kind: str, name: str, shape: Callable[[Arguments, list[str]], dict[str, Any]]
) -> Callable[[Cloud, Arguments, list[str]], Any]:
    return lambda cloud, words, _names: cloud.create(kind, name, shape(words, [name]))


COMMANDS: dict[str, Callable[[Cloud, Arguments, list[str]], Any]] = {
    "version": lambda cloud, _w, _n: {"Google Cloud SDK": _settings(cloud, "version", "528.0.0")},
    "config get-value project": _fixed(PROJECT),
    "auth print-access-token": _fixed("ya29.token"),
    "projects describe": _fixed({"projectNumber": NUMBER, "lifecycleState": "ACTIVE"}),
    "billing projects describe": lambda cloud, _w, _n: {
        "billingEnabled": _settings(cloud, "billing", default=True),
        "billingAccountName": "billingAccounts/A",
    },
    "functions regions list": _fixed([{"name": f"{PREFIX}/locations/us-central1"}]),
    "services list": _listed("apis"),
    "services enable": enable,
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
    "storage service-agent": _fixed(""),
    "storage rm": emptied,
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
    "firestore databases update": updated_database,
    "firestore databases delete": deleted_database,
    "firestore indexes composite list": indexes,
    "firestore indexes composite create": index,
    "firestore indexes fields list": _listed("exempt"),
    "firestore indexes fields update": field("exempt", "disable-indexes"),
    "firestore fields ttls list": _listed("ttls"),
    "firestore fields ttls update": field("ttls", "enable-ttl"),
    "tasks queues purge": _describe("queues"),
    "functions describe": _describe("functions"),
    "functions deploy": deploy,
    "functions delete": _delete("functions"),
    "run services describe": _describe("services"),
    "run services update": public,
    "eventarc triggers describe": _describe("triggers"),
    "scheduler jobs create http": _create("jobs", job),
    "scheduler jobs update http": _update("jobs", job),
    "scheduler jobs run": sweep,
    "pubsub subscriptions pull": lambda cloud, _w, names: (
        cloud.get("subscriptions", names[0]) and cloud.kind("settings").get("undelivered", [])
    ),
    "monitoring dashboards list": _listed("dashboards"),
    "billing budgets list": _listed("budgets"),
    "billing budgets create": _without_positional("budgets", "B", budget),
    "billing budgets update": _update("budgets", budget),
    **policies("projects", "project", named=False),
    **policies("storage buckets", "bucket"),
    **policies("tasks queues", "queue"),
    **policies("iam service-accounts", "account"),
    **policies("run services", "service"),
    **policies("pubsub topics", "topic"),
    **policies("pubsub subscriptions", "subscription"),
    **_crud(
        "iam service-accounts",
        "accounts",
        lambda _w, names: {"email": names[0]},
    ),
    **_crud(
        "iam roles",
        "roles",
        lambda words, names: {
            "name": f"{PREFIX}/roles/{names[0]}",
            "includedPermissions": words.one("permissions").split(","),
        },
    ),
    **_crud("storage buckets", "buckets", bucket),
    **_crud("tasks queues", "queues", queue),
    **_crud("pubsub topics", "topics", lambda _w, names: {"name": f"{PREFIX}/topics/{names[0]}"}),
    **_crud("pubsub subscriptions", "subscriptions", subscription),
    **_crud("logging metrics", "metrics", from_file("metrics")),
}
COMMANDS["scheduler jobs describe"] = _describe("jobs")
COMMANDS["scheduler jobs delete"] = _delete("jobs")
COMMANDS["iam service-accounts create"] = lambda cloud, _w, names: cloud.create(
    "accounts",
    f"{names[0]}@{PROJECT}.iam.gserviceaccount.com",
    {"email": names[0], "since_s": cloud.now_s},
)
COMMANDS["monitoring dashboards create"] = _without_positional(
    "dashboards", f"{PREFIX}/dashboards/D", from_file("dashboards")
)
for verb, make in (("describe", _describe), ("delete", _delete)):
    COMMANDS[f"monitoring dashboards {verb}"] = make("dashboards")
COMMANDS["monitoring dashboards update"] = _update(
    "dashboards", lambda words, _n: dict(words.file("config-from-file"))
)

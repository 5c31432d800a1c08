"""Commands of gcloud that do more than create, update or delete one resource."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.resources import PREFIX
from tests.deploy.fake_gcloud.state import NUMBER, Arguments, Cloud, GoogleError

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD_S, INDEX_BUILD_S = 180, 240
DATABASE = f"{PREFIX}/databases/(default)"


def enable(cloud: Cloud, _words: Arguments, names: list[str]) -> Any:
    """`services enable`."""
    for name in names:
        cloud.create("apis", name, {"config": {"name": name}, "since_s": cloud.now_s})
    return {}


def index(cloud: Cloud, words: Arguments, _names: list[str]) -> Any:
    """A composite index, which is built in the background."""
    fields = []
    for config in words.flags["field-config"]:
        pair = dict(part.split("=") for part in config.split(","))
        fields.append({"fieldPath": pair["field-path"], "order": pair["order"].upper()})
    group = f"{DATABASE}/collectionGroups/{words.one('collection-group')}"
    body = {
        "name": f"{group}/indexes/{len(cloud.kind('indexes'))}",
        "queryScope": words.one("query-scope").upper(),
        "fields": [*fields, {"fieldPath": "__name__", "order": fields[-1]["order"]}],
        "since_s": cloud.now_s,
    }
    return cloud.create("indexes", json.dumps(fields), body)


def indexes(cloud: Cloud, _words: Arguments, _names: list[str]) -> Any:
    """`indexes composite list`: each is READY after some minutes."""
    ready_before = cloud.now_s - INDEX_BUILD_S
    return [
        {**found, "state": "READY" if found["since_s"] <= ready_before else "CREATING"}
        for found in cloud.kind("indexes").values()
    ]


def field(kind: str, flag: str) -> Callable[[Cloud, Arguments, list[str]], Any]:
    """A field's exemption from indexes or its TTL policy; `flag` is required."""

    def update(cloud: Cloud, words: Arguments, names: list[str]) -> Any:
        if flag not in words.flags:
            raise GoogleError(f"--{flag} is missing")
        group = words.one("collection-group")
        path = f"{DATABASE}/collectionGroups/{group}/fields/{names[0]}"
        return cloud.create(kind, f"{group} {names[0]}", {"name": path})

    return update


def deploy(cloud: Cloud, words: Arguments, names: list[str]) -> Any:
    """`functions deploy`: a function, its service, its trigger and the trigger's subscription."""
    name = names[0]
    cloud.sleep(BUILD_S)
    function = cloud.kind("functions").setdefault(name, {"name": name})
    label, _, fingerprint = words.one("update-labels").partition("=")
    function.update(state="ACTIVE", labels={label: fingerprint}, environment=words.one("set-env-vars"))
    function["updateTime"] = "2026-01-01T00:00:00Z"
    function["instances"], function["build"] = words.one("max-instances"), words.one("set-build-env-vars")
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


def agent(cloud: Cloud, name: str) -> Any:
    """A service agent, which Google creates without roles."""
    member = f"service-{NUMBER}@gcp-sa-{name}.iam.gserviceaccount.com"
    cloud.kind("agents").setdefault(member, {"since_s": cloud.now_s})
    return {"done": True}


def public(cloud: Cloud, words: Arguments, names: list[str]) -> Any:
    """`run services update --no-invoker-iam-check`."""
    if "no-invoker-iam-check" not in words.flags:
        raise GoogleError("the fake does not support other updates of services")
    annotations = cloud.get("services", names[0])["metadata"]["annotations"]
    annotations["run.googleapis.com/invoker-iam-disabled"] = "true"
    return {}


def sweep(cloud: Cloud, _words: Arguments, names: list[str]) -> Any:
    """`scheduler jobs run`: the job's last attempt is now."""
    found = cloud.get("jobs", names[0])
    if not cloud.kind("settings").get("paused"):
        found["lastAttemptTime"] = f"attempt {len(found.get('lastAttemptTime', ''))}"
        found["status"] = {"code": cloud.kind("settings").get("sweep code", "")}
    return {}


def updated_database(cloud: Cloud, words: Arguments, _names: list[str]) -> Any:
    """Set or remove the delete protection."""
    cloud.get("databases", "(default)")["protected"] = "no-delete-protection" not in words.flags
    return {}


def deleted_database(cloud: Cloud, _words: Arguments, _names: list[str]) -> Any:
    """Raise GoogleError while it is protected."""
    if cloud.get("databases", "(default)")["protected"]:
        raise GoogleError("FAILED_PRECONDITION: delete protection is on")
    return cloud.kind("databases").pop("(default)")


def emptied(cloud: Cloud, _words: Arguments, names: list[str]) -> Any:
    """Delete a bucket with its objects."""
    return cloud.kind("buckets").pop(names[0])


def policies(group: str, scope: str, named: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002  # a table's flag
    """The three policy commands of a kind of resource."""

    def at(names: list[str]) -> str:
        return f"{scope} {names[0].removeprefix('gs://')}" if named else scope

    def remove(cloud: Cloud, words: Arguments, names: list[str]) -> Any:
        cloud.kind("policies")[at(names)].remove([words.one("role"), words.one("member")])
        return {}

    def read(cloud: Cloud, _words: Arguments, names: list[str]) -> str:
        return "\n".join("\t".join(pair) for pair in cloud.kind("policies").get(at(names), []))

    return {
        f"{group} get-iam-policy": read,
        f"{group} add-iam-policy-binding": lambda cloud, words, names: cloud.bind(at(names), words),
        f"{group} remove-iam-policy-binding": remove,
    }

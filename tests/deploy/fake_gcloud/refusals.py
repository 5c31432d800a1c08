"""What Google refuses in a new project, in its own words (words.toml); a test switches on the kinds it wants.

Time passes only by what deploy.sh sleeps.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from tests.deploy.fake_gcloud.state import NUMBER, PROJECT, Arguments, Cloud, GoogleError

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text())
# Of a project with low quotas.
CPU, MEMORY = 20_000, 42_949_672_960
# How long things take to become effective.
API_S, ACCOUNT_S, INDEX_S, AGENT_S, METRIC_S = 170, 45, 25, 100, 600
BUILD_REGIONS = {
    "us-central1",
    "us-west2",
    "europe-west1",
    "asia-east1",
    "australia-southeast1",
    "southamerica-east1",
}
# The first word of a command → its API. Others (logging, services, storage, projects) are always enabled.
APIS = {
    "firestore": "firestore",
    "tasks": "cloudtasks",
    "functions": "cloudfunctions",
    "run": "run",
    "eventarc": "eventarc",
    "pubsub": "pubsub",
    "scheduler": "cloudscheduler",
    "iam": "iam",
    "monitoring": "monitoring",
}
_UNITS = {"Mi": 1024**2, "Gi": 1024**3}


def refuse(kind: str, /, **values: object) -> GoogleError:
    """The refusal of that kind in words.toml."""
    return GoogleError(WORDS[kind]["text"].format(number=NUMBER, project=PROJECT, **values))


def memory_quota(cloud: Cloud, words: Arguments, _text: str) -> None:
    """More instances than the quotas of Cloud Run allow."""
    if not _deploys(words):
        return
    bytes_each = int(words.one("memory")[:-2]) * _UNITS[words.one("memory")[-2:]]
    instances = int(words.one("max-instances"))
    quotas = {"CpuAllocPerProjectRegion": (1000, CPU), "MemAllocPerProjectRegion": (bytes_each, MEMORY)}
    over = [
        f"{name} requested: {instances * each} allowed: {allowed}"
        for name, (each, allowed) in quotas.items()
        if instances * each > allowed
    ]
    if over:
        fit = min(allowed // each for each, allowed in quotas.values())
        wording = cloud.kind("settings").get("quota wording", "memory_quota")
        raise refuse(wording, name=words.positional[2], fit=fit, over="\n".join(over))


def disabled_apis(cloud: Cloud, words: Arguments, text: str) -> None:
    """An API that is not enabled, or was a moment ago."""
    name = APIS.get(words.positional[0]) if words.positional else None
    if words.positional[:2] == ["services", "api-keys"]:
        name = "apikeys"
    # A call that names the project as the one to count for needs the API there.
    if words.program == "curl":
        counted = f"x-goog-user-project: {PROJECT}" in text
        found = re.search(r"https://(\w+)\.googleapis\.com", text)
        name = found[1] if found and counted and found[1] != "serviceusage" else None
    if not name:
        return
    enabled = cloud.kind("apis").get(f"{name}.googleapis.com")
    if enabled is None or cloud.now_s - enabled.get("since_s", 0) < API_S:
        raise refuse("disabled_apis", api=name)


def index_contention(cloud: Cloud, words: Arguments, _text: str) -> None:
    """Each change of indexes while another is applied."""
    if words.positional[:1] != ["firestore"] or words.positional[1] == "databases":
        return
    if "list" in words.positional:
        return
    if cloud.now_s - cloud.kind("times").get("index", -INDEX_S) < INDEX_S:
        raise refuse("index_contention" if "composite" in words.positional else "field_contention")
    cloud.kind("times")["index"] = cloud.now_s


def new_accounts(cloud: Cloud, words: Arguments, _text: str) -> None:
    """A grant to an account that is not visible everywhere yet."""
    member = words.one("member").removeprefix("serviceAccount:")
    # The agent of Cloud Storage exists as soon as it is asked for.
    if "add-iam-policy-binding" not in words.positional or "@gs-project-accounts." in member:
        return
    since = {**cloud.kind("accounts"), **cloud.kind("agents")}.get(member, {}).get("since_s")
    if since is None or cloud.now_s - since < ACCOUNT_S:
        raise refuse("new_accounts", member=member)


def agents_without_roles(cloud: Cloud, words: Arguments, _text: str) -> None:
    """A trigger before Eventarc's agent has its role."""
    if not _deploys(words) or "trigger-event-filters" not in words.flags:
        return
    agent = f"serviceAccount:service-{NUMBER}@gcp-sa-eventarc.iam.gserviceaccount.com"
    granted = cloud.kind("times").get(f"roles/eventarc.serviceAgent {agent}")
    # The first deployment finds the grant not yet effective, however long ago it was.
    first = cloud.kind("times").setdefault("first trigger", cloud.now_s)
    if granted is None or cloud.now_s - first < AGENT_S:
        raise refuse("agents_without_roles")


def domain_restriction(_cloud: Cloud, words: Arguments, _text: str) -> None:
    """Everyone as a member."""
    if words.one("member") == "allUsers" or "allow-unauthenticated" in words.flags:
        raise refuse("domain_restriction")


def invoker_check_required(_cloud: Cloud, words: Arguments, _text: str) -> None:
    """Public services, by policy."""
    if "no-invoker-iam-check" in words.flags:
        raise refuse("invoker_check_required")


def restricted_regions(_cloud: Cloud, words: Arguments, _text: str) -> None:
    """A build in a region that new projects may not use."""
    if _deploys(words) and words.one("region") not in BUILD_REGIONS:
        raise refuse("restricted_regions")


def no_beta(_cloud: Cloud, words: Arguments, _text: str) -> None:
    """A machine without gcloud's beta component."""
    if words.positional[:1] == ["beta"]:
        raise refuse("no_beta")


def operation_in_progress(cloud: Cloud, words: Arguments, _text: str) -> None:
    """A deployment while a killed script's is still going on."""
    if not _deploys(words):
        return
    busy = cloud.kind("times").setdefault(f"busy {words.positional[2]}", cloud.now_s)
    if cloud.now_s - busy < ACCOUNT_S:
        raise refuse("operation_in_progress")


def new_metrics(cloud: Cloud, words: Arguments, text: str) -> None:
    """An alert on a metric that was created a moment ago."""
    if words.positional[:3] == ["logging", "metrics", "create"]:
        cloud.kind("times")["metric"] = cloud.now_s
    if "--request POST" in text and text.endswith("/alertPolicies") and "logging.googleapis.com/user" in text:
        since = cloud.kind("times").get("metric")
        if since is not None and cloud.now_s - since < METRIC_S:
            raise refuse("new_metrics")


def _deploys(words: Arguments) -> bool:
    return words.positional[:2] == ["functions", "deploy"]


REFUSALS: dict[str, Callable[[Cloud, Arguments, str], None]] = {
    refusal.__name__: refusal
    for refusal in (
        no_beta,
        disabled_apis,
        domain_restriction,
        invoker_check_required,
        new_accounts,
        index_contention,
        restricted_regions,
        operation_in_progress,
        memory_quota,
        agents_without_roles,
        new_metrics,
    )
}
# What the first deployment to a new project of an organisation may meet at once.
NEW_PROJECT = tuple(name for name in REFUSALS if name != "invoker_check_required")

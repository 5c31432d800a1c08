"""The calls of deploy.sh to Google's APIs by curl, where gcloud has no command."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.deploy.fake_gcloud.effects import agent
from tests.deploy.fake_gcloud.resources import monitoring, quota
from tests.deploy.fake_gcloud.state import Cloud, GoogleError

if TYPE_CHECKING:
    from collections.abc import Callable


def rest(cloud: Cloud, arguments: list[str]) -> Any:
    """The answer.

    Raises:
        GoogleError: as Google would raise it, or for a call that the fake does not know.
    """
    url, method = arguments[-1], arguments[arguments.index("--request") + 1]
    body = json.loads(arguments[arguments.index("--data") + 1]) if "--data" in arguments else {}
    for pattern, answer in CALLS.items():
        if found := re.search(pattern, f"{method} {url}"):
            return answer(cloud, found, body)
    raise GoogleError(f"the fake does not support: {method} {url}")


def _permissions(cloud: Cloud, _found: re.Match[str], body: dict[str, Any]) -> Any:
    missing = cloud.resources.get("missing permissions", {})
    return {"permissions": [name for name in body["permissions"] if name not in missing]}


def _sign_in(cloud: Cloud, _found: re.Match[str], _body: dict[str, Any]) -> Any:
    if "config" not in cloud.kind("sign-in"):
        raise GoogleError("curl: (22) The requested URL returned error: 404")
    return cloud.get("sign-in", "config")


def _change_sign_in(cloud: Cloud, _found: re.Match[str], body: dict[str, Any]) -> Any:
    cloud.get("sign-in", "config").update(body)
    return body


# "METHOD URL" → the answer; the first that fits.
CALLS: dict[str, Callable[[Cloud, re.Match[str], dict[str, Any]], Any]] = {
    r":testIamPermissions$": _permissions,
    r"identityPlatform:initializeAuth$": lambda cloud, _f, _b: cloud.create(
        "sign-in", "config", {"signIn": {}}
    ),
    r"^GET .*/config$": _sign_in,
    r"^PATCH .*/config\?updateMask=": _change_sign_in,
    r"services/(\w+)\.googleapis\.com:generateServiceIdentity$": lambda cloud, found, _b: agent(
        cloud, found[1]
    ),
    r"^GET .*quotaInfos/(\w+)$": lambda cloud, found, _b: quota(cloud, found[1]),
    r"^(\w+) https://monitoring\.googleapis\.com/v3/([^?]+)": lambda cloud, found, body: monitoring(
        cloud, found[1], found[2], body
    ),
}

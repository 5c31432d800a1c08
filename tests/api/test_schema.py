"""The real function conforms to its OpenAPI document, by schemathesis with all its checks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from functions.api.inputs.fields import IDEMPOTENCY_KEY
from functions.api.openapi.document import document
from functions.api.service.quotas import Limits
from shared.runtime.config import Environment
from tests.users import User
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from schemathesis import Case, HookContext

    from tools.throwaway import ThrowawayCloud

ENVIRONMENT = Environment({})
DOCUMENT = document(
    Limits(
        open_tasks=ENVIRONMENT.number("OPEN_TASKS_MAX"),
        per_minute=ENVIRONMENT.number("UPLOADS_PER_MINUTE"),
        upload_bytes=ENVIRONMENT.number("UPLOAD_MAX_BYTES"),
        duration_s=ENVIRONMENT.number("DURATION_MAX_S"),
    )
)
# Of each operation: in `make test`, and in `make test-wide`.
EXAMPLES, MANY = 8, 20
NUMBERS = itertools.count()
# Generated values of these formats must be accepted: addresses that cannot exist, and public receivers.
schemathesis.openapi.format("email", st.from_regex(r"[a-z]{3,12}[0-9]{6,9}@example\.com", fullmatch=True))
schemathesis.openapi.format(
    "uri", st.from_regex(r"https://[a-z]{3,9}\.example\.com/[a-z]{0,9}", fullmatch=True)
)

# The coverage phase would make ten thousand cases of the options of eleven formats.
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}}})
schema = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)


@schema.hook
def filter_body(context: HookContext, body: Any) -> bool:  # noqa: ARG001  # the hook's form
    """Leave out what JSON Schema cannot express: an order of two values, a length in UTF-8, equal tracks."""
    if not isinstance(body, dict):
        return True
    outputs = body["outputs"] if isinstance(body.get("outputs"), list) else [body]
    is_named_shortly = len(str(body.get("filename", "")).encode()) <= 800
    return is_named_shortly and all(map(_is_in_order, outputs)) and len(set(map(_track, outputs))) <= 1


def _track(output: Any) -> str:
    options = output.get("options") if isinstance(output, dict) else None
    return str(options.get("track")).lower() if isinstance(options, dict) else "None"


def _is_in_order(output: Any) -> bool:
    options = output.get("options") if isinstance(output, dict) else None
    if not isinstance(options, dict):
        return True
    start, end = options.get("startS") or 0, options.get("endS")
    if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
        return True
    return end > start


@schema.hook
def map_query(context: HookContext, query: Any) -> Any:  # noqa: ARG001  # the hook's form
    """Leave out page tokens: generated ones are refused, which other tests cover."""
    return {name: value for name, value in (query or {}).items() if name != "pageToken"}


@schema.hook
def map_headers(context: HookContext, headers: Any) -> Any:  # noqa: ARG001  # the hook's form
    """Give each request its own key: other tests cover one key with two bodies."""
    key = (headers or {}).get(IDEMPOTENCY_KEY.name)
    if not isinstance(key, str) or not key.isascii() or not key.isprintable() or not 0 < len(key) < 200:
        return headers
    return {**headers, IDEMPOTENCY_KEY.name: f"{key}{next(NUMBERS)}"}


@pytest.fixture(scope="module")
def token(cloud: ThrowawayCloud) -> str:
    return str(User(cloud.url).sign_up().session["idToken"])


SAME_EACH_TIME = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schema.parametrize()
@SAME_EACH_TIME
def test_the_function_conforms_to_its_openapi_document(
    case: Case[Any], cloud: ThrowawayCloud, token: str
) -> None:
    conforms(case, cloud, token)


@pytest.mark.wide
@schema.parametrize()
@settings(SAME_EACH_TIME, max_examples=MANY)
def test_the_function_conforms_in_more_requests(case: Case[Any], cloud: ThrowawayCloud, token: str) -> None:
    conforms(case, cloud, token)


def conforms(case: Case[Any], cloud: ThrowawayCloud, token: str) -> None:
    # A session that ends, or a deleted account, must not spoil the requests of other operations.
    own = User(cloud.url).sign_up().session["idToken"] if case.path.startswith("/api/account") else token
    case.call_and_validate(base_url=cloud.url, headers={"Authorization": f"Bearer {own}"}, timeout=HANG_S)


def test_the_function_serves_this_document(cloud: ThrowawayCloud) -> None:
    assert User(cloud.url).call("GET", "/api/openapi.json").json() == DOCUMENT

"""The same random writes and queries on our Firestore and on Google's emulator, without a difference.

SONUBE_DIFFERENCES sets how many of each (60 by default, of which `make test` takes 20; thousands now and
then), SONUBE_SEED the draw.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

import pytest
from google.api_core.exceptions import GoogleAPICallError

from tests.localcloud.firestore import random_cases
from tests.localcloud.firestore.running import Client
from tests.sampling import chosen
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.cloud.firestore import CollectionReference

CASES = int(os.environ.get("SONUBE_DIFFERENCES", "60"))
SEED = int(os.environ.get("SONUBE_SEED", "2026"))
SHARE = 20
SHARES = chosen(range(SEED, SEED + CASES, SHARE), [SEED])


@pytest.fixture
def both(local_port: int, google_port: int) -> Iterator[tuple[CollectionReference, CollectionReference]]:
    ours, googles = Client(local_port), Client(google_port)
    yield ours.collection("things"), googles.collection("things")
    ours.close()
    googles.close()


def outcome(call: Callable[[], object]) -> str:
    """What came of a call, in a form that compares NaN with itself and 1 not with 1.0."""
    try:
        return repr(call())
    except GoogleAPICallError as error:
        return f"refused {error.grpc_status_code}: {error.message}"
    except (ValueError, TypeError) as error:
        return f"client: {error}"


def same(ours: str, googles: str) -> bool:
    """Two refusals are the same if their codes are; the sentences are each side's own."""
    if ours.startswith("refused") and googles.startswith("refused"):
        return ours.split(":", 1)[0] == googles.split(":", 1)[0]
    return ours == googles


def compare(
    seeds: range, act: Callable[[random.Random, CollectionReference], object], both: tuple[Any, Any]
) -> None:
    """Do each case on both sides; fail if they answer differently."""
    different = []
    for seed in seeds:
        ours, googles = (outcome(lambda side=side: act(random.Random(seed), side)) for side in both)  # type: ignore[misc]  # noqa: S311, B023  # drawn at once
        if not same(ours, googles):
            different.append(f"seed {seed}\n  ours:   {ours[:600]}\n  google: {googles[:600]}")
    assert not different, f"{len(different)} of {len(seeds)} differ:\n" + "\n".join(different[:20])


def documents(collection: CollectionReference) -> list[tuple[str, object]]:
    return [(one.id, canonical(one.to_dict())) for one in collection.stream(timeout=HANG_S)]


def canonical(value: object) -> object:
    """The value with its maps in order, for they have none on the wire."""
    if isinstance(value, dict):
        return {name: canonical(value[name]) for name in sorted(value)}
    return [canonical(item) for item in value] if isinstance(value, list) else value


def asked(chooser: random.Random, collection: CollectionReference) -> list[tuple[str, object]]:
    found = random_cases.query(chooser, collection).stream(timeout=HANG_S)
    return [(one.id, canonical(one.to_dict())) for one in found]


@pytest.mark.parametrize("first", SHARES)
def test_random_writes_leave_the_same_documents(both: tuple[Any, Any], first: int) -> None:
    compare(range(first, first + SHARE), random_cases.write, both)

    assert outcome(lambda: documents(both[0])) == outcome(lambda: documents(both[1]))


@pytest.mark.parametrize("first", SHARES)
def test_random_queries_have_the_same_answers(both: tuple[Any, Any], first: int) -> None:
    chooser = random.Random(SEED)  # noqa: S311  # a test's choice
    for name in random_cases.IDS:
        fields = random_cases.document(chooser)
        for collection in both:
            collection.document(name).set(fields)

    compare(range(first, first + SHARE), asked, both)

"""Faults are decided as planned, the same ones for the same seed, and counted."""

from __future__ import annotations

import pytest

from localcloud.faults.decisions import Faults
from localcloud.faults.plan import FaultPlan, InvalidPlan

EVERYTHING = (
    "seed=7,duplicate=0.1,delay=0.2:1.5s,reorder=0.1,unavailable=0.05,drop=0.02,kill=0.05,kill_at=after_claim"
)


def faults(plan: str) -> Faults:
    return Faults(FaultPlan.parse(plan))


def test_a_plan_reads_as_it_is_written() -> None:
    assert str(FaultPlan.parse(EVERYTHING)) == EVERYTHING


def test_no_plan_lets_everything_go_right() -> None:
    calm = faults("")

    assert [calm.dispatch_copies("event", str(n)) for n in range(100)] == [[0.0]] * 100
    assert {calm.refusal("storage", str(n)) for n in range(100)} == {None}
    assert {calm.kill_at(str(n)) for n in range(100)} == {None}
    assert calm.report() == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("duplicates=0.1", "'duplicates' is unknown"),
        ("drop=2", "drop=2 is not a rate from 0 to 1"),
        ("drop=often", "drop=often is not a rate"),
        ("drop=0.1,drop=0.2", "drop is given twice"),
        ("delay=0.1:3", "'3' is not a time such as 3s"),
        ("seed=x", "seed=x is not a whole number"),
        ("kill_at=lunch", "kill_at=lunch is no point; there are after_claim"),
    ],
)
def test_an_invalid_plan_says_why(text: str, complaint: str) -> None:
    with pytest.raises(InvalidPlan, match=complaint):
        FaultPlan.parse(text)


def decisions(plan: str, keys: list[str]) -> dict[str, list[object]]:
    """What happens to each key, twice over."""
    source = faults(plan)
    decided: dict[str, list[object]] = {key: [] for key in keys}
    for key in [*keys, *reversed(keys)]:
        decided[key] += [
            source.dispatch_copies("event", key),
            source.refusal("storage", key),
            source.kill_at(key),
        ]
    return decided


PLAN = "duplicate=0.3,delay=0.3:2s,reorder=0.3,unavailable=0.3,drop=0.3,kill=0.3"
KEYS = [f"song-{n}.wav" for n in range(200)]


def test_the_same_seed_makes_the_same_decisions_in_any_order() -> None:
    assert decisions(f"seed=7,{PLAN}", KEYS) == decisions(f"seed=7,{PLAN}", KEYS[::-1])


def test_another_seed_decides_otherwise() -> None:
    assert decisions(f"seed=7,{PLAN}", KEYS) != decisions(f"seed=8,{PLAN}", KEYS)


def test_the_same_key_is_decided_again_each_time() -> None:
    source = faults("seed=7,unavailable=0.5")

    assert len({source.refusal("storage", "k") for _ in range(50)}) == 2


def test_ids_that_are_drawn_in_each_run_are_no_part_of_a_key() -> None:
    first, again = faults("seed=7,unavailable=0.5"), faults("seed=7,unavailable=0.5")

    decided = [first.refusal("storage", "GET /b/o/aK3-dksl20DKsl29_fjs/song.wav?generation=1743752582769318")]
    replayed = [
        again.refusal("storage", "GET /b/o/Zz7_qqqqq1ppppp-2ooo/song.wav?generation=1843752582769311")
    ]
    decided += [
        first.refusal("storage", "GET /b/o/aK3-dksl20DKsl29_fjs/song.wav?generation=1") for _ in range(50)
    ]
    replayed += [
        again.refusal("storage", "GET /b/o/Zz7_qqqqq1ppppp-2ooo/song.wav?generation=1") for _ in range(50)
    ]

    assert decided == replayed


def test_rates_are_kept_and_what_happened_is_counted() -> None:
    source = faults("seed=3,duplicate=0.2,delay=0.1:2s")

    copies = [source.dispatch_copies("event", f"{n}.wav") for n in range(2000)]

    twice = sum(len(each) == 2 for each in copies)
    late = [each[0] for each in copies if each[0] > 0]
    assert 300 < twice < 500
    assert 120 < len(late) < 280
    assert max(late) <= 2
    assert source.report() == {"delayed event": len(late), "duplicated event": twice}


def test_a_reordered_dispatch_waits_for_others_to_overtake_it() -> None:
    source = faults("reorder=1")

    assert all(0.2 <= source.dispatch_copies("task", str(n))[0] <= 1 for n in range(100))

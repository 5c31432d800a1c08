"""No test waits for a length of time, or judges by one: `tests/waiting.py` alone looks at the clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
# Programs that tests start; what they do takes time on purpose.
PROGRAMS = {"localcloud/run/app.py", "localcloud/storage/serve.py", "api/generators/convert.py"}
SLEEPS = {"time.sleep", "asyncio.sleep"}
CLOCKS = {"time.monotonic", "time.perf_counter"}
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def called(node: ast.AST) -> set[str]:
    """Return the functions that are called in a part of a program."""
    return {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}


def judges_by_time(node: ast.AST) -> bool:
    is_ordered = isinstance(node, ast.Compare) and any(isinstance(each, ORDERS) for each in node.ops)
    return is_ordered and bool(called(node) & CLOCKS)


def is_short_timeout(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "timeout" and isinstance(node.value, ast.Constant)


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=str)
def test_tests_wait_for_events(path: Path) -> None:
    tree = ast.parse(path.read_text())
    name = str(path.relative_to(TESTS))
    timed = [ast.unparse(node) for node in ast.walk(tree) if judges_by_time(node) or is_short_timeout(node)]
    sleeps = {each for each in called(tree) if each in SLEEPS or each.endswith(".wait_for_timeout")}

    assert name in {"waiting.py", *PROGRAMS} or (timed, sleeps) == ([], set()), "see tests/waiting.py"

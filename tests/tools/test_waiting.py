"""No test waits for a length of time, or judges by one: `tests/waiting.py` alone looks at the clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import wait_until

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


def waits_by_time(path: Path) -> list[str]:
    """Return what a module does by the clock."""
    tree = ast.parse(path.read_text())
    timed = [ast.unparse(node) for node in ast.walk(tree) if judges_by_time(node) or is_short_timeout(node)]
    return timed + [each for each in called(tree) if each in SLEEPS or each.endswith(".wait_for_timeout")]


def test_tests_wait_for_events() -> None:
    modules = {str(path.relative_to(TESTS)): path for path in sorted(TESTS.rglob("*.py"))}
    found = {
        name: waits
        for name, path in modules.items()
        if name not in {"waiting.py", *PROGRAMS} and (waits := waits_by_time(path))
    }

    assert found == {}, "see tests/waiting.py"


def python(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-S", "-c", program], stderr=subprocess.PIPE)


def test_a_wait_for_a_process_that_has_ended_fails_with_its_output() -> None:
    with (
        python("raise SystemExit('no such port')") as child,
        pytest.raises(AssertionError, match=r"ended with 1: no such port\s+it does not listen"),
    ):
        wait_until(lambda: False, lambda: "it does not listen", child=child)


def test_what_a_process_does_last_is_still_seen(tmp_path: Path) -> None:
    done = tmp_path / "done"
    with python(f"open({str(done)!r}, 'w')") as child:
        assert wait_until(done.exists, child=child)

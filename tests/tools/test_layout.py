"""The layout rules, read from the imports of every file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.waiting import HANG_S
from tools.imports import imported_modules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
# Each folder of shared imports only those before it.
LAYERS = ("domain", "ports", "webhooks", "keys", "runtime", "service", "web", "adapters")
CODE = ("functions", "shared", "localcloud", "client", "tools", "bench", "lab")
MAX_MODULES = 15
READS_ENVIRONMENT = {"main.py", "config.py"}
# Only these build adapters and import Google's SDKs.
BUILDERS = {"main.py", "wiring.py"}
# Each part of a function imports only itself and those before it.
FUNCTION_LAYERS = {
    "api": ("inputs", "service", "page", "handlers", "openapi", "routes", "wiring", "main"),
    "convert": (
        *("process", "containers", "metering", "workspace", "lease", "checkpoint", "watched", "event"),
        *("ffmpeg", "metadata.model", "metadata.readers", "probe", "plan", "upload", "source"),
        *("metadata", "attempt"),
        *(
            "encode",
            "verify",
            "conversion",
            "store",
            "queueing",
            "pipeline",
            "instance",
            "routes",
            "wiring",
            "main",
        ),
    ),
    "notify": (
        *("inputs", "settle", "deliver", "orphans", "sweep"),
        *("routes", "wiring", "main"),
    ),
}


@cache
def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def violations(of: Callable[[Path], set[str]], *folders: str) -> dict[str, set[str]]:
    """Return what breaks a rule, by file: a test for each file would be a thousand for xdist to collect."""
    found = {str(path.relative_to(ROOT)): of(path) for path in python_files(*folders)}
    return {name: breaches for name, breaches in found.items() if breaches}


def package_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).parent.parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> set[str]:
    return imported_modules(path, package_of(path))


def layer_of(layers: Sequence[str], parts: Sequence[str]) -> str:
    """Return the layer of a module: its folder's, or that of the folder around it."""
    inner = ".".join(parts[:2])
    return inner if inner in layers else parts[0]


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removeprefix("client.").removesuffix(".__init__")


def test_no_folder_has_more_than_fifteen_modules() -> None:
    sizes = Counter(path.relative_to(ROOT).parent for path in python_files(*CODE, "tests"))

    too_big = {str(folder) for folder, size in sizes.items() if size > MAX_MODULES}
    assert set() == too_big


def test_no_import_cycle() -> None:
    """Imports inside of functions and for type checkers count as well."""
    files = {module_name(path): path for path in python_files(*CODE)}
    arrows = {name: imports(path) & files.keys() - {name} for name, path in files.items()}

    TopologicalSorter(arrows).prepare()  # raises CycleError, which names the modules


def test_no_function_imports_another() -> None:
    def others(path: Path) -> set[str]:
        own = path.relative_to(ROOT / "functions").parts[0]
        return {n for n in imports(path) if n.startswith("functions.") and n.split(".")[1] != own}

    assert violations(others, "functions") == {}


def test_shared_knows_nothing_of_the_functions() -> None:
    above = {"functions", "localcloud", "tools", "client"}

    assert violations(lambda path: tops(path) & above, "shared") == {}


def test_domain_and_ports_import_only_each_other_and_the_standard_library() -> None:
    able = sys.stdlib_module_names | {"shared", "_typeshed"}

    assert (
        violations(lambda path: tops(path) - able, "shared/domain", "shared/ports", "shared/webhooks") == {}
    )


def test_the_folders_of_shared_are_layers() -> None:
    def higher(path: Path) -> set[str]:
        layer = path.relative_to(ROOT / "shared").parts[0]
        lower = LAYERS[: LAYERS.index(layer) + 1] if layer in LAYERS else ()
        return {name.split(".")[1] for name in imports(path) if name.startswith("shared.")} - set(lower)

    assert violations(higher, "shared") == {}


@pytest.mark.parametrize("function", FUNCTION_LAYERS)
def test_the_parts_of_a_function_are_layers(function: str) -> None:
    layers, home = FUNCTION_LAYERS[function], ROOT / "functions" / function
    upward = {
        f"{path.relative_to(home)} imports {name}"
        for path in python_files(f"functions/{function}")
        for name in imports(path)
        if name.startswith(f"functions.{function}.") and path.name != "__init__.py"
        if layers.index(layer_of(layers, name.split(".")[2:]))
        > layers.index(layer_of(layers, path.relative_to(home).with_suffix("").parts))
    }

    assert set() == upward


def test_only_main_and_config_read_the_environment() -> None:
    def reads(path: Path) -> set[str]:
        if path.name in READS_ENVIRONMENT:
            return set()
        used = {ast.unparse(n) for n in ast.walk(parsed(path)) if isinstance(n, ast.Attribute)}
        return used & {"os.environ", "os.getenv"}

    assert violations(reads, "functions", "shared") == {}


def test_only_adapters_and_builders_import_a_google_sdk() -> None:
    def sdks(path: Path) -> set[str]:
        may = "adapters" in path.parts or path.name in BUILDERS
        return set() if may else tops(path) & {"google", "firebase_admin", "grpc"}

    assert violations(sdks, "functions", "shared") == {}


def test_clients_are_imported_only_where_they_are_needed() -> None:
    """At the top of a function's file an SDK would cost every cold start."""

    def clients(path: Path) -> set[str]:
        top = [n for n in parsed(path).body if isinstance(n, (ast.Import, ast.ImportFrom))]
        text = "\n".join(ast.unparse(n) for n in top)
        return {name for name in ("google.cloud", "shared.adapters") if name in text}

    found = violations(clients, "functions")
    assert {name: breaches for name, breaches in found.items() if Path(name).name not in BUILDERS} == {}


@pytest.mark.parametrize(
    ("function", "spared"),
    [
        ("api", {"firebase_admin", "grpc", "google.api_core"}),
        ("convert", {"pydub"}),
        ("notify", {"google.cloud.storage", "google.cloud.tasks_v2"}),
    ],
)
def test_a_cold_start_imports_only_what_nearly_every_request_needs(function: str, spared: set[str]) -> None:
    program = f"import sys, functions.{function}.main; print({spared} & sys.modules.keys())"

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=HANG_S
    )

    assert said.stdout == "set()\n"

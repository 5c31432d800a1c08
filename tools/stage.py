"""Stages the bundle of each function: `build/<fn>/`, exactly what is deployed and exactly what runs locally.

A bundle is an allow-list: the function's own files, the modules of `shared` that it reaches by its imports,
its requirements, and for convert the ffmpeg layer if that is built. Beside them is its SBOM. Sources are
compiled, because a function that starts without .pyc files takes three times as long.
"""

from __future__ import annotations

import compileall
import os
import py_compile
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.imports import imported_modules
from tools.sbom import write_sbom

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ("api", "convert", "notify")
OWN_SUFFIXES = frozenset({".py", ".txt", ".html", ".css", ".js", ".json", ".svg", ".woff2", ".webmanifest"})


def bundle_files(function: str, root: Path = ROOT) -> dict[str, Path]:
    """Path within the bundle → file in the repository."""
    home = root / "functions" / function
    own = {
        str(path.relative_to(home)): path
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix in OWN_SUFFIXES and "__pycache__" not in path.parts
    }
    shared = {str(path.relative_to(root)): path for path in shared_files(function, root)}
    return own | shared | (layer_files(root) if function == "convert" else {})


def shared_files(function: str, root: Path = ROOT) -> list[Path]:
    """The modules of `shared` that the function reaches, and the tables in TOML that lie beside them."""
    home = root / "functions" / function
    waiting = {(path, f"functions.{function}") for path in home.rglob("*.py")}
    found: set[Path] = set()
    while waiting:
        path, package = waiting.pop()
        for name in _imports(path, package, path.stat().st_mtime_ns):
            for module in _module_files(name, root):
                if module not in found:
                    found.add(module)
                    waiting.add((module, ".".join(module.relative_to(root).parent.parts)))
    tables = {table for path in found if (table := path.with_suffix(".toml")).is_file()}
    return sorted(found | tables)


@cache
def _imports(path: Path, package: str, _mtime_ns: int) -> set[str]:
    """Several functions reach the same modules; to read one takes as long as to compile it."""
    return imported_modules(path, package)


def layer_files(root: Path = ROOT) -> dict[str, Path]:
    """The ffmpeg layer, if `make layer` has built it."""
    home = root / "ffmpeg-layer" / "bin"
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return {str(Path("ffmpeg-layer/bin") / path.relative_to(home)): path for path in files}


def stage(function: str, target: Path, root: Path = ROOT) -> Path:
    """Write the bundle next to its place first, and then swap it in, so that no one sees half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{function}-", dir=target.parent))
    try:
        _write(function, fresh, root)
        if target.exists():
            stale = target.with_name(f".stale-{function}-{os.getpid()}")
            target.rename(stale)
            shutil.rmtree(stale)
        fresh.rename(target)
    except BaseException:  # Ctrl-C as well
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return target


def _write(function: str, fresh: Path, root: Path) -> None:
    fresh.chmod(0o755)
    for name, source in bundle_files(function, root).items():
        place = fresh / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place)
    write_sbom(function, fresh, root)
    # Hashes, not times: unpacking on the platform changes the files' times.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(fresh, quiet=1, invalidation_mode=mode, stripdir=str(fresh))


def _module_files(name: str, root: Path) -> list[Path]:
    """The files behind a dotted name of `shared`: the module and the packages that it lies in."""
    parts = name.split(".")
    if parts[0] != "shared":
        return []
    packages = [root.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return [path for path in (*packages, root.joinpath(*parts).with_suffix(".py")) if path.is_file()]


def main(arguments: list[str]) -> None:
    """Stage the functions that are named, or all."""
    for function in arguments or FUNCTIONS:
        target = stage(function, ROOT / "build" / function)
        print(f"staged {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])

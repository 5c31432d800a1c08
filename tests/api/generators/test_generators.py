"""Public code generators take the description that the service serves, and what they make compiles and works.

Reports: OpenAPITools/openapi-generator and openapi-python-client have many about the constructs that this
description avoids: properties of type null, enumerations without a type, inline objects with one name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.machine import needs
from tests.waiting import HANG_S
from tools.ffmpeg import ROOT
from tools.suite import generators

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.users import User
    from tools.throwaway import ThrowawayCloud

pytestmark = [pytest.mark.wide, needs("java"), needs("npm")]
HERE = ROOT / "tests" / "api" / "generators"


@pytest.fixture(scope="module")
def document(cloud: ThrowawayCloud, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The served document; the generators are installed."""
    generators.install()
    answer = requests.get(f"{cloud.url}/api/openapi.json", timeout=HANG_S)
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_bytes(answer.content)
    return file


@pytest.fixture
def source(audio: Callable[..., Path]) -> Path:
    return audio("wav")


def is_mp3(file: Path) -> bool:
    return file.read_bytes()[:3] == b"ID3" or file.read_bytes()[:2] in {b"\xff\xfb", b"\xff\xfa"}


def test_openapi_python_client_leaves_nothing_out(document: Path, tmp_path: Path) -> None:
    said = generators.openapi_python_client(document, tmp_path / "client")

    assert "Cannot parse" not in said
    assert "Unable to" not in said


def test_openapi_generator_makes_a_python_client_that_converts(
    document: Path, cloud: ThrowawayCloud, user: User, source: Path, tmp_path: Path
) -> None:
    generators.openapi_generator("python", document, tmp_path / "client")
    argv = [
        str(HERE / "convert.py"),
        cloud.url,
        user.session["idToken"],
        str(source),
        str(tmp_path / "r.mp3"),
    ]
    generators.run(generators.program("python"), *argv, environment={"PYTHONPATH": str(tmp_path / "client")})

    assert is_mp3(tmp_path / "r.mp3")


def test_openapi_generator_makes_a_go_client_that_converts(
    document: Path, cloud: ThrowawayCloud, user: User, source: Path, tmp_path: Path
) -> None:
    generators.openapi_generator("go", document, tmp_path / "client")
    (tmp_path / "client" / "go.mod").unlink()
    for test in (tmp_path / "client").glob("**/*_test.go"):
        test.unlink()
    (tmp_path / "go.mod").write_text("module sonube\n\ngo 1.23\n")
    (tmp_path / "main.go").write_text((HERE / "convert.go").read_text())
    generators.compile_go(tmp_path, ".", tmp_path / "convert")
    generators.run(
        str(tmp_path / "convert"), cloud.url, user.session["idToken"], str(source), str(tmp_path / "r.mp3")
    )

    assert is_mp3(tmp_path / "r.mp3")


def test_openapi_generator_makes_a_typescript_client_that_compiles(document: Path, tmp_path: Path) -> None:
    generators.openapi_generator("typescript-fetch", document, tmp_path / "client")

    generators.compile_typescript(*(tmp_path / "client").glob("**/*.ts"))


def test_openapi_typescript_makes_types_that_compile(document: Path, tmp_path: Path) -> None:
    generators.openapi_typescript(document, tmp_path / "api.ts")

    generators.compile_typescript(tmp_path / "api.ts")

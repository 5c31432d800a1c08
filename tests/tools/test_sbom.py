"""The SBOMs of the bundles and of the layer are valid, complete, and the same for the same sources."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tools.licences import LICENCES
from tools.lock import FUNCTIONS, needed, read_lock
from tools.sbom import LAYER, NAME
from tools.stage import stage

ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = jsonschema_rs.Draft7Validator(
    json.loads(Path(__file__).with_name("cyclonedx-1.6.json").read_text())
)
MANIFEST = {
    "distribution": "debian",
    "sources": {"ffmpeg": "7:5.1.9-0+deb12u1", "zlib": "1:1.2.13"},
    "linked": {"gcc-12": "12.2.0-14"},
    "source_sha256": {"ffmpeg_5.1.9.dsc": "a" * 64, "ffmpeg_5.1.9.orig.tar.xz": "b" * 64},
    "sha256": {"baseline/ffmpeg": "c" * 64, "licenses/zlib.txt": "d" * 64},
}


def sbom_of_layer(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what ffmpeg-layer/sbom.py makes of a manifest; its folder's name cannot be imported."""
    spec = importlib.util.spec_from_file_location("layer_sbom", ROOT / "ffmpeg-layer" / "sbom.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    described: dict[str, Any] = module.sbom(manifest)
    return described


@pytest.fixture(scope="module")
def sboms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The SBOM of each bundle, and of a layer."""
    folder = tmp_path_factory.mktemp("bundles")
    found = {name: json.loads((stage(name, folder / name) / NAME).read_text()) for name in FUNCTIONS}
    return {**found, "layer": sbom_of_layer(MANIFEST)}


@pytest.mark.parametrize("name", [*FUNCTIONS, "layer"])
def test_an_sbom_is_valid(sboms: dict[str, dict[str, Any]], name: str) -> None:
    described = sboms[name]
    references = [each["bom-ref"] for each in described["components"]]
    known = {*references, described["metadata"]["component"]["bom-ref"]}

    assert [error.message for error in VALIDATOR.iter_errors(described)] == []
    assert len(set(references)) == len(references)
    assert {each for row in described["dependencies"] for each in (row["ref"], *row["dependsOn"])} <= known


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_sbom_has_every_package_of_the_lock_with_its_hashes(
    sboms: dict[str, dict[str, Any]], function: str
) -> None:
    requirements = (ROOT / "functions" / function / "requirements.txt").read_text()
    pins = re.split(r"^(?=[a-z0-9].*==)", requirements, flags=re.MULTILINE)[1:]
    hashes = {pin.split(maxsplit=1)[0]: re.findall(r"--hash=sha256:(\w+)", pin) for pin in pins}
    libraries = [each for each in sboms[function]["components"] if each["bom-ref"].startswith("pkg:pypi/")]

    assert hashes == {
        f"{each['name']}=={each['version']}": [
            digest["content"] for digest in each["externalReferences"][0]["hashes"]
        ]
        for each in libraries
    }


def test_an_sbom_has_the_font_of_the_page(sboms: dict[str, dict[str, Any]]) -> None:
    font = (ROOT / "functions/api/page/font/nunito.woff2").read_bytes()
    listed = next(each for each in sboms["api"]["components"] if each["name"].endswith("nunito.woff2"))

    assert listed["licenses"] == [{"expression": "OFL-1.1"}]
    assert listed["hashes"][0]["content"] == hashlib.sha256(font).hexdigest()


def test_no_file_of_others_is_missing_in_the_sbom_of_api(sboms: dict[str, dict[str, Any]]) -> None:
    licences = [
        path.parent for path in (ROOT / "functions").rglob("*.txt") if path.name != "requirements.txt"
    ]
    listed = {str(Path(each["name"]).parent) for each in sboms["api"]["components"] if each["type"] == "file"}

    assert {str(path.relative_to(ROOT / "functions/api")) for path in licences} == listed


def test_staging_again_makes_the_same_sbom(sboms: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    again = stage("notify", tmp_path / "notify") / NAME

    assert sboms["notify"] == json.loads(again.read_text())


def test_the_sbom_of_convert_includes_the_layers(
    sboms: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = tmp_path / LAYER.name
    layer.write_text(json.dumps(sboms["layer"]))
    monkeypatch.setattr("tools.stage.layer_files", lambda _: {str(LAYER): layer})
    described = json.loads((stage("convert", tmp_path / "convert") / NAME).read_text())
    listed = {each["name"]: each for each in described["components"]}

    assert list(VALIDATOR.iter_errors(described)) == []
    assert {"ffmpeg", "zlib", "gcc-12", "baseline/ffmpeg", "grpcio"} <= set(listed)
    assert listed["ffmpeg"]["purl"] in described["dependencies"][0]["dependsOn"]


def test_the_sbom_of_the_layer_has_sources_and_programs() -> None:
    listed = {each["name"]: each for each in sbom_of_layer(MANIFEST)["components"]}
    references = listed["ffmpeg"]["externalReferences"][0]

    assert {"a" * 64, "b" * 64} == {each["content"] for each in references["hashes"]}
    assert listed["baseline/ffmpeg"]["hashes"] == [{"alg": "SHA-256", "content": "c" * 64}]
    assert {"ffmpeg", "zlib", "gcc-12", "baseline/ffmpeg"} == set(listed)


def test_the_table_of_licences_has_what_the_bundles_install_and_no_more() -> None:
    packages = read_lock()

    assert {each.name for name in FUNCTIONS for each in needed(packages, name)} == set(LICENCES)


def stated(name: str) -> object:
    """Return the SPDX expression of an installed package, where it states one."""
    try:
        return metadata(name).json.get("license_expression")
    except PackageNotFoundError:  # needed by another Python than this
        return None


def test_the_table_of_licences_agrees_with_the_packages() -> None:
    expressions = {name: stated(name) for name in LICENCES}
    found = {name: expression for name, expression in expressions.items() if expression}

    assert len(found) > 20
    assert {name: LICENCES[name] for name in found} == found

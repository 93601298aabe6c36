"""The demonstration is a test: every step of the day comes out as announced."""

import json
import subprocess
import sys
from pathlib import Path

from ncash.support.sample.demo_day import DAY


def demo(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ncash.cli.main", "demo", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_day_comes_out_as_announced_and_its_rows_are_in_documents(tmp_path: Path) -> None:
    done = demo("--json", "--keep", str(tmp_path / "shop"))
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert done.returncode == 0
    cheese = next(row for row in told["rows"] if row["bcode"] == "3041094787443")
    assert (cheese["cquant"], cheese["excisemark"]) == (0.353, "0103041094787443215Qbag! 93Zjqw 3103000353")
    assert [row["unchecked"] for row in told["rows"] if row["docnum"] == 3] == ["crpt: connection"]


def test_a_person_sees_the_text_the_setting_and_its_line() -> None:
    shown = demo().stdout
    assert "Код маркировки выведен из оборота" in shown
    assert "ignoreCrptStatusSold = deny (markedgoods.ini:" in shown
    assert "1265: UUID=" in shown
    assert f"{len(DAY)} steps, 0 came out otherwise" in shown

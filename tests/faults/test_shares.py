"""A share of the campaign of tools/faults: kills, errors and stops at the steps of the stories of a till."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
STORIES: Final = (
    ("sale", "weighed", "upgrade"),
    ("storno", "return", "support"),
    ("return-by-sale", "defer", "copies"),
    ("cancel", "shift"),
)
NUMBERS: Final = {"kills": 600, "errors": 300, "pauses": 24}
"""`make faults` and `make campaign` have larger ones, harm system calls too, and write down what came of it."""
SEED: Final = 1
STEPS: Final = {"till.heard", "till.worked_out", "store.committing", "store.committed", "till.done"}


def campaign(names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What the stages of the campaign found in these stories, in a process of its own."""
    stages = [f"{stage}={number // len(STORIES)}" for stage, number in NUMBERS.items()]
    options = ["--seed", str(SEED), "--json", *(f"--scenario={name}" for name in names)]
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tools/faults"), *stages, *options], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("{"), ran.stderr
    tallies: dict[str, dict[str, Any]] = json.loads(ran.stdout)
    return tallies


@pytest.mark.long
@pytest.mark.parametrize("names", STORIES, ids="+".join)
def test_nothing_answered_is_lost_whatever_kills_a_till_or_fails_its_disk(names: tuple[str, ...]) -> None:
    tallies = campaign(names)
    assert [text for tally in tallies.values() for text in tally["broken"]] == []
    for stage in ("kills", "errors", "pauses"):
        assert sum(tallies[stage]["done"].values()) >= NUMBERS[stage] // len(STORIES)
    assert tallies["kills"]["done"].keys() >= STEPS

"""A share of the campaign of tools/faults: kills and errors at the steps of eight stories of a till."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
FULL: Final = bool(os.environ.get("NCASH_CAMPAIGN"))
SCENARIOS: Final = ("sale", "weighed", "storno", "return", "return-by-sale", "defer", "cancel", "shift")
KILLS: Final = 100_000 if FULL else 2_000
ERRORS: Final = 20_000 if FULL else 1_200
SEED: Final = 1


def faults(stage: str, number: int, scenario: str) -> dict[str, Any]:
    """What a stage of the campaign found, in a process of its own."""
    options = ["--number", str(number), "--seed", str(SEED), "--scenario", scenario, "--json"]
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tools/faults"), stage, *options], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("{"), ran.stderr
    tally: dict[str, Any] = json.loads(ran.stdout)
    return tally


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_till_that_is_killed_anywhere_goes_on_where_it_was(scenario: str) -> None:
    tally = faults("kills", KILLS // len(SCENARIOS), scenario)
    assert tally["broken"] == []
    assert sum(tally["done"].values()) >= KILLS // len(SCENARIOS)
    assert {"till.heard", "till.worked_out", "store.committing", "store.committed", "till.done"} <= tally["done"].keys()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_disk_that_fails_anywhere_loses_nothing_that_was_answered(scenario: str) -> None:
    tally = faults("errors", ERRORS // len(SCENARIOS), scenario)
    assert tally["broken"] == []
    assert sum(tally["done"].values()) >= ERRORS // len(SCENARIOS)

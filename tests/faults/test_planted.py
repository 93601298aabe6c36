"""Every planted bug is seen by the tests that are named for it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.sizes import CAMPAIGN

from .planted import PLANTED, ROOT

TRIED: Final = [bug.what for bug in PLANTED if CAMPAIGN or not bug.slow]


@pytest.mark.long
def test_a_planted_bug_turns_its_tests_red() -> None:
    trial = Path(__file__).with_name("trial.py")
    ran = subprocess.run([sys.executable, str(trial), *TRIED], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    fates = json.loads(ran.stdout)
    assert {what: told for what, told in fates.items() if told != "red"} == {}
    assert len(fates) == len(TRIED)


def test_every_bug_still_has_its_place_in_the_source() -> None:
    assert all(compile(bug.source(), str(ROOT / bug.module), "exec") for bug in PLANTED)
    assert len(PLANTED) >= 20
    assert len(TRIED) >= 12

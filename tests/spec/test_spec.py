"""Every case of tests/spec/*.yml on a real till, and some of them through the program itself.

What the till says of a case, `ncash explain` says too, step by step; its journal judged again stays as it was.
"""

from pathlib import Path

import pytest

from ncash.testing import violations

from .cases import Case, all_cases
from .explained import play_explained
from .harness import Deviation, play
from .stage import Town


def said(town: Town, case: Case, folder: Path, process: bool = False) -> None:
    """Play the case; what went otherwise is the whole report."""
    deviation = None
    try:
        if process:
            play(town, case, folder, process=True)
        else:
            play_explained(town, case, folder)
        never(case, folder)
    except Deviation as found:
        deviation = str(found)
    if deviation:
        pytest.fail(deviation, pytrace=False)


def never(case: Case, folder: Path) -> None:
    """What must never happen did not happen in this case either. Raises Deviation.

    A document that another program made, or that a supervisor did not let into the books, stays a difference between
    the drive and the books.
    """
    if any(step.what == "damage" for step in case.steps):
        return
    told = [step.given for step in case.steps if step.what == "register"]
    foreign = any("foreign" in given or given.get("ruling") == "drop" for given in told)
    found = violations(folder / "data", folder / "conf", but=["I8", "I2", "I3"] if foreign else ["I8"])
    if found:
        raise Deviation("\n".join([case.id, *(f"  {one.invariant}: {one.text} ({one.place})" for one in found)]))


@pytest.mark.parametrize("case", [c for c in all_cases() if c.given.get("process") != "only"], ids=lambda case: case.id)
def test_a_case(case: Case, town: Town, tmp_path: Path) -> None:
    said(town, case, tmp_path)


@pytest.mark.parametrize("case", [c for c in all_cases() if c.given.get("process")], ids=lambda case: case.id)
def test_a_case_through_the_program(case: Case, town: Town, tmp_path: Path) -> None:
    said(town, case, tmp_path, process=True)

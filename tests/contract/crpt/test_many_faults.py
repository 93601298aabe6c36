"""Two thousand checks against servers that misbehave in every way, many at a time: none outlasts its budget."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt.faults import KINDS

from .conftest import Till, heard_again

CALLS = 2_000
AT_A_TIME = 20
SLACK = 0.2
VALUES: dict[str, object] = {
    "status": 503,
    "body": "\x00\x01\x02",
    "delay": 20.0,
    "drip": 0.02,
    "huge": 1_100_000,
    "gzip_bomb": 1_100_000,
    "redirect": "https://example.test/",
    "missing": "found",
    "top_missing": "reqTimestamp",
}
HARMLESS = ("gzip", "reordered", "well")


def code_of(kind: str) -> str:
    """A code of its own for each way to misbehave."""
    return f"0104670540176099215{kind[:5]:x<5}\x1d93{len(kind):02}Vz"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """Three sites in a process of their own, where each code gets its own fault."""
    faults = [{"kind": kind, "value": VALUES.get(kind), "code": code_of(kind)} for kind in KINDS]
    script = tmp_path / "faults.json"
    script.write_text(json.dumps({"faults": faults}))
    command = [sys.executable, "-m", "ncash.emulators.crpt", "--sites", "3", "--script", str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline().split()[1])}"
        process.stdin.close()


def test_no_check_outlasts_its_budget_whatever_many_servers_do(
    service: str, till: Till, promptly: Callable[..., Answer | NotChecked]
) -> None:
    chance = random.Random(1944)
    crpt = till(service)
    plan = [(chance.choice((*KINDS, *("well",) * 6)), chance.choice((0.15, 0.25, 0.4))) for _ in range(CALLS)]

    def one(step: tuple[str, float]) -> tuple[tuple[str, float], bool, float]:
        kind, budget = step
        begun = time.monotonic()
        found = crpt.check(code_of(kind), "1", budget)
        assert isinstance(found, Answer | NotChecked)
        return step, isinstance(found, Answer), time.monotonic() - begun - budget

    with ThreadPoolExecutor(AT_A_TIME) as crowd:
        outcomes = list(crowd.map(one, plan))
    assert not [kind for (kind, _), answered, _ in outcomes if answered and kind not in HARMLESS]
    for kind, budget in {step for step, _, over in outcomes if over > SLACK}:
        promptly(lambda kind=kind, budget=budget: crpt.check(code_of(kind), "1", budget), budget + SLACK)
    heard_again(crpt, code_of("well"))


def test_the_codes_of_the_faults_are_all_different() -> None:
    assert len({code_of(kind) for kind in (*KINDS, "well")}) == len(KINDS) + 1

"""Whatever the other side does, a check ends within its budget, and nothing it did becomes an allow."""

import logging
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import Emulator
from ncash.emulators.crpt.faults import KINDS

from .conftest import CODE, Till, heard_again

BUDGET = 0.5
SLACK = 0.2
Promptly = Callable[..., Answer | NotChecked]
CANARY = "c4na4y00-5eC4-4e7a-8111-222233334444"

VALUES: dict[str, object] = {
    "status": 502,
    "body": "\x00\x01\x02",
    "delay": 60,
    "drip": 0.05,
    "redirect": "https://example.test/",
    "missing": "found",
    "top_missing": "reqTimestamp",
}
HARMLESS = {"gzip", "reordered"}


@pytest.mark.parametrize("fault", KINDS)
def test_a_fault_costs_at_most_the_budget_and_is_never_an_answer(
    fault: str, three: Emulator, till: Till, promptly: Promptly
) -> None:
    crpt = till(three.url)
    three.heal()
    three.fault(fault, VALUES.get(fault), path="codes/check")
    budget = 20.0 if fault in HARMLESS else BUDGET
    found = promptly(lambda: crpt.check(CODE, "1", budget), budget + SLACK)
    assert isinstance(found, Answer if fault in HARMLESS else NotChecked)


def test_many_checks_at_a_time_keep_their_budgets(three: Emulator, till: Till, promptly: Promptly) -> None:
    crpt = till(three.url)
    three.heal()
    for site, fault in enumerate(("silent", "drip", "delay")):
        three.fault(fault, 0.1 if fault == "drip" else 60, site=site, path="codes/check")

    def crowded() -> None:
        with ThreadPoolExecutor(24) as crowd:
            found = list(crowd.map(lambda _: crpt.check(CODE, "1", 0.3), range(24)))
        assert all(isinstance(one, NotChecked) for one in found)

    promptly(crowded, 0.3 + SLACK)


def test_a_site_switched_off_in_the_middle_of_a_check_is_a_lost_connection(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    emulator.fault("silent", path="codes/check")
    with ThreadPoolExecutor(1) as other:
        running = other.submit(crpt.check, CODE, "1", 20)
        time.sleep(0.2)
        emulator.off()
        found = running.result(30)
    assert isinstance(found, NotChecked)
    assert found.reason == "connection"


def test_the_service_comes_back_without_a_restart(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    assert isinstance(crpt.check(CODE, "1", 20), Answer)
    emulator.off()
    assert isinstance(crpt.check(CODE, "1", 20), NotChecked)
    emulator.on()
    heard_again(crpt)


@pytest.mark.parametrize("fault", KINDS)
def test_no_fault_makes_anybody_speak_of_the_token(fault: str, till: Till, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Emulator(tokens={CANARY: "7700000016"}) as emulator:
        crpt = till(emulator.url, tokens=f"[-1:{CANARY}]")
        emulator.fault(fault, VALUES.get(fault), path="codes/check")
        found = crpt.check(CODE, "1", 0.4)
        said = [repr(found), str(found.json()), repr(crpt.status()), repr(emulator.journal), caplog.text]
    said += ["".join(traceback.format_exception(r.exc_info[1])) for r in caplog.records if r.exc_info]
    assert CANARY not in "\n".join(said)


def test_a_token_that_comes_back_in_an_answer_is_masked(emulator: Emulator, till: Till) -> None:
    token = next(iter(emulator.tokens))
    crpt = till(emulator.url)
    emulator.script(CODE, status=403, body={"code": 403, "description": f"{token} is blocked"})
    found = crpt.check(CODE, "1", 20)
    assert isinstance(found, NotChecked)
    assert found.text == "127.0.0.1: HTTP 403, ****0001 is blocked"

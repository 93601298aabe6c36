"""Which service carries the check on which day, and that a receipt stays with the one it began with."""

from datetime import date
from typing import Any

import pytest

from ncash.bundled.markedgoods.facts.online import NotChecked
from ncash.bundled.markedgoods.settings.plan import SERVICES, Plan, plan_of
from ncash.bundled.markedgoods.settings.tokens import parse_tokens
from ncash.bundled.markedgoods.sources.choice import Transport
from ncash.bundled.markedgoods.sources.source import Heard, Verifier
from ncash.testing import FrozenClock

TOKEN = "7e57ab1e-0000-4000-8000-000000000001"


class Recorded:
    """A verifier that writes down what happens to it."""

    def __init__(self, name: str, told: list[str]) -> None:
        self.name = name
        self.told = told

    def start(self) -> None:
        self.told.append(f"start {self.name}")

    def stop(self) -> None:
        self.told.append(f"stop {self.name}")

    def check(self, code: str, dept: str, budget: float) -> Heard:
        self.told.append(f"check {self.name}")
        return NotChecked("timeout", self.name)

    @property
    def token_error(self) -> bool:
        return self.name == "crpt"

    def status(self) -> dict[str, Any]:
        return {"name": self.name}


def made(plan: Plan, clock: FrozenClock, told: list[str], xapikey: str = "") -> Transport:
    def maker(name: str) -> Any:
        def make() -> Verifier:
            return Recorded(name, told)

        return make

    tokens = parse_tokens(xapikey) if xapikey else None
    return Transport(plan, {name: maker(name) for name in SERVICES}, clock, tokens)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", {}),
        ("tspiot@01.10.2026", {date(2026, 9, 30): "crpt", date(2026, 10, 1): "tspiot", date(2030, 1, 1): "tspiot"}),
        (
            "kkmserver@02.01.2027 , tspiot@01.01.2027",
            {date(2026, 12, 31): "crpt", date(2027, 1, 1): "tspiot", date(2027, 1, 2): "kkmserver"},
        ),
        ("tspiot@01.01.2027,", {date(2027, 1, 1): "tspiot"}),
    ],
)
def test_a_plan_is_read_and_followed(text: str, days: dict[date, str]) -> None:
    plan = plan_of("crpt", text)
    assert {day: plan.on(day) for day in days} == days


@pytest.mark.parametrize(
    "text",
    ["tspiot", "tspiot@", "@01.01.2027", "tspiot@2027-01-01", "tspiot@31.02.2027", "other@01.01.2027",
     "tspiot@1.1.2027", "tspiot 01.01.2027", "tspiot@01.01.2027,crpt@01.01.2027", "tspiot@01.01.2027;crpt@02.01.2027"],
)  # fmt: skip
def test_a_plan_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        plan_of("crpt", text)


def test_the_switch_happens_between_receipts_without_a_restart() -> None:
    clock = FrozenClock("2026-09-30T23:59:00+03:00")
    told: list[str] = []
    transport = made(plan_of("crpt", "tspiot@01.10.2026"), clock, told)
    transport.start()
    transport.check("r1", "code", "1", 1)
    clock.set("2026-10-01T00:00:00+03:00")
    transport.check("r1", "code", "1", 1)
    assert transport.token_error is True
    transport.check("r2", "code", "1", 1)
    assert told == ["start crpt", "check crpt", "check crpt", "stop crpt", "start tspiot", "check tspiot"]
    assert (transport.service, transport.today, transport.token_error) == ("tspiot", "tspiot", False)


def test_a_service_is_at_work_before_the_first_scan_of_its_day() -> None:
    clock = FrozenClock("2026-09-30T23:59:00+03:00")
    told: list[str] = []
    transport = made(plan_of("crpt", "tspiot@01.10.2026"), clock, told)
    transport.start()
    clock.set("2026-10-01T00:00:00+03:00")
    transport.start()
    transport.start()
    assert told == ["start crpt", "start tspiot"]
    transport.stop()
    assert sorted(told[2:]) == ["stop crpt", "stop tspiot"]


@pytest.mark.parametrize(("service", "asked"), [("crpt", True), ("tspiot", False), ("kkmserver", False)])
def test_a_department_that_is_not_checked_is_not_checked_by_any_service(service: str, asked: bool) -> None:
    told: list[str] = []
    transport = made(Plan(service), FrozenClock(), told, f"[1:{TOKEN}],[3:1]")
    found = transport.check("r1", "code", "3", 1)
    assert (f"check {service}" in told) is asked
    assert asked or (isinstance(found, NotChecked) and found.reason == "unchecked")
    transport.check("r1", "code", "1", 1)
    assert told[-1] == f"check {service}"


def test_the_plan_is_told_as_values() -> None:
    transport = made(plan_of("crpt", "tspiot@01.10.2027"), FrozenClock(), [])
    transport.start()
    assert transport.status() == {
        "service": "crpt",
        "today": "crpt",
        "planned": [{"from": "2027-10-01", "service": "tspiot"}],
        "services": {"crpt": {"name": "crpt"}},
    }

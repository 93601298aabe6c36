"""An emergency at Chestny Znak: declared by a 203 of any method or by the shop, and over again."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.crpt.client import CrptClient
from ncash.bundled.markedgoods.crpt.emergency import FILE, FIRST_PROBE, LAST_PROBE, Emergency
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import CHECK, HEALTH, Emulator
from ncash.model.ports import World
from ncash.plugin import CRPT_EMERGENCY
from ncash.system.switches import path, throw_switch

from .conftest import CODE, MovableClock, Till


def reason(crpt: CrptClient, dept: str = "1") -> str | None:
    found = crpt.check(CODE, dept, 20)
    return found.reason if isinstance(found, NotChecked) else None


def declared(emulator: Emulator, till: Till) -> CrptClient:
    """A till that has met the emergency; the service is well again."""
    crpt = till(emulator.url)
    emulator.fault("status", 203, path="codes/check")
    assert reason(crpt) == "emergency"
    emulator.heal()
    emulator.forget()
    return crpt


@pytest.mark.parametrize("status", [203, 418])
@pytest.mark.parametrize("method", ["codes/check", "cdn/info", "health/check"])
def test_any_method_may_declare_it(emulator: Emulator, till: Till, method: str, status: int) -> None:
    emulator.fault("status", status, path=method)
    crpt = till(emulator.url)
    assert reason(crpt) == "emergency"
    assert crpt.emergency.status()["by"] == "crpt"


def test_it_holds_and_nobody_is_asked_about_codes(emulator: Emulator, till: Till) -> None:
    crpt = declared(emulator, till)
    assert [reason(crpt) for _ in range(3)] == ["emergency"] * 3
    assert emulator.checks() == ()


def test_it_blocks_no_site(emulator: Emulator, till: Till) -> None:
    assert [site["blocked_for"] for site in declared(emulator, till).status()["sites"]] == [None]


def test_a_health_check_in_the_background_ends_it(emulator: Emulator, till: Till, clock: MovableClock) -> None:
    crpt = declared(emulator, till)
    clock.ahead += FIRST_PROBE + 1
    crpt.listing.tick()
    assert [entry.path for entry in emulator.journal] == [HEALTH]
    assert reason(crpt) is None


def test_it_goes_on_while_the_health_check_says_so(emulator: Emulator, till: Till, clock: MovableClock) -> None:
    crpt = declared(emulator, till)
    emulator.fault("status", 203, path="health/check")
    for _ in range(10):
        clock.ahead += LAST_PROBE + 1
        crpt.listing.tick()
    assert reason(crpt) == "emergency"
    assert 10 <= len(emulator.journal) <= 12


def test_it_survives_a_restart_and_its_end_does_too(emulator: Emulator, till: Till, clock: MovableClock) -> None:
    first = declared(emulator, till)
    since = first.emergency.status()["since"]
    first.stop()
    second = till(emulator.url, start=False)
    assert (reason(second), second.emergency.status()["since"]) == ("emergency", since)
    second.listing.load()
    second.listing.tick()
    assert reason(second) is None
    assert reason(till(emulator.url)) is None


def test_a_department_that_is_never_checked_stays_unchecked(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, tokens=f"[1:1],[2:{next(iter(emulator.tokens))}]")
    emulator.fault("status", 203)
    assert (reason(crpt, "2"), reason(crpt, "1")) == ("emergency", "unchecked")


def throw(world: World, on: bool, why: str = "announced", later: float = 0.0) -> None:
    time = (world.clock.now() + timedelta(seconds=later)).isoformat(timespec="seconds")
    throw_switch(world.data, CRPT_EMERGENCY, on, why, time)


def test_the_shop_declares_it_and_ends_it_while_the_till_runs(emulator: Emulator, till: Till, world: World) -> None:
    crpt = till(emulator.url)
    throw(world, True)
    assert reason(crpt) == "emergency"
    assert (crpt.emergency.status()["by"], crpt.emergency.status()["text"]) == ("operator", "announced")
    throw(world, False)
    assert reason(crpt) is None


def test_no_health_check_ends_what_the_shop_declared(
    emulator: Emulator, till: Till, world: World, clock: MovableClock
) -> None:
    crpt = till(emulator.url)
    throw(world, True)
    clock.ahead += LAST_PROBE * 2
    crpt.listing.tick()
    assert reason(crpt) == "emergency"


def test_the_shop_may_end_what_chestny_znak_declared(emulator: Emulator, till: Till, world: World) -> None:
    crpt = declared(emulator, till)
    throw(world, False, later=1)
    assert reason(crpt) is None


def test_a_switch_thrown_off_before_does_not_end_a_later_emergency(
    emulator: Emulator, till: Till, world: World
) -> None:
    throw(world, False, later=-3600)
    assert reason(declared(emulator, till)) == "emergency"


def test_a_switch_that_cannot_be_read_leaves_the_checks_on(emulator: Emulator, till: Till, world: World) -> None:
    crpt = till(emulator.url)
    throw(world, False)
    path(world.data, CRPT_EMERGENCY).write_text("{")
    assert reason(crpt) is None
    assert "cannot be read" in crpt.emergency.status()["trouble"]


@pytest.mark.parametrize("kept", ["{", '{"declared":{}, "story":[]}', '{"declared":{"since":"1"},"story":[]}', "[]"])
def test_a_kept_emergency_that_cannot_be_read_leaves_the_checks_on(world: World, kept: str) -> None:
    (world.data / "markedgoods").mkdir()
    (world.data / "markedgoods" / FILE).write_text(kept)
    emergency = Emergency(world)
    assert emergency.declared() is None
    assert "checks are on" in emergency.status()["trouble"]


@pytest.mark.parametrize(
    ("url", "believed"),
    [("https://cdn.example.test", True), ("http://127.0.0.1:1", True), ("http://cdn.example.test", False)],
)
def test_only_verified_tls_or_this_computer_is_believed(world: World, url: str, believed: bool) -> None:
    emergency = Emergency(world)
    emergency.declare(url, "HTTP 203")
    assert (emergency.declared() is not None) is believed


def test_its_story_is_kept(emulator: Emulator, till: Till, clock: MovableClock, tmp_path: Path) -> None:
    crpt = declared(emulator, till)
    clock.ahead += FIRST_PROBE + 1
    crpt.listing.tick()
    kept = json.loads((tmp_path / "markedgoods" / FILE).read_text())
    assert kept["declared"] is None
    assert [entry["event"] for entry in kept["story"]] == ["declared", "ended"]


def test_a_data_folder_that_cannot_be_written_ends_no_emergency(emulator: Emulator, till: Till, tmp_path: Path) -> None:
    crpt = till(emulator.url)
    crpt.stop()
    (tmp_path / "markedgoods").rename(tmp_path / "elsewhere")
    (tmp_path / "markedgoods").write_text("in the way")
    emulator.fault("status", 203, path=CHECK)
    assert [reason(crpt), reason(crpt)] == ["emergency"] * 2
    assert "cannot be kept" in crpt.emergency.status()["trouble"]


def test_with_a_good_answer_there_is_no_emergency(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    assert isinstance(crpt.check(CODE, "1", 20), Answer)
    assert crpt.emergency.status()["on"] is False

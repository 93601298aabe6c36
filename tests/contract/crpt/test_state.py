"""What the till knows of its sites: ranked as the setting says, and kept over a restart."""

import json
import time
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.crpt.client import IDLE, CrptClient
from ncash.bundled.markedgoods.crpt.sites import AVG_TIME, BLOCKED_FOR, Site, Sites
from ncash.bundled.markedgoods.facts.online import Answer
from ncash.emulators.crpt import HEALTH, INFO, Emulator
from ncash.model.ports import World
from ncash.testing import eventually

from .conftest import CODE, MovableClock, Till


def order(crpt: CrptClient, emulator: Emulator) -> list[int]:
    return [emulator.site_urls.index(site["url"]) for site in crpt.status()["sites"]]


def blocked(crpt: CrptClient, emulator: Emulator) -> list[int]:
    sites = crpt.status()["sites"]
    return [emulator.site_urls.index(site["url"]) for site in sites if site["blocked_for"] is not None]


def settled(crpt: CrptClient) -> CrptClient:
    def known() -> bool:
        return all((site["latency_ms"], site["blocked_for"]) != (None, None) for site in crpt.status()["sites"])

    eventually(known)
    return crpt


def test_avg_time_ms_ranks_the_sites_only_when_the_setting_says_so(three: Emulator, till: Till) -> None:
    three.avg_times = {0: 10, 1: 30, 2: 20}
    assert order(settled(till(three.url, rank=AVG_TIME)), three) == [0, 2, 1]
    measured = settled(till(three.url))
    while order(measured, three) != [2, 1, 0]:
        measured.listing.load()
    assert [site["avgTimeMs"] for site in measured.status()["sites"]] == [20, 30, 10]


def test_a_site_that_says_nothing_of_its_speed_comes_after_those_that_do() -> None:
    sites = Sites(AVG_TIME)
    sites.replace([Site("https://a", 0.01), Site("https://b", 0.9, avg_ms=50), Site("https://c", 0.02)], "crpt")
    assert [site.url for site in sites.all()] == ["https://b", "https://a", "https://c"]


def test_a_block_survives_a_restart_and_so_does_its_end(three: Emulator, till: Till, clock: MovableClock) -> None:
    first = settled(till(three.url))
    three.fault("status", 503, site=2, path="codes/check")
    while 2 not in blocked(first, three):
        assert isinstance(first.check(CODE, "1", 20), Answer)
        first.listing.load()
    first.stop()
    three.forget()
    clock.ahead += 600
    second = till(three.url)
    time.sleep(0.3)
    assert blocked(second, three) == [2]
    assert all(entry.site != 2 for entry in three.journal)
    clock.ahead += BLOCKED_FOR - 600
    second.listing.tick()
    assert blocked(second, three) == []
    assert (2, HEALTH) in [(entry.site, entry.path) for entry in three.journal]


def test_silences_survive_a_restart(emulator: Emulator, till: Till) -> None:
    first = till(emulator.url)
    emulator.fault("silent", path="codes/check")
    first.check(CODE, "1", 2.5)
    first.stop()
    emulator.fault("status", 500, path="health/check")
    emulator.fault("status", 500, path="cdn/info")
    second = till(emulator.url)
    assert [site["silences"] for site in second.status()["sites"]] == [1]


def test_a_block_kept_by_a_clock_that_was_wrong_lasts_no_longer_than_a_fresh_one(
    emulator: Emulator, till: Till, clock: MovableClock, tmp_path: Path
) -> None:
    first = till(emulator.url)
    emulator.fault("status", 503, path="codes/check")
    first.check(CODE, "1", 20)
    first.stop()
    clock.ahead -= 86_400
    second = till(emulator.url, start=False)
    second.listing.restore()
    (site,) = second.status()["sites"]
    assert 0 < site["blocked_for"] <= BLOCKED_FOR


def test_what_is_kept_holds_no_token(emulator: Emulator, till: Till, tmp_path: Path) -> None:
    till(emulator.url).stop()
    kept = (tmp_path / "markedgoods" / "crpt_sites.json").read_text()
    assert next(iter(emulator.tokens)) not in kept
    assert json.loads(kept)["tokens"] == [{"token": "****0001", "depts": ["-1"], "valid": True}]


def test_the_report_beside_a_running_till_shows_its_state_and_writes_nothing(
    three: Emulator, till: Till, tmp_path: Path
) -> None:
    running = settled(till(three.url))
    three.fault("status", 503, site=1)
    running.listing.load()
    running.stop()
    file = tmp_path / "markedgoods" / "crpt_sites.json"
    before = file.read_bytes()
    kept = till(three.url, start=False).report(ask=False)
    assert len(kept["sites"]) == 3
    assert (kept["tokens"][0]["valid"], kept["asked"]) == (True, False)
    asked = till(three.url, start=False).report(ask=True)
    assert [site["blocked_for"] is not None for site in asked["sites"]].count(True) == 1
    assert asked["next_list"] == kept["next_list"]
    assert file.read_bytes() == before


def test_a_list_is_never_loaded_inside_a_check(three: Emulator, till: Till, clock: MovableClock) -> None:
    crpt = settled(till(three.url))
    crpt.listing.stop()
    three.forget()
    clock.ahead += 7 * 3600
    three.fault("status", 503, path="codes/check")
    for _ in range(3):
        crpt.check(CODE, "1", 20)
    assert INFO not in [entry.path for entry in three.journal]


def asked(emulator: Emulator, path: str) -> None:
    """Returns when this was asked."""
    eventually(lambda: any(entry.path == path for entry in emulator.journal))


def connections(emulator: Emulator) -> list[int]:
    return [entry.connection for entry in emulator.checks()]


def test_each_receipt_has_one_connection_of_its_own(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    for receipt in ("first", "first", "second", "second"):
        crpt.serving(receipt)
        assert isinstance(crpt.check(CODE, "1", 20), Answer)
    one, two, three, four = connections(emulator)
    assert one == two != three == four


def test_the_connection_of_a_receipt_is_closed_after_it(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url)
    crpt.serving("first")
    crpt.check(CODE, "1", 20)
    crpt.serving(None)
    crpt.serving("first")
    crpt.check(CODE, "1", 20)
    assert len(set(connections(emulator))) == 2


def test_a_connection_nobody_uses_is_closed_before_the_site_would(
    emulator: Emulator, till: Till, clock: MovableClock
) -> None:
    crpt = till(emulator.url)
    crpt.check(CODE, "1", 20)
    clock.ahead += IDLE + 1
    crpt.listing.tick()
    crpt.check(CODE, "1", 20)
    assert len(set(connections(emulator))) == 2


@pytest.mark.parametrize(
    ("own", "drive", "sent"), [("", "", None), ("", "1" * 16, "1" * 16), ("2" * 16, "1" * 16, "2" * 16)]
)
def test_a_check_names_the_fiscal_drive(
    emulator: Emulator, till: Till, world: World, own: str, drive: str, sent: str | None
) -> None:
    found = till(emulator.url, world=world._replace(fiscal_drive=drive), fiscal_drive=own).check(CODE, "1", 20)
    (entry,) = emulator.checks()
    asked = json.loads(entry.body)
    assert asked.get("fiscalDriveNumber") == sent
    assert {"codes": asked["codes"], **found.json()["sent"]} == asked


def test_what_was_told_is_kept_with_a_check_that_came_to_nothing(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, fiscal_drive="1" * 16)
    emulator.fault("status", 504, path="codes/check")
    assert crpt.check(CODE, "1", 20).json()["sent"] == {"fiscalDriveNumber": "1" * 16, "timeZone": 2}
    emulator.fault("status", 203, path="codes/check")
    crpt.check(CODE, "1", 20)
    assert crpt.check(CODE, "1", 20).json()["sent"] == {}


def test_a_list_that_comes_after_the_end_is_written_nowhere(emulator: Emulator, till: Till, tmp_path: Path) -> None:
    emulator.fault("delay", 2.0, path="cdn/info")
    crpt = till(emulator.url, start=False)
    crpt.start()
    asked(emulator, INFO)
    crpt.stop()
    assert crpt.listing.listed.wait(20)
    time.sleep(0.3)
    assert list(tmp_path.rglob("*.json")) == []

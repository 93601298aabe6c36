"""A second site is asked when the first is late (crptHedgeAfter)."""

import time

import pytest

from ncash.bundled.markedgoods.crpt.client import CrptClient
from ncash.bundled.markedgoods.crpt.node import ReplyKind
from ncash.bundled.markedgoods.crpt.pool import LATE
from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import Emulator

from .conftest import CODE, MovableClock, Till
from .test_policy import asked, ranked


def took(crpt: CrptClient) -> float:
    begun = time.monotonic()
    assert isinstance(crpt.check(CODE, "1", 20), Answer)
    return time.monotonic() - begun


def test_the_second_site_answers_for_a_slow_first_one(three: Emulator, till: Till) -> None:
    crpt = ranked(till(three.url, hedge=0.1), three)
    three.fault("silent", site=2)
    assert took(crpt) >= 0.1
    assert (asked(three), crpt.noted) == ([2, 1], [])


def test_without_the_setting_only_one_site_is_asked(three: Emulator, till: Till) -> None:
    crpt = ranked(till(three.url), three)
    three.fault("delay", 0.4, site=2)
    assert took(crpt) >= 0.4
    assert asked(three) == [2]


def test_a_first_site_in_time_is_asked_alone(three: Emulator, till: Till) -> None:
    crpt = ranked(till(three.url, hedge=1.4), three)
    took(crpt)
    assert asked(three) == [2]


def test_an_only_site_is_waited_for(emulator: Emulator, till: Till) -> None:
    crpt = till(emulator.url, hedge=0.05)
    emulator.fault("delay", 0.3, path="codes/check")
    assert took(crpt) >= 0.3
    assert asked(emulator) == [0]


def test_the_first_site_may_still_be_the_faster_one(three: Emulator, till: Till) -> None:
    crpt = ranked(till(three.url, hedge=0.1), three)
    three.fault("delay", 0.3, site=2)
    three.fault("silent", site=1)
    assert took(crpt) >= 0.3
    assert (asked(three), crpt.noted) == ([2, 1], [])


def test_a_second_site_that_fails_changes_nothing(three: Emulator, till: Till) -> None:
    crpt = ranked(till(three.url, hedge=0.1), three)
    three.fault("delay", 0.4, site=2)
    three.fault("status", 503, site=1)
    assert took(crpt) >= 0.4
    assert [site["blocked_for"] for site in crpt.status()["sites"]] == [None] * 3


@pytest.mark.parametrize(("status", "reason"), [(401, "token"), (203, "emergency"), (400, "http")])
def test_a_second_site_that_ends_the_check_ends_it(three: Emulator, till: Till, status: int, reason: str) -> None:
    crpt = ranked(till(three.url, hedge=0.1), three)
    three.fault("silent", site=2)
    three.fault("status", status, site=1)
    found = crpt.check(CODE, "1", 20)
    assert isinstance(found, NotChecked)
    assert found.reason == reason


def test_a_site_that_keeps_losing_in_silence_is_left_alone(three: Emulator, till: Till, clock: MovableClock) -> None:
    crpt = ranked(till(three.url, hedge=0.05), three)
    three.fault("silent", site=2)
    for _ in range(4):
        took(crpt)
        clock.ahead += LATE + 0.1
    places = {three.site_urls.index(site["url"]): site["blocked_for"] for site in crpt.status()["sites"]}
    assert [place for place, left in places.items() if left is not None] == [2]
    assert [noted.kind for noted in crpt.noted] == [ReplyKind.SILENT] * 3
    three.forget()
    took(crpt)
    assert asked(three) == [1]


def test_a_site_that_loses_within_its_time_keeps_a_clean_record(three: Emulator, till: Till) -> None:
    crpt = ranked(till(three.url, hedge=0.05), three)
    three.fault("delay", 0.2, site=2)
    for _ in range(4):
        took(crpt)
    time.sleep(0.3)
    took(crpt)
    assert [site["silences"] for site in crpt.status()["sites"]] == [0, 0, 0]
    assert crpt.noted == []

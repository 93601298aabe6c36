"""Thousands of checks, weeks and days in virtual time: budgets, availability, a dead list server."""

import logging
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import HEALTH, INFO
from ncash.model.ports import HttpRequest
from tests.sizes import sized

from .conftest import CODE
from .virtual import Outcome, Shop, answering, method_of, site_of

CHECKS = sized(9_000, 100_000)
DAYS = sized(2, 7)
DAY = 86_400


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A warning for each of a million faults says nothing new."""
    log = logging.getLogger("markedgoods")
    before = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(before)


def _misbehaviour(chance: random.Random) -> "list[tuple[float, int, bytes] | tuple[float, str]]":
    """One of everything, a good answer among them."""
    return [
        (chance.uniform(0.02, 0.2), 503, b"{}"),
        (chance.uniform(0.02, 2.5), 429, b"{}"),
        (0.1, 500, b'{"code":5000,"description":"away","codes":[]}'),
        (0.05, 400, b"<html>"),
        (0.05, 401, b""),
        (0.05, 200, b"{}"),
        (chance.uniform(0.0, 3.0), "connect"),
        (0.3, "tls"),
        (0.0, "refused"),
        (0.5, "too_large"),
        (99.0, "timeout"),
    ]


@pytest.mark.parametrize("hedge", [0.0, 0.1])
def test_no_check_takes_longer_than_its_budget(tmp_path: Path, hedge: float) -> None:
    chance = random.Random(20_270_115)

    def behave(request: HttpRequest) -> Outcome:
        if method_of(request) == INFO or chance.random() < 0.5:
            return answering(request, chance.choice((0.02, 0.05, 0.4, 1.4, 1.6, 2.4)))
        return chance.choice(_misbehaviour(chance))

    shop = Shop(tmp_path, behave, hedge)
    answers = late = at_once = 0
    for count in range(CHECKS // 2):
        budget = chance.choice((0.3, 1.0, 2.0, 5.0, 5.0, 30.0, 30.0, 30.0))
        begun = shop.clock.t
        found = shop.crpt.check(CODE, "1", budget)
        answers += isinstance(found, Answer)
        late += shop.clock.t - begun > budget + 1e-6
        at_once = at_once + 1 if isinstance(found, NotChecked) and "silent since" in found.text else 0
        if at_once % 5 == 4:
            shop.clock.t += 60
            shop.crpt.listing.load(keep=False, everybody=True)
        if count % 100 == 99:
            shop.pass_time(300, step=300)
    assert late == 0
    assert CHECKS // 2 > answers > CHECKS // 8


@pytest.mark.parametrize("dead", ["refused", "timeout", "503", "flapping"])
def test_with_one_of_three_sites_alive_nearly_every_scan_is_checked(tmp_path: Path, dead: str) -> None:
    chance = random.Random(7)

    def behave(request: HttpRequest) -> Outcome:
        if site_of(request) in (0, 1) and (dead != "flapping" or method_of(request) != HEALTH):
            return (0.05, 503, b"") if dead in ("503", "flapping") else (99.0 if dead == "timeout" else 0.001, dead)
        return answering(request, chance.uniform(0.03, 0.08))

    shop = Shop(tmp_path, answering)
    shop.network.behaviour = behave
    scans = checked = 0
    for _ in range(DAYS * 24 * 12):
        shop.pass_time(300, step=150)
        for _ in range(5):
            scans += 1
            checked += isinstance(shop.crpt.check(CODE, "1", 30.0), Answer)
    assert scans == DAYS * 24 * 60
    assert checked >= 0.999 * scans


def test_a_list_server_that_is_dead_for_a_day_changes_nothing(tmp_path: Path) -> None:
    def behave(request: HttpRequest) -> Outcome:
        return (99.0, "timeout") if method_of(request) == INFO else answering(request)

    shop = Shop(tmp_path, answering)
    ranked = [site["url"] for site in shop.crpt.status()["sites"]]
    shop.network.behaviour = behave
    unchecked = 0
    for hour in range(24):
        shop.pass_time(3600)
        if hour in (8, 16):
            shop.started()
        unchecked += sum(not isinstance(shop.crpt.check(CODE, "1", 2.0), Answer) for _ in range(50))
    assert unchecked == 0
    assert sorted(site["url"] for site in shop.crpt.status()["sites"]) == sorted(ranked)


def test_a_site_that_recovers_serves_again_without_a_restart(tmp_path: Path) -> None:
    ill = True

    def behave(request: HttpRequest) -> Outcome:
        if site_of(request) == 0 and ill:
            return 0.01, "refused"
        return answering(request, 0.01 if site_of(request) == 0 else 0.09)

    shop = Shop(tmp_path, behave)
    assert isinstance(shop.crpt.check(CODE, "1", 30), Answer)
    shop.pass_time(DAY / 24)
    found = shop.crpt.check(CODE, "1", 30)
    assert isinstance(found, Answer)
    assert found.host != "cdn0.example.test"
    ill = False
    shop.pass_time(16 * 60)
    found = shop.crpt.check(CODE, "1", 30)
    assert isinstance(found, Answer)
    assert found.host == "cdn0.example.test"


def test_the_list_is_asked_for_between_six_and_seven_hours_apart(tmp_path: Path) -> None:
    asked: list[float] = []

    def behave(request: HttpRequest) -> Outcome:
        if method_of(request) == INFO:
            asked.append(shop.clock.t)
        return answering(request)

    shop = Shop(tmp_path, answering)
    shop.network.behaviour = behave
    shop.pass_time(20 * DAY)
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert len(pauses) > 70
    assert min(pauses) >= 6 * 3600
    assert max(pauses) <= 6 * 3600 + 600 + 61
    assert len({round(pause) for pause in pauses}) > 5

"""A check that a person cut says nothing about CRPT: no site is blocked for it, and the next scan is checked."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ncash.bundled.markedgoods.facts.online import Answer, NotChecked
from ncash.emulators.crpt import Emulator
from ncash.network.http import RequestsHttp

from .conftest import CODE, Till

AMPLE = 60.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as made:
        yield made


@pytest.mark.parametrize("asked_before", [True, False])
def test_no_site_is_blocked_for_a_check_that_was_cut(
    emulator: Emulator, till: Till, http: RequestsHttp, pool: ThreadPoolExecutor, asked_before: bool
) -> None:
    crpt = till(emulator.url)
    if asked_before:
        assert isinstance(crpt.check(CODE, "1", AMPLE), Answer)
    emulator.script(CODE, delay=3.0)
    checking = pool.submit(crpt.check, CODE, "1", AMPLE)
    until = time.monotonic() + AMPLE
    while not checking.done():
        assert time.monotonic() < until
        http.abandon()
        time.sleep(0.01)
    found = checking.result()
    assert isinstance(found, NotChecked)
    assert (found.reason, "the call was cut" in found.text) == ("external", True)
    emulator.script(CODE)
    assert isinstance(crpt.check(CODE, "1", AMPLE), Answer)

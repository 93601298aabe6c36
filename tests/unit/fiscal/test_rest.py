"""A service in front of the register that is silent about codes: how long it rests, and what a scan waits for."""

import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest

from ncash.fiscal.rest import AGAIN, LONGEST, MOMENT, MOST, REST, Rest
from ncash.model.fiscal.register import RegisterRefused, RegisterSilent
from ncash.testing import FrozenClock

SLICE = 5.0


class Desk:
    """Asks about a code as a driver does."""

    def __init__(self, there: Callable[[], bool] = lambda: True) -> None:
        self.clock = FrozenClock()
        self.rest = Rest(self.clock, "service", there)
        self.asked = 0

    def scan(self, error: Exception | None = None) -> bool:
        """Whether the service was asked."""
        before = self.asked
        try:
            with self.rest:
                self.asked += 1
                if error is not None:
                    raise error
        except RegisterSilent:
            pass
        return self.asked > before


SILENT = RegisterSilent("no answer")


def test_the_rest_doubles_with_every_silence_up_to_an_hour() -> None:
    desk = Desk()
    rests, last = [], desk.clock.monotonic()
    while len(rests) < 10:
        if desk.scan(SILENT):
            rests.append(desk.clock.monotonic() - last)
            last = desk.clock.monotonic()
        desk.clock.move(SLICE)
    longer = [later / earlier for earlier, later in pairwise(rests[1:7])]
    assert rests[1] == pytest.approx(REST, abs=2 * SLICE)
    assert all(1.7 < growth < 2.3 for growth in longer)
    assert rests[-1] == pytest.approx(LONGEST, abs=2 * SLICE)


def test_an_answer_ends_it_for_good() -> None:
    desk = Desk()
    for _ in range(3):
        desk.scan(SILENT)
        desk.clock.move(LONGEST)
    assert desk.scan()
    assert desk.scan()
    desk.scan(SILENT)
    desk.clock.move(REST + 1)
    assert desk.scan()


def test_a_refusal_is_an_answer() -> None:
    desk = Desk()
    with pytest.raises(RegisterRefused):
        desk.scan(RegisterRefused("wrong code"))
    assert desk.scan()


def test_a_service_where_nobody_answers_is_not_asked_about_codes() -> None:
    alive = [False]
    desk = Desk(lambda: alive[0])
    desk.scan(SILENT)
    for _ in range(50):
        desk.clock.move(LONGEST)
        assert not desk.scan()
    alive[0] = True
    assert not desk.scan()
    desk.clock.move(AGAIN + 1)
    assert desk.scan()


def test_whoever_waits_for_the_word_that_it_is_there_waits_a_moment_and_not_at_every_scan() -> None:
    answered = threading.Event()
    desk = Desk(lambda: answered.wait(60))
    desk.scan(SILENT)
    desk.clock.move(REST + 1)
    begun = time.monotonic()
    assert not desk.scan()
    assert MOMENT - 0.1 <= time.monotonic() - begun < MOST
    answered.set()
    desk.clock.move(AGAIN + 1)
    assert desk.scan()

"""How often a server is asked to renew the reservations of a long receipt."""

from pathlib import Path
from typing import Final, cast

import pytest

from ncash.bundled.markedgoods.cashserver.client import CashServer
from ncash.bundled.markedgoods.cashserver.leases import MOST, SAFE, Leases, Reservation
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.ports import Dictionaries, Documents, HttpAnswer, HttpError, HttpRequest, World
from ncash.model.receipt import Kind
from ncash.testing import FrozenClock, SeededRandom

ROUTE: Final = "http://127.0.0.1:1/CSrest/rest/sales/exciseMark/status"
MARKS: Final = [f"0104699999900013{n:06d}" for n in range(2 * MOST + 1)]


class Counting:
    """Implements ports.Http: says no in its own way, and counts."""

    def __init__(self, status: int | None) -> None:
        self.status = status
        self.calls = 0

    def send(self, request: HttpRequest, budget: float, limit: int = 0) -> HttpAnswer:
        """Implements ports.Http."""
        self.calls += 1
        if self.status is None:
            raise HttpError("timeout", "no answer")
        results = b",".join([b'{"status":"SOLD","granted":false}'] * (MOST if self.calls < 3 else 1))
        return HttpAnswer(self.status, {}, b'{"results":[' + results + b"]}")

    def abandon(self) -> None:
        """Implements ports.Http."""

    def release(self, url: str) -> None:
        """Implements ports.Http."""

    def close(self) -> None:
        """Implements ports.Http."""


@pytest.mark.parametrize(("status", "calls", "told"), [(None, 1, None), (503, 1, None), (200, 3, "SOLD")])
def test_a_server_that_does_not_answer_is_asked_once_about_a_long_receipt(
    status: int | None, calls: int, told: str | None, tmp_path: Path
) -> None:
    http = Counting(status)
    clock = FrozenClock("2027-01-15T12:00:00+03:00")
    world = World(clock, SeededRandom(), http, cast(Dictionaries, None), cast(Documents, None), tmp_path)
    leases = Leases(world, CashServer(world, "1", "1", tmp_path))
    leases.hold("receipt", Kind.SALE, [Reservation(one, one, "", ROUTE, MarkedGoods.defaults()) for one in MARKS])
    facts = leases.renew(MARKS)
    leases.stop()
    assert (http.calls, {facts[one].status for one in MARKS}) == (calls, {told})


class Slow(Counting):
    """Grants one reservation, and takes its time."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__(200)
        self._clock = clock

    def send(self, request: HttpRequest, budget: float, limit: int = 0) -> HttpAnswer:
        """Implements ports.Http."""
        self._clock.move(SAFE)
        return HttpAnswer(200, {}, b'{"results":[{"status":"RESERVED_SALE","granted":true,"lease":"x"}]}')


def test_a_lease_is_counted_from_when_it_was_asked_for(tmp_path: Path) -> None:
    clock = FrozenClock("2027-01-15T12:00:00+03:00")
    world = World(clock, SeededRandom(), Slow(clock), cast(Dictionaries, None), cast(Documents, None), tmp_path)
    leases = Leases(world, CashServer(world, "1", "1", tmp_path))
    leases.stop()
    leases.hold("receipt", Kind.SALE, [Reservation(MARKS[0], MARKS[0], "", ROUTE, MarkedGoods.defaults())])
    assert leases.doubtful() == []
    facts = leases.renew(MARKS[:1])
    assert (facts[MARKS[0]].status, leases.doubtful()) == ("RESERVED_SALE", MARKS[:1])

"""Reservations of the open receipt are kept alive: a lease of the cash server runs out after a quarter of an hour.

They are renewed in the background by reserving again for the same receipt. One that may have run out meanwhile is
reserved again before the receipt is closed, and the server's refusal is a refusal then.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from ncash.bundled.markedgoods.cashserver.client import CashServer, ReservationRequest
from ncash.bundled.markedgoods.checks.cash_server import DOCTYPES, ServerFact, granted
from ncash.bundled.markedgoods.settings import MarkedGoods
from ncash.model.ports import World
from ncash.model.receipt import Kind

LEASE: Final = 900.0
"""Seconds a reservation lives at the server."""
RENEW_AFTER: Final = 300.0
SAFE: Final = 840.0
"""Seconds after which a reservation may have run out: both clocks and the way there are taken into account."""
PAUSE: Final = 60.0
"""Seconds between two tries at a server that does not answer."""
POLL: Final = 30.0
MOST: Final = 200
"""Marks in one call."""


class Reservation(NamedTuple):
    """A reservation of the open receipt."""

    cis: str
    mark: str
    barcode: str
    route: str
    own: MarkedGoods
    since: float | None = None
    """Monotonic seconds of the latest grant; None: granted before this program began."""
    at: datetime | None = None
    tried: float | None = None


class Leases:
    """The reservations of one till's open receipt, and the thread that renews them."""

    def __init__(self, world: World, server: CashServer) -> None:
        self._world = world
        self._server = server
        self._lock = threading.Lock()
        self._receipt = ("", Kind.SALE)
        self._held: dict[str, Reservation] = {}
        self.lost: set[str] = set()
        """CIS whose reservation the server did not renew; what is given up all the same changes nothing there."""
        self._wake = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None

    def hold(self, receipt: str, kind: Kind, held: Iterable[Reservation], fresh: bool = True) -> None:
        """Reservations of a receipt; those of an earlier one are over. `fresh`: granted just now."""
        clock = self._world.clock
        with self._lock:
            if self._receipt[0] != receipt:
                self._held, self.lost = {}, set()
            self._receipt = (receipt, kind)
            for one in held:
                granted_now = one._replace(since=clock.monotonic(), at=clock.now(), tried=None)
                self._held[one.cis] = granted_now if fresh else one
                self.lost.discard(one.cis)
        if self._held and self._thread is None and not self._ended:
            self._thread = threading.Thread(target=self._work, name="markedgoods-leases", daemon=True)
            self._thread.start()

    def drop(self, gone: Iterable[str]) -> None:
        """These CIS left the receipt."""
        with self._lock:
            for cis in gone:
                self._held.pop(cis, None)

    def clear(self) -> None:
        """The receipt is over."""
        with self._lock:
            self._held, self.lost = {}, set()

    def stop(self) -> None:
        """End the thread."""
        self._ended = True
        self._wake.set()

    def nudge(self) -> None:
        """Called often: wakes the thread when something is due."""
        if self._held and self._due(RENEW_AFTER):
            self._wake.set()

    def doubtful(self) -> list[str]:
        """CIS whose reservation may have run out, or was refused."""
        with self._lock:
            return [one.cis for one in self._held.values() if self._age(one) >= SAFE or one.cis in self.lost]

    def _age(self, one: Reservation) -> float:
        """By the clock that says more: one of them stands still while the machine sleeps."""
        if one.since is None or one.at is None:
            return LEASE
        clock = self._world.clock
        return max(clock.monotonic() - one.since, (clock.now() - one.at) / timedelta(seconds=1))

    def _due(self, age: float) -> list[Reservation]:
        now = self._world.clock.monotonic()
        with self._lock:
            return [
                one for one in self._held.values()
                if self._age(one) >= age and (one.tried is None or now - one.tried >= PAUSE)
            ]  # fmt: skip

    def _work(self) -> None:
        while not self._ended:
            self.renew([one.cis for one in self._due(RENEW_AFTER)], awaited=False)
            self._wake.wait(POLL)
            self._wake.clear()

    def renew(self, wanted: Sequence[str], awaited: bool = True) -> dict[str, ServerFact]:
        """Reserve these CIS again: what the server said of each. One that does not answer is asked once; one that is
        silent only when nobody waits for it (`awaited`)."""
        clock = self._world.clock
        with self._lock:
            (receipt, kind), now, at = self._receipt, clock.monotonic(), clock.now()
            chosen = [one._replace(tried=now) for one in map(self._held.get, wanted) if one is not None]
            self._held.update({one.cis: one for one in chosen})
        facts: dict[str, ServerFact] = {}
        silent: dict[tuple[str, str], ServerFact] = {}
        for group in _grouped(chosen):
            asked = _place(group[0])
            if asked in silent:
                facts |= dict.fromkeys((one.cis for one in group), silent[asked])
                continue
            marks = [ReservationRequest(one.mark, one.barcode, one.own) for one in group]
            heard = self._server.reserve_again(group[0].route, DOCTYPES[kind], receipt, marks, awaited)
            facts |= {one.cis: fact for one, fact in zip(group, heard, strict=True)}
            if all(fact.status is None for fact in heard):
                silent[asked] = heard[0]
        self._noted(receipt, kind, facts, now, at)
        return facts

    def _noted(self, receipt: str, kind: Kind, facts: dict[str, ServerFact], since: float, at: datetime) -> None:
        """A lease is counted from when it was asked for: the server granted it then or later."""
        with self._lock:
            if self._receipt[0] != receipt:
                return
            for cis, fact in facts.items():
                one = self._held.get(cis)
                if one is None or fact.status is None:
                    continue
                if granted(kind, fact):
                    self._held[cis] = one._replace(since=since, at=at, tried=None)
                    self.lost.discard(cis)
                else:
                    self.lost.add(cis)


def _place(one: Reservation) -> tuple[str, str]:
    return one.route, one.own.category or ""


def _grouped(held: Sequence[Reservation]) -> Iterator[list[Reservation]]:
    """By server and settings, so many in a call, in one order whatever came first."""
    for _, group in groupby(sorted(held, key=_place), key=_place):
        marks = list(group)
        yield from (marks[n : n + MOST] for n in range(0, len(marks), MOST))

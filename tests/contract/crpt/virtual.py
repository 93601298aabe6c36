"""Time and network without waiting: requests take as long as they are said to, and nobody sleeps."""

import heapq
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty
from typing import Any, cast
from urllib.parse import urlsplit

from crpt_emulator import HEALTH, INFO, TOKEN
from markedgoods.crpt.answer import ALWAYS
from markedgoods.crpt.client import Crpt, Options
from markedgoods.crpt.tokens import parse_tokens

from ncash.model.ports import HttpAnswer, HttpError, HttpRequest, World
from ncash.testing import SeededRandom

from .conftest import CODE, DEFAULT_URL

BEGIN = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
Outcome = tuple[float, int, bytes] | tuple[float, str]
"""Seconds it takes, and an answer (status, body) or the reason of an HttpError."""
Behaviour = Callable[[HttpRequest], Outcome]


class VirtualClock:
    """Moves only when it is moved."""

    def __init__(self) -> None:
        self.t = 1_000.0

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.t)

    def monotonic(self) -> float:
        return self.t

    def sleep(self, seconds: float) -> None:
        self.t += seconds


class VirtualCrew:
    """A job begins now and takes its own time; the clock comes back to whoever ordered it."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def run(self, job: Callable[[], None]) -> None:
        begun = self._clock.t
        job()
        self._clock.t = begun

    def dismiss(self) -> None:
        """Nobody waits."""


class VirtualMailbox:
    """Gives what has arrived by then; waiting moves the clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Any]] = []
        self._count = 0

    def put(self, came: Any) -> None:
        self._count += 1
        heapq.heappush(self._heap, (self._clock.t, self._count, came))

    def get(self, *, timeout: float) -> Any:
        until = self._clock.t + timeout
        if self._heap and self._heap[0][0] <= until:
            at, _, came = heapq.heappop(self._heap)
            self._clock.t = max(self._clock.t, at)
            return came
        self._clock.t = until
        raise Empty


class VirtualNetwork:
    """Hosts that behave as they are told."""

    def __init__(self, clock: VirtualClock, behaviour: Behaviour) -> None:
        self._clock = clock
        self.behaviour = behaviour
        self.requests = 0

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        self.requests += 1
        outcome = self.behaviour(request)
        seconds = outcome[0]
        if seconds >= budget:
            self._clock.t += budget
            raise HttpError("timeout", "no answer in time")
        self._clock.t += seconds
        if len(outcome) == 2:
            raise HttpError(outcome[1], f"it ended: {outcome[1]}")
        return HttpAnswer(outcome[1], {}, outcome[2])

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


SITES = tuple(f"https://cdn{n}.example.test" for n in range(3))
_LIST = json.dumps({"code": 0, "description": "ok", "hosts": [{"host": site} for site in SITES]}).encode()
_TOP = {"reqId": "6f0b0f0e-3c0e-4d0f-9a55-1d2c3b4a5968", "reqTimestamp": 1_800_000_000_123}
_ELEMENT = {"cis": CODE, **dict.fromkeys(ALWAYS, True)}
_GOOD = json.dumps({"codes": [_ELEMENT], **_TOP}).encode()


def answering(request: HttpRequest, seconds: float = 0.04) -> Outcome:
    """What a site that is well does."""
    path = urlsplit(request.url).path
    body = {INFO: _LIST, HEALTH: b'{"code":0,"description":"ok","avgTimeMs":37}'}.get(path, _GOOD)
    return seconds, 200, body


def site_of(request: HttpRequest) -> int | None:
    """The place of the site that is asked; None for the root."""
    host = f"https://{urlsplit(request.url).hostname}"
    return SITES.index(host) if host in SITES else None


def method_of(request: HttpRequest) -> str:
    """The path that is asked."""
    return urlsplit(request.url).path


class Shop:
    """A till's connection to CRPT in virtual time."""

    def __init__(self, folder: Path, behaviour: Behaviour, hedge: float = 0.0) -> None:
        self.clock = VirtualClock()
        self.network = VirtualNetwork(self.clock, behaviour)
        self._folder = folder
        self._hedge = hedge
        self.crpt = self.started()

    def started(self) -> Crpt:
        """A fresh start on the same data folder."""
        clock = self.clock
        world = World(clock, SeededRandom(), self.network, cast(Any, None), cast(Any, None), self._folder)
        options = Options(hedge=self._hedge, crew=VirtualCrew(clock), mailbox=lambda: VirtualMailbox(clock))
        tokens = parse_tokens(f"[-1:{TOKEN}]")
        self.crpt = Crpt(("https://root.example.test",), tokens, 10, 10, world, DEFAULT_URL, options)
        self.crpt.listing.restore()
        self.crpt.listing.load()
        return self.crpt

    def pass_time(self, seconds: float, step: float = 60.0) -> None:
        """Let time go by, with the background work done in between."""
        until = self.clock.t + seconds
        while self.clock.t < until:
            self.clock.t = min(self.clock.t + step, until)
            self.crpt.listing.tick()

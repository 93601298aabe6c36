"""Time that nobody waits for: requests take as long as they are said to, and the clock jumps to whoever is next."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from queue import Empty
from typing import Any, Final

from ncash.model.ports import HttpAnswer, HttpError, HttpRequest
from ncash.network.silence import Ways

BEGIN: Final = datetime(2027, 1, 15, 9, 0, tzinfo=UTC)
Outcome = tuple[float, int, bytes] | tuple[float, str]
"""Seconds it takes, and an answer (status, body) or the reason of an HttpError."""
Behaviour = Callable[[HttpRequest], Outcome]


class VirtualClock:
    """Implements ncash.model.ports.Clock. Moves only when it is moved."""

    def __init__(self, begin: datetime = BEGIN) -> None:
        self._begin = begin
        self.t = 1_000.0
        """Seconds of the monotonic clock."""

    def now(self) -> datetime:
        """The wall clock goes with it."""
        return self._begin + timedelta(seconds=self.t)

    def monotonic(self) -> float:
        """`t`."""
        return self.t

    def sleep(self, seconds: float) -> None:
        """The clock moves."""
        self.t += seconds


class VirtualCrew:
    """A job begins now and takes its own time; the clock comes back to whoever ordered it."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def run(self, job: Callable[[], None]) -> None:
        """Do it to its end, and turn the clock back."""
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
        """It arrives at the time it is put."""
        self._count += 1
        heapq.heappush(self._heap, (self._clock.t, self._count, came))

    def get(self, *, timeout: float) -> Any:
        """What arrives first. Raises queue.Empty after so many seconds."""
        until = self._clock.t + timeout
        if self._heap and self._heap[0][0] <= until:
            at, _, came = heapq.heappop(self._heap)
            self._clock.t = max(self._clock.t, at)
            return came
        self._clock.t = until
        raise Empty


class VirtualNetwork:
    """Implements ncash.model.ports.Http. Hosts behave as they are told."""

    def __init__(self, clock: VirtualClock, behaviour: Behaviour) -> None:
        self._clock = clock
        self.behaviour = behaviour
        self.requests = 0
        self._cuts = 0

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """What the behaviour makes of it, in its time. Raises HttpError."""
        self.requests += 1
        cuts = self._cuts
        outcome = self.behaviour(request)
        if self._cuts > cuts and not request.uncut:
            raise HttpError("cut", "the call was cut")
        seconds = outcome[0]
        if seconds >= budget:
            self._clock.t += max(budget, 0.0)
            raise HttpError("timeout", "no answer in time")
        self._clock.t += seconds
        if len(outcome) == 2:
            raise HttpError(outcome[1], f"it ended: {outcome[1]}")
        return HttpAnswer(outcome[1], {}, outcome[2])

    def abandon(self) -> None:
        """The calls that are with the behaviour just now are cut, and take no time."""
        self._cuts += 1

    def release(self, url: str) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


def ways(clock: VirtualClock) -> Ways:
    """How parties of the network are asked in this time: no thread looks after them, `tick` does."""
    return Ways(lambda name: VirtualCrew(clock), lambda: VirtualMailbox(clock), watch=False)

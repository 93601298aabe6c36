"""How speed is measured: works take turns, so that a busy machine slows all of them; ratios count."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import NamedTuple

Work = Callable[[], object]
TRIES = 5
"""Of so many turns in a row the fastest stands for all: what else the machine does can only add to a time."""


class Promise(NamedTuple):
    """A ratio that is not to be passed."""

    what: str
    limit: float | None
    """None for a figure that stands beside a promise."""
    measured: float
    seconds: float
    """Median of the work that the promise is about."""
    base: str
    """What it is compared with."""
    base_seconds: float
    note: str = ""
    """What else of the same run belongs to it."""

    @property
    def held(self) -> bool:
        """Whether the ratio is within the promise."""
        return self.limit is None or self.measured <= self.limit


def seconds(work: Work, repeat: int = 1, clock: Callable[[], float] = perf_counter) -> float:
    """How long one call takes, as the mean of so many."""
    begun = clock()
    for _ in range(repeat):
        work()
    return (clock() - begun) / repeat


def best_in_turns(
    works: Sequence[Work],
    blocks: int,
    repeat: int = 1,
    tries: int = TRIES,
    clock: Callable[[], float] = perf_counter,
) -> list[list[float]]:
    """For each work its best time of every block; inside a block the works take turns."""
    best: list[list[float]] = [[] for _ in works]
    for _ in range(blocks):
        turns = [[seconds(work, repeat, clock) for work in works] for _ in range(tries)]
        for times, own in zip(best, zip(*turns, strict=True), strict=True):
            times.append(min(own))
    return best


def ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """Median of the ratios block by block."""
    return median(one / other for one, other in zip(times, base, strict=True))


def percentile(times: Sequence[float], percent: int) -> float:
    """The time that so many percent do not pass."""
    return sorted(times)[min(len(times) * percent // 100, len(times) - 1)]

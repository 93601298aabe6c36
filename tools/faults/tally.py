"""What a stage of the campaign came to, and how it goes through the stories."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from faults.scenarios import Scenario

MANY: Final = 20
"""Violations after which nothing more is tried."""


class Played(NamedTuple):
    """One chain or telling that was played."""

    what: Any
    """It is told by this when something is wrong."""
    done: Counter[str]
    faults: tuple[str, ...]


class Tally(NamedTuple):
    """What was done to tills, by step, and what was found."""

    done: Counter[str]
    chains: int
    broken: tuple[tuple[Any, tuple[str, ...]], ...]

    def plus(self, played: Played) -> "Tally":
        """With one more."""
        broken = (*self.broken, (played.what, played.faults)) if played.faults else self.broken
        return Tally(self.done + played.done, self.chains + 1, broken)


NOTHING: Final = Tally(Counter(), 0, ())


def gathered(
    number: int,
    scenarios: Sequence[Scenario],
    plays: Callable[[Scenario], Iterator[Played]],
    over: Callable[[], bool],
) -> Tally:
    """So much over these stories, each with its share; ends early when too much is broken or the time is up.

    `plays` plays one each time it is asked for the next.
    """
    tally, share = NOTHING, -(-number // len(scenarios))
    for scenario in scenarios:
        before, playing = tally.done.total(), plays(scenario)
        while tally.done.total() - before < share and len(tally.broken) < MANY and not over():
            tally = tally.plus(next(playing))
    return tally

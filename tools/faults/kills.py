"""Chains of kills: a till is killed in the middle of a story, started again, killed again, until the story ends.

Each kill is a SIGKILL to a process of its own. At each start the books must be as they were before or after the step
that was cut off, exactly. The checkers of I1 to I14 read everything that is left, and run when a chain ends: nothing
tidies up between two kills, documents, journal, drive and cash server only grow, so that what one kill did wrong is
still there. Where something does go away (an open receipt, a mark, a message) the exact look at each start sees it, or
the story cannot end as an undisturbed one.
"""

import math
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from faults.books import Books, State
from faults.forked import Report, armed, lived
from faults.life import Life, Script, killing, register_faults
from faults.scenarios import BEFORE, BY_NAME, SCENARIOS, Command, Scenario
from faults.stage import Stage
from faults.tally import Played, Tally, gathered

from ncash.system import failpoints
from ncash.testing.invariants import violations

REGISTER: Final = (None, "silent_after", "paper_middle", "silent_before", "busy")
"""What the register does wrong once in a chain, by its seed."""
CLOCKS: Final = 3
"""In one chain of so many the clock is set wrong again and again."""
LONGEST: Final = 12
"""Kills in one chain at most."""


class Chain(NamedTuple):
    """Where a till is killed: the number of the failpoint in each of its lives."""

    scenario: str
    seed: int
    kills: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.seed}:{self.scenario}:{','.join(map(str, self.kills))}"

    @classmethod
    def read(cls, text: str) -> "Chain":
        """The chain that `str` wrote. Raises ValueError."""
        seed, scenario, kills = text.split(":")
        if scenario not in BY_NAME:
            raise ValueError(f"no scenario {scenario}; there are {', '.join(BY_NAME)}")
        return cls(scenario, int(seed), tuple(int(number) for number in kills.split(",") if number))


class Result(NamedTuple):
    """What a chain came to."""

    chain: Chain
    died: tuple[str, ...]
    """Failpoints of the kills, in order."""
    faults: tuple[str, ...]


class Theatre:
    """A stage with its undisturbed stories."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.until = math.inf
        """Monotonic seconds after which no chain is begun."""
        self.stage = Stage.built(home)
        self._rehearsed(BEFORE, self.stage.data)
        self.scripts: dict[str, Script] = {}
        self.hits: dict[str, tuple[str, ...]] = {}
        """Failpoints of each story in the order they are reached, without a kill."""

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.until

    def _rehearsed(self, steps: Sequence[Command], data: Path) -> tuple[list[tuple[State, bool]], list[str]]:
        """An undisturbed story in this very process, which then has loaded whatever a till loads."""
        names: list[str] = []
        armed(None, names)
        try:
            life = Life(self.stage, data, f"golden of {data.parent.name}", lambda what, value: None)
            stands = list(life.undisturbed(steps))
            life.close()
        finally:
            failpoints.arm(None)
        return stands, names

    def script(self, scenario: Scenario) -> Script:
        """The story with its states, told once without a kill."""
        if scenario.name not in self.scripts:
            data = self.stage.copy(self.home / f"golden-{scenario.name}", scenario)
            stands, names = self._rehearsed(scenario.steps, data)
            self.hits[scenario.name] = tuple(names)
            states, alone = zip(*stands, strict=True)
            self.scripts[scenario.name] = Script(
                scenario.name, scenario.steps, states=states, alone=alone, forgets=scenario.forgets
            )
        return self.scripts[scenario.name]

    def played(self, chain: Chain) -> Result:
        """Kill and start again along the chain, let the story end, and look at what is left."""
        script = self.script(BY_NAME[chain.scenario])
        data = self.stage.copy(self.home / f"chain-{chain.seed}-{chain.scenario}", BY_NAME[chain.scenario])
        if kind := REGISTER[chain.seed % len(REGISTER)]:
            register_faults(data).add(kind, times=1)
        try:
            return self._played(chain, script, data)
        finally:
            shutil.rmtree(data.parent)

    def _played(self, chain: Chain, script: Script, data: Path) -> Result:
        acked, died = 0, []
        documents: tuple[str, ...] = ()
        for life, at in enumerate((*chain.kills, 0)):
            work = partial(self._work, script, data, f"{chain.seed}/{life}", acked, documents, life)
            told = lived(work, partial(killing, at))
            acked, documents = max(acked, told.acked), (*documents, *told.documents)
            if told.died:
                died.append(told.died)
            if told.faults or not told.died:
                return Result(chain, tuple(died), told.faults or left(data, BY_NAME[chain.scenario]))
        raise RuntimeError(f"{chain}: the last life was killed")

    def _work(
        self, script: Script, data: Path, name: str, acked: int, documents: Sequence[str], life: int, report: Report
    ) -> None:
        seed = int(name.partition("/")[0])
        one = Life(self.stage, data, name, report, life, random.Random(name) if seed % 2 else None)
        one.jumps = random.Random(f"{name}/clock") if seed % CLOCKS == 0 else None
        one.go_on(script, acked, documents)
        one.close()


def left(data: Path, scenario: Scenario) -> tuple[str, ...]:
    """What these books break, as read here and as `ncash reconcile` reads them, and which files are missing."""
    books = Books(data)
    try:
        own = tuple(books.faults())
    finally:
        books.close()
    missing = tuple(f"I14: there is no {name}" for name in scenario.leaves if not any(data.glob(name)))
    return (*own, *missing, *(f"{one.invariant}: {one.text}" for one in violations(data)))


def chains(seed: int, script: Script, hits: Sequence[str]) -> Iterator[Chain]:
    """Chains without end: the first kill goes through every failpoint of the story, the later ones fall by chance."""
    chance = random.Random(f"{seed}/{script.name}")
    order = list(range(1, len(hits) + 1))
    number = seed * 1_000_000
    while True:
        chance.shuffle(order)
        for first in order:
            later = tuple(chance.randint(1, chance.choice((8, 25, 60))) for _ in range(chance.randint(3, LONGEST - 1)))
            yield Chain(script.name, number, (first, *later))
            number += 1


def campaign(theatre: Theatre, kills: int, seed: int, scenarios: Sequence[Scenario] = SCENARIOS) -> Tally:
    """So many kills over these stories."""

    def plays(scenario: Scenario) -> Iterator[Played]:
        script = theatre.script(scenario)
        for chain in chains(seed, script, theatre.hits[scenario.name]):
            result = theatre.played(chain)
            yield Played(result, Counter(result.died), result.faults)

    return gathered(kills, scenarios, plays, lambda: theatre.over)

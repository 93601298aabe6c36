"""Stops instead of kills: a till stands still at a step (SIGSTOP) while others want what it holds, and then goes on.

The others are a second program of the same till, which must be refused in words; another till of the shop, which sells
or is told that the books are locked; and a writer that takes the books for a moment, and ends or is killed, while the
till goes on. The story must end as an undisturbed till ends it, and no lock may reach the cashier.
"""

import os
import random
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from faults.books import BOOKS
from faults.forked import Broken, Hit, Report, lived
from faults.kills import Theatre, left
from faults.life import Life
from faults.scenarios import BREAD, BY_NAME, SCENARIOS, Command, Scenario
from faults.stage import WarmShop, clock_of, opened
from faults.tally import NOTHING, Played, Tally, gathered

from ncash.errors import UserError

LOCKED: Final = "database_locked"
RUNNING: Final = "running"
STOPS: Final = 8
"""Stops in one telling at most."""
HELD: Final = 0.2
"""Seconds for which the writer holds the books."""
SHORT: Final = 0.05
"""Seconds that others wait for a till that stands still with the books in its hand."""
SHORTLY: Final = "PRAGMA busy_timeout = 50"
LEFT_OUT: Final = frozenset({"copies", "upgrade"})
"""Stories in which the whole folder is held for a while: others wait for that without an end."""


class Pause(NamedTuple):
    """A story told by a till that is stopped at some steps."""

    scenario: str
    seed: int

    def __str__(self) -> str:
        return f"{self.seed}:{self.scenario}:pauses"


class Patient(Life):
    """A cashier to whom no lock of the books may be shown."""

    def say(self, command: Command) -> Mapping[str, Any]:
        """As ever, but a lock is a fault."""
        answer = super().say(command)
        if not answer["ok"] and answer["error"]["code"] == LOCKED:
            raise Broken(f"a lock reaches the cashier: {answer['error']['text']}")
        return answer


def stopping(numbers: Sequence[int], report: Report) -> Hit:
    """Stand still at the failpoints of these numbers until somebody says to go on."""

    def hit(number: int, name: str) -> None:
        if number in numbers:
            report("stopped", name)
            os.kill(os.getpid(), signal.SIGSTOP)

    return hit


def _same(theatre: Theatre, data: Path, name: str, report: Report) -> None:
    """A second program of the same till must not start."""
    try:
        opened(theatre.stage, data, name, clock_of(0))
    except UserError as error:
        if error.code == RUNNING and str(error):
            return
        raise
    raise Broken("two programs run one till")


def _other(theatre: Theatre, data: Path, name: str, report: Report) -> None:
    """Another till sells bread and sends what is owed, or is told that it must wait."""
    shop = opened(theatre.stage, data, name, clock_of(0), cash="2")
    shop.documents.connection.one(SHORTLY)
    steps: list[Command] = [{"cmd": "open", "kind": "sale"}, {"cmd": "scan", "data": BREAD}, {"cmd": "close"}]
    for command in steps[bool(shop.till.view.receipt) :]:
        answer = shop.till.handle(dict(command))
        if not answer["ok"] and answer["error"]["code"] != LOCKED:
            raise Broken(f"till 2 answers {command['cmd']} with {answer['error']}")
        if not answer["ok"]:
            break
    else:
        _sent(shop)
    shop.close()


def _sent(shop: WarmShop) -> None:
    """One sender works for a shop; another one is told so."""
    try:
        shop.send_owed()
    except UserError as error:
        if error.code not in (RUNNING, LOCKED):
            raise


RIVALS: Final[tuple[Callable[[Theatre, Path, str, Report], None], ...]] = (_same, _other)


def _writer(data: Path, ready: int, killed: bool) -> None:
    """Hold the books for a moment; end in order or not."""
    books = sqlite3.connect(data / BOOKS, isolation_level=None, timeout=SHORT)
    try:
        books.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        os._exit(0)
    books.execute("UPDATE document SET docsum = docsum")
    os.write(ready, b"!")
    time.sleep(HELD)
    if killed:
        os.kill(os.getpid(), signal.SIGKILL)
    books.execute("COMMIT")
    os._exit(0)


class Rivals:
    """Who comes while the till stands still."""

    def __init__(self, theatre: Theatre, data: Path, chance: random.Random) -> None:
        self._theatre = theatre
        self._data = data
        self._chance = chance
        self._writers: list[int] = []
        self.faults: list[str] = []
        self.times = 0

    def __call__(self, till: int) -> None:
        """Let them come, then let the till go on."""
        self.times += 1
        kind = self._chance.randrange(len(RIVALS) + 1)
        if kind == len(RIVALS):
            self._writers.append(self._holding())
        else:
            name = f"rival {self.times}"
            told = lived(partial(RIVALS[kind], self._theatre, self._data, name))
            self.faults += told.faults
        os.kill(till, signal.SIGCONT)

    def _holding(self) -> int:
        """A writer that holds the books already, or has given up."""
        reading, writing = os.pipe()
        writer = os.fork()
        if writer == 0:
            _writer(self._data, writing, self._chance.random() < 0.5)
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        return writer

    def gone(self) -> tuple[str, ...]:
        """What was wrong, when all of them have ended."""
        for writer in self._writers:
            os.waitpid(writer, 0)
        return tuple(self.faults)


def played(theatre: Theatre, pause: Pause) -> tuple[Counter[str], tuple[str, ...]]:
    """Tell a story with stops: where the till stood still, and what was wrong."""
    scenario = BY_NAME[pause.scenario]
    script, chance = theatre.script(scenario), random.Random(str(pause))
    last = len(theatre.hits[pause.scenario])
    numbers = chance.sample(range(1, last + 1), min(last, chance.randint(1, STOPS)))
    data = theatre.stage.copy(theatre.home / f"pause-{pause.seed}-{pause.scenario}", scenario)
    rivals = Rivals(theatre, data, chance)

    def work(report: Report) -> None:
        life = Patient(theatre.stage, data, str(pause.seed), report)
        life.go_on(script, 0, ())
        life.close()

    try:
        told = lived(work, partial(stopping, numbers), paused=rivals)
        faults = (*told.faults, *rivals.gone())
        return Counter(told.stopped), faults or left(data, scenario)
    finally:
        shutil.rmtree(data.parent)


def campaign(theatre: Theatre, stops: int, seed: int, scenarios: Sequence[Scenario] = SCENARIOS) -> Tally:
    """So many stops over these stories."""

    def plays(scenario: Scenario) -> Iterator[Played]:
        for number in count(seed * 1_000_000):
            pause = Pause(scenario.name, number)
            done, faults = played(theatre, pause)
            yield Played(pause, done, faults)

    chosen = [scenario for scenario in scenarios if scenario.name not in LEFT_OUT]
    return gathered(stops, chosen, plays, lambda: theatre.over) if chosen else NOTHING

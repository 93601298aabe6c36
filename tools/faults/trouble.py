"""Errors instead of kills: the disk is full, broken, locked or gone at any step, and the till must say so and go on."""

import errno
import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, Final, NamedTuple

from faults.forked import READING, Report, armed, lived
from faults.kills import Theatre, left
from faults.life import Life, NotOpened
from faults.scenarios import BESIDE, BY_NAME, PUT_TOGETHER, SCENARIOS, Scenario
from faults.tally import Played, Tally, gathered

from ncash.errors import UserError

_FULL: Final = (sqlite3.SQLITE_FULL, "database or disk is full")
_IOERR: Final = (sqlite3.SQLITE_IOERR, "disk I/O error")
_BUSY: Final = (sqlite3.SQLITE_BUSY, "database is locked")
_GONE: Final = (sqlite3.SQLITE_CANTOPEN, "unable to open database file")
_READONLY: Final = (sqlite3.SQLITE_READONLY, "attempt to write a readonly database")
DATABASE: Final[Mapping[str, tuple[tuple[int, str], ...]]] = {
    "store.reading": (_IOERR, _GONE),
    "store.beginning": (_BUSY, _IOERR, _READONLY, _GONE),
    "store.writing": (_FULL, _IOERR),
    "store.committing": (_FULL, _IOERR, _BUSY),
}
FILES: Final[Mapping[str, tuple[int, ...]]] = {
    "files.opening": (errno.EMFILE, errno.ENOSPC, errno.EACCES),
    "files.writing": (errno.ENOSPC, errno.EIO),
    "files.written": (errno.EIO, errno.ENOSPC),
    "files.synced": (errno.EIO,),
    "files.renamed": (errno.EIO,),
    "files.claimed": (errno.EIO,),
}
EVERY: Final = (7, 13, 29)
"""One step of so many fails; drawn for each telling of a story."""
STARTS: Final = 200
"""So often a till is started again that does not open."""


class Telling(NamedTuple):
    """A story told while things fail."""

    scenario: str
    seed: int

    def __str__(self) -> str:
        return f"{self.seed}:{self.scenario}:errors"


class Failing:
    """Fails by chance at the steps that can; what failed is counted."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._one_of = self._chance.choice(EVERY)
        self._left = 0
        self.done: Counter[str] = Counter()
        self.reading = True
        """Whether what is read fails too."""

    def __call__(self, number: int, name: str) -> None:
        """This step is reached."""
        chance = self._chance
        if (name not in DATABASE and name not in FILES) or (name == READING and not self.reading):
            return
        if self._left == 0 and chance.randrange(self._one_of):
            return
        self._left = self._left - 1 if self._left else chance.choice((0, 0, 0, 1, 4))
        self.done[name] += 1
        if name in FILES:
            number = chance.choice(FILES[name])
            raise OSError(number, os.strerror(number))
        code, text = chance.choice(DATABASE[name])
        error = sqlite3.OperationalError(text)
        error.sqlite_errorcode = code
        raise error


class Disturbed(Life):
    """A cashier at a till whose disk fails: every answer is looked at."""

    failing: Failing | None = None

    def _carried_out(self, command: Mapping[str, Any], answer: Mapping[str, Any], wanted: int) -> bool:
        if not answer["ok"]:
            told = answer["error"]
            if not told["text"] or told["code"] == "internal":
                self._report("fault", f"{dict(command)} is answered with {told}")
        return super()._carried_out(command, answer, wanted)

    def say(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """As ever; work beside the till that failed says why, and is tried again later.

        What cannot be read while the books are put together is taken for damaged and left behind, as it must be: there
        only writing fails.
        """
        if command["cmd"] not in BESIDE:
            return super().say(command)
        try:
            self._spare(command["cmd"] == PUT_TOGETHER)
            return super().say(command)
        except UserError as error:
            return {"ok": False, "error": error.json()}
        finally:
            self._spare(False)

    def _spare(self, reading: bool) -> None:
        if self.failing is not None:
            self.failing.reading = not reading


def told(theatre: Theatre, telling: Telling) -> tuple[Counter[str], tuple[str, ...]]:
    """Tell a story with failures; what failed, and what was wrong afterwards."""
    scenario = BY_NAME[telling.scenario]
    script = theatre.script(scenario)
    data = theatre.stage.copy(theatre.home / f"errors-{telling.seed}-{telling.scenario}", scenario)

    def work(seed: int, acked: int, report: Report) -> None:
        failing = Failing(seed)
        armed(failing, [], reading=True)
        try:
            life = Disturbed(theatre.stage, data, str(seed), report)
            life.failing = failing
            life.go_on(script, acked, ())
        except (NotOpened, UserError) as error:
            report("refused", str(error))
        else:
            armed(None, [])
            life.close()
        report("failed", dict(failing.done))

    try:
        failed, faults = _until_it_ends(telling.seed, work)
        return failed, faults or left(data, scenario)
    finally:
        shutil.rmtree(data.parent)


def _until_it_ends(seed: int, work: Callable[[int, int, Report], None]) -> tuple[Counter[str], tuple[str, ...]]:
    """A till that does not start says why, and is started again."""
    failed: Counter[str] = Counter()
    acked = 0
    for start in range(STARTS):
        ended = lived(partial(work, seed * STARTS + start, acked))
        failed.update(ended.failed)
        acked = max(acked, ended.acked)
        if ended.faults:
            return failed, ended.faults
        if not ended.refused:
            return failed, ()
    return failed, (f"the till did not start in {STARTS} tries",)


def campaign(theatre: Theatre, errors: int, seed: int, scenarios: Sequence[Scenario] = SCENARIOS) -> Tally:
    """So many errors over these stories."""

    def plays(scenario: Scenario) -> Iterator[Played]:
        for number in count(seed * 1_000_000):
            telling = Telling(scenario.name, number)
            done, faults = told(theatre, telling)
            yield Played(telling, done, faults)

    return gathered(errors, scenarios, plays, lambda: theatre.over)

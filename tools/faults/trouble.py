"""Errors instead of kills: the disk is full, broken, locked or gone at any step, and the till must say so and go on."""

import errno
import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from faults.kills import Theatre, left
from faults.life import Hit, Life, Report, armed, lived
from faults.scenarios import BY_NAME, IDLE, SCENARIOS, Scenario

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


def failing(seed: int, done: Counter[str]) -> Hit:
    """Fail by chance at the steps that can; what failed is counted."""
    chance = random.Random(seed)
    one_of = chance.choice(EVERY)
    left = 0

    def hit(number: int, name: str) -> None:
        nonlocal left
        if name not in DATABASE and name not in FILES:
            return
        if left == 0 and chance.randrange(one_of):
            return
        left = left - 1 if left else chance.choice((0, 0, 0, 1, 4))
        done[name] += 1
        if name in FILES:
            number = chance.choice(FILES[name])
            raise OSError(number, os.strerror(number))
        code, text = chance.choice(DATABASE[name])
        error = sqlite3.OperationalError(text)
        error.sqlite_errorcode = code
        raise error

    return hit


class Disturbed(Life):
    """A cashier at a till whose disk fails: every answer is looked at."""

    def _carried_out(self, command: Mapping[str, Any], answer: Mapping[str, Any], wanted: int) -> bool:
        if not answer["ok"]:
            told = answer["error"]
            if not told["text"] or told["code"] == "internal":
                self._report("fault", f"{dict(command)} is answered with {told}")
        return super()._carried_out(command, answer, wanted)

    def say(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """As ever; a till says of idle work that failed why, and tries it again later."""
        if command["cmd"] != IDLE:
            return super().say(command)
        try:
            return super().say(command)
        except UserError as error:
            return {"ok": False, "error": error.json()}


def told(theatre: Theatre, telling: Telling) -> tuple[Counter[str], tuple[str, ...]]:
    """Tell a story with failures; what failed, and what was wrong afterwards."""
    script = theatre.script(BY_NAME[telling.scenario])
    data = theatre.stage.copy(theatre.home / f"errors-{telling.seed}-{telling.scenario}")

    def work(seed: int, report: Report) -> None:
        done: Counter[str] = Counter()
        armed(failing(seed, done), [], reading=True)
        try:
            life = Disturbed(theatre.stage, data, str(seed), report)
        except UserError as error:
            report("refused", str(error))
        else:
            life.go_on(script, 0, ())
            armed(None, [])
            life.close()
        report("failed", dict(done))

    try:
        return _until_it_starts(data, telling.seed, work)
    finally:
        shutil.rmtree(data)


def _until_it_starts(
    data: Path, seed: int, work: Callable[[int, Report], None]
) -> tuple[Counter[str], tuple[str, ...]]:
    """A till that does not start says why, and is started again."""
    failed: Counter[str] = Counter()
    for start in range(STARTS):
        ended = lived(partial(work, seed * STARTS + start))
        failed.update(ended.failed)
        if ended.faults:
            return failed, ended.faults
        if not ended.refused:
            break
    else:
        return failed, (f"the till did not start in {STARTS} tries",)
    return failed, left(data)


class Tally(NamedTuple):
    """Errors by step, and what was found."""

    failed: Counter[str]
    tellings: int
    broken: tuple[tuple[Telling, tuple[str, ...]], ...]


def campaign(theatre: Theatre, errors: int, seed: int, scenarios: Sequence[Scenario] = SCENARIOS) -> Tally:
    """So many errors over these stories."""
    tally = Tally(Counter(), 0, ())
    share = -(-errors // len(scenarios))
    for scenario in scenarios:
        before, number = tally.failed.total(), seed * 1_000_000
        while tally.failed.total() - before < share and len(tally.broken) < 20:
            telling = Telling(scenario.name, number)
            failed, faults = told(theatre, telling)
            broken = (*tally.broken, (telling, faults)) if faults else tally.broken
            tally = Tally(tally.failed + failed, tally.tellings + 1, broken)
            number += 1
    return tally

"""Copies of Documents as a shop wants them: by hand, and by a till that has nothing to do."""

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.messages import BACKUP_FAILED
from ncash.model.decision import Text
from ncash.model.ports import Clock
from ncash.settings.config import Config
from ncash.settings.host import TABLES, Backup, Databases
from ncash.store import plugin_store
from ncash.store.sqlite.backup import FOLDER, Copy, backed_up, copied, copies

UNKNOWN: Final = "причину назовёт ncash backup"
"""For the cashier, where nobody has put it into words."""
AGAIN: Final = timedelta(minutes=10)
"""After a copy that failed the next one is tried so much later."""


class Places(NamedTuple):
    """What is copied, and where to."""

    documents: Path
    folder: Path
    keep: int
    interval: timedelta
    """Zero: a till makes no copies by itself."""


def places(conf: Path, data: Path) -> Places:
    """As the files say; the defaults when there is no conf folder. Raises UserError."""
    if not conf.is_dir():
        return _places(data, Databases.defaults(), Backup.defaults())
    return of(Config.load(conf, TABLES), data)


def of(config: Config, data: Path) -> Places:
    """As this configuration says."""
    return _places(data, config.section(Databases), config.section(Backup))


def _places(data: Path, databases: Databases, backup: Backup) -> Places:
    interval = timedelta(hours=backup.interval)
    return Places(data / databases.documents, data / backup.folder, backup.keep, interval)


def make(where: Places, now: datetime, to: Path | None = None) -> Copy:
    """A copy now: into the folder of copies, or into this file. Raises UserError."""
    if to is not None:
        copied(where.documents, to)
        return Copy(to, now.astimezone(UTC), to.stat().st_size)
    copy = _all(where, now)
    if copy is None:
        hint = "wait a moment and look: ncash backup list"
        raise UserError("another program is making a copy just now", code="backup", hint=hint)
    return copy


def _all(where: Places, now: datetime) -> Copy | None:
    """A copy of the books, and of what plugins keep; None when another program is making one just now."""
    for store in plugin_store.places(where.documents.parent):
        backed_up(store, where.folder / plugin_store.FOLDER, now, where.keep)
    return backed_up(where.documents, where.folder, now, where.keep)


def known(where: Places) -> tuple[Copy, ...]:
    """Every copy there is, newest first; then those made before an upgrade."""
    own = copies(where.folder, where.documents.stem)
    upgrades = where.documents.parent / FOLDER
    more = copies(upgrades, where.documents.stem) if upgrades != where.folder else ()
    found = {copy.path: copy for copy in (*own, *more)}.values()
    return (*(copy for copy in found if copy.time), *(copy for copy in found if not copy.time))


class Backups:
    """The copies of one running till. `step` is called when it has nothing to do; a thread does the work."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._work: threading.Thread | None = None
        self._next: datetime | None = None
        self._seen: Places | None = None
        self._trouble: str | None = None

    def step(self, where: Places) -> None:
        """Begin a copy when it is time for one."""
        now = self._clock.now()
        if self._seen != where:
            self._seen, self._next = where, _due(where, now)
        if self._next is None or now < self._next or (self._work and self._work.is_alive()):
            return
        self._next = now + (where.interval or AGAIN)
        self._work = threading.Thread(target=self._make, args=(where, now), name="backup", daemon=True)
        self._work.start()

    def _make(self, where: Places, now: datetime) -> None:
        self._trouble = _failure(lambda: _all(where, now))
        if self._trouble is not None:
            self._next = now + min(AGAIN, where.interval)

    def finish(self, seconds: float) -> bool:
        """Wait so long for a copy that is being made; whether none is."""
        if self._work:
            self._work.join(seconds)
        return not (self._work and self._work.is_alive())

    def notices(self) -> tuple[Text, ...]:
        """What stays on the screen until a copy was made."""
        return (BACKUP_FAILED.fill(reason=self._trouble),) if self._trouble else ()


def _failure(work: Callable[[], object]) -> str | None:
    """What a piece of work in the background came to: None, or why it failed, for the cashier; all of it goes to
    standard error."""
    try:
        work()
    except UserError as error:
        sys.stderr.write(phrase("ncash: backup: {error}\n", error=error))
        return error.cashier or UNKNOWN
    except Exception as error:
        sys.stderr.write(phrase("ncash: backup: {kind}: {error}\n", kind=type(error).__name__, error=error))
        return UNKNOWN
    return None


def _due(where: Places, now: datetime) -> datetime | None:
    """When the next copy is due; a copy out of the future (the clock was wrong) does not count."""
    if not where.interval:
        return None
    past = [copy.time for copy in copies(where.folder, where.documents.stem) if copy.time and copy.time <= now]
    return past[0] + where.interval if past else now

"""Copies of a database: made in one step beside running tills, checked, rotated, and put back whole or not at all.

A copy is one file without a write-ahead log. Copying in small steps never comes to an end beside a busy writer.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError, disk_words
from ncash.language import phrase
from ncash.store.sqlite.connection import DAMAGED, Connection
from ncash.system import files
from ncash.system.failpoints import declare, failpoint
from ncash.system.locks import alone

_BEGUN: Final = declare("backup.begun", "a copy of a database is about to be made")
_MADE: Final = declare("backup.made", "a copy is written and checked, its name is not its own yet")
_ROTATING: Final = declare("backup.rotating", "a copy has its name, the oldest one is about to go")
_PREPARED: Final = declare("restore.prepared", "the restored database is written, the old one still stands")
_DECIDED: Final = declare("restore.decided", "the restored database will stand, whatever happens now")
_CLEARED: Final = declare("restore.cleared", "the log of the old database is gone, its file still has the name")

FOLDER: Final = "backup"
"""Below the folder of the database, when nobody names another."""
RESTORED: Final = ".restored"
"""How the name of a database ends that is about to take the place of the old one."""
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_BESIDE: Final = ("-wal", "-shm", "-journal")


class Copy(NamedTuple):
    """One copy in the folder of copies."""

    path: Path
    time: datetime | None
    """When it was made, UTC; None for one made before an upgrade, which is not rotated."""
    size: int

    def json(self) -> dict[str, Any]:
        """JSON values."""
        time = self.time.isoformat() if self.time else None
        return {"file": str(self.path), "time": time, "bytes": self.size}


def sound(path: Path) -> None:
    """Compare everything in a file. Raises UserError when something is wrong with it."""
    with closing(Connection(path)) as connection:
        faults = connection.all("PRAGMA integrity_check(20)")
    if faults != [("ok",)]:
        text = "; ".join(str(fault) for (fault,) in faults[:3])
        hint = "ncash restore puts a copy back, ncash backup list shows the copies"
        raise UserError(
            phrase("{path} is damaged: {text}", path=path, text=text),
            code="database_damaged",
            hint=hint,
            cashier=DAMAGED,
        )


def copied(source: Path, target: Path) -> None:
    """Make `target` a checked copy of a database as it is at one moment; tills go on meanwhile.

    Raises UserError when the database is damaged or the copy cannot be written; `target` is then what it was.
    """
    if not source.is_file():
        raise UserError(
            phrase("there is no database at {source}", source=source), code="database", hint="check --conf and --data"
        )
    failpoint(_BEGUN)
    try:
        target.parent.mkdir(exist_ok=True)
        files.replace_made(target, partial(written, source))
    except OSError as error:
        raise _unwritten(target, error) from error


def _unwritten(target: Path, error: OSError) -> UserError:
    hint = "make room, or name another folder in [Backup] folder"
    text = phrase("{target} cannot be written: {reason}", target=target, reason=error.strerror)
    return UserError(text, code="backup", hint=hint, cashier=disk_words(error))


def written(source: Path, fresh: Path) -> None:
    """Write a database, with what still is in its log, as one sound file that has no name of its own yet."""
    fresh.unlink(missing_ok=True)
    with closing(Connection(source)) as read, closing(Connection(fresh)) as copy:
        try:
            read.raw.backup(copy.raw)
        except sqlite3.Error as error:
            raise (read if _reads(error) else copy).explained(error) from error
    _in_one_file(fresh)
    sound(fresh)
    failpoint(_MADE)


def _reads(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _in_one_file(path: Path) -> None:
    with closing(Connection(path)) as copy:
        copy.one("PRAGMA journal_mode = DELETE")


def copies(folder: Path, stem: str) -> tuple[Copy, ...]:
    """The copies of a database, newest first, then those made before an upgrade. Another till may let one go now."""
    pattern = re.compile(rf"{re.escape(stem)}-(?:(\d{{8}}T\d{{6}}Z)|version-\d+)\.sqlite")
    found = []
    for path in folder.glob(f"{stem}-*.sqlite"):
        named = pattern.fullmatch(path.name)
        if named:
            time = datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC) if named[1] else None
            try:
                found.append(Copy(path, time, path.stat().st_size))
            except FileNotFoundError:
                continue
    return tuple(sorted(found, key=lambda copy: copy.path.name, reverse=True))


def backed_up(source: Path, folder: Path, now: datetime, keep: int) -> Copy | None:
    """Make a copy named by the time and let the oldest go; None when another till is making one. Raises UserError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / ".lock") as ours:
            if not ours:
                return None
            for left in folder.glob(f".{source.stem}-*"):
                left.unlink(missing_ok=True)
            made = now.astimezone(UTC).replace(microsecond=0)
            path = folder / f"{source.stem}-{made.strftime(_STAMP)}.sqlite"
            copied(source, path)
            failpoint(_ROTATING)
            dated = [copy for copy in copies(folder, source.stem) if copy.time is not None and copy.path != path]
            for old in dated[keep - 1 :]:
                files.remove(old.path)
            return Copy(path, made, path.stat().st_size)
    except OSError as error:
        raise _unwritten(folder, error) from error


def before_upgrade(source: Path, version: int) -> None:
    """Copy a database as it is before it is changed; the folder is the one of the name FOLDER. Raises UserError."""
    copied(source, source.parent / FOLDER / f"{source.stem}-version-{version}.sqlite")


def put_back(target: Path, aside: Path | None, make: Callable[[Path], None]) -> None:
    """Let what `make` writes take the place of a database that no program has open; the old one stays as `aside`.

    Killed at any moment the old database stands, or `finish` sets the new one in its place. Raises OSError and what
    `make` raises, and then the old one stands.
    """

    def prepared(fresh: Path) -> None:
        make(fresh)
        _in_one_file(fresh)
        sound(fresh)
        failpoint(_PREPARED)
        if aside is not None:
            _kept(target, aside)

    files.replace_made(_restored(target), prepared)
    failpoint(_DECIDED)
    finish(target)


def _restored(target: Path) -> Path:
    return target.with_name(target.name + RESTORED)


def _kept(target: Path, aside: Path) -> None:
    for end in ("", *_BESIDE):
        old = target.with_name(target.name + end)
        if old.exists() and end != "-shm":
            files.keep_beside(old, aside.with_name(aside.name + end))


def unfinished(target: Path) -> bool:
    """Whether a restored database waits to take its place."""
    return _restored(target).exists()


def finish(target: Path) -> None:
    """Set a restored database in its place, when one waits. Nobody may have the old one open. Raises OSError."""
    if not unfinished(target):
        return
    for end in _BESIDE:
        files.remove(target.with_name(target.name + end))
    failpoint(_CLEARED)
    files.rename(_restored(target), target)

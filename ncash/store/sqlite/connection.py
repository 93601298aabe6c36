"""One persistent SQLite connection: how a database is opened, read, written and kept small.

Writes begin IMMEDIATE: a deferred transaction that reads before it writes fails with SQLITE_BUSY however long the
timeout is, and lets two tills sell one mark. Checkpoints wait for `checkpoint()`, because inside a commit they make
one receipt in a thousand forty times slower.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.store.sqlite.holder import holder
from ncash.system.failpoints import declare, failpoint

WAIT: Final = 5.0
"""Seconds to wait for another program that is writing."""
STATEMENTS: Final = 256
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNWRITABLE: Final = {
    sqlite3.SQLITE_FULL: ("the disk is full", "нет места на диске"),
    sqlite3.SQLITE_IOERR: ("the disk reports an error", "ошибка диска"),
    sqlite3.SQLITE_READONLY: ("the file or its folder is read-only", "файл или каталог только для чтения"),
    sqlite3.SQLITE_CANTOPEN: ("the file cannot be opened", "файл базы данных не открывается"),
    sqlite3.SQLITE_PERM: ("the file may not be opened by this user", "нет прав на файл базы данных"),
}
"""Why a file is not written to: for support, and for the cashier."""
DAMAGED: Final = "база данных повреждена"

_READING: Final = declare("store.reading", "a statement that reads is about to run")
_BEGINNING: Final = declare("store.beginning", "a transaction is about to begin")
_WRITING: Final = declare("store.writing", "a statement that writes is about to run inside a transaction")
_COMMITTING: Final = declare("store.committing", "a transaction is complete and about to be committed")
_COMMITTED: Final = declare("store.committed", "a transaction is on the disk, nobody was told")
_CHECKPOINTING: Final = declare("store.checkpointing", "the write-ahead log is about to be moved into the file")
_CHECKPOINTED: Final = declare("store.checkpointed", "the write-ahead log was moved into the file")

Row = tuple[Any, ...]
Values = Sequence[Any]


class Connection:
    """A database file. Not thread-bound: writers take turns, readers need no turn."""

    def __init__(self, path: Path, wait: float = WAIT) -> None:
        """Open the file; when it is missing it is created, and so is its folder, but not the folder's parents.

        Raises UserError when it cannot be opened. Call `prepare` before the first write.
        """
        self.path = path
        self._turn = threading.RLock()
        self._checkpointed = 0
        try:
            path.parent.mkdir(exist_ok=True)
            self.raw = sqlite3.connect(
                path, timeout=wait, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
            )
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                phrase("database {path} cannot be opened: {error}", path=path, error=error),
                code="database_unreachable",
                hint="check the folder named by --data and the rights on it",
                cashier="файл базы данных не открывается",
            ) from error
        self.read_only = False

    def prepare(self) -> None:
        """Set the file up for durable writes: WAL, one fdatasync a commit, no checkpoint inside one."""
        if self.one("PRAGMA journal_mode") != ("wal",):
            self.one("PRAGMA journal_mode = WAL")
        self.one("PRAGMA synchronous = FULL")
        self.one("PRAGMA wal_autocheckpoint = 0")
        self.one("PRAGMA foreign_keys = ON")

    def one(self, statement: str, values: Values = ()) -> Row | None:
        """The first row, or None."""
        try:
            failpoint(_READING)
            row: Row | None = self.raw.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise self.explained(error) from error
        return row

    def all(self, statement: str, values: Values = ()) -> list[Row]:
        """All rows."""
        try:
            failpoint(_READING)
            return self.raw.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self.explained(error) from error

    def each(self, statement: str, values: Values = ()) -> Iterator[Row]:
        """One row after the other."""
        try:
            failpoint(_READING)
            yield from self.raw.execute(statement, values)
        except sqlite3.Error as error:
            raise self.explained(error) from error

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside belongs to one moment, whatever other programs write meanwhile."""
        self.one("BEGIN DEFERRED")
        try:
            yield
        finally:
            self.one("COMMIT")

    def change(self, statement: str, values: Values = ()) -> int:
        """Run one writing statement inside `write()`; how many rows it changed."""
        failpoint(_WRITING)
        return self.raw.execute(statement, values).rowcount

    def added(self, statement: str, values: Values = ()) -> int | None:
        """Run one INSERT inside `write()`; the number of its row, None when nothing was inserted."""
        failpoint(_WRITING)
        cursor = self.raw.execute(statement, values)
        return cursor.lastrowid if cursor.rowcount else None

    def change_many(self, statement: str, rows: Iterable[Values]) -> None:
        """Run one writing statement for many rows inside `write()`."""
        failpoint(_WRITING)
        self.raw.executemany(statement, rows)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One durable transaction: everything inside is on the disk when the block ends, or nothing is.

        Raises UserError when the database stays locked, or cannot take the write.
        """
        if self.read_only:
            text = phrase("database {path} is open for reading only", path=self.path)
            raise UserError(text, code="database_read_only", cashier="база данных открыта только для чтения")
        with self._turn:
            try:
                failpoint(_BEGINNING)
                self.raw.execute("BEGIN IMMEDIATE")
                yield
                failpoint(_COMMITTING)
                self.raw.execute("COMMIT")
                failpoint(_COMMITTED)
            except sqlite3.Error as error:
                self._roll_back()
                raise self.explained(error) from error
            except UnicodeEncodeError as error:
                self._roll_back()
                raise UserError(
                    phrase(
                        "{text!a} holds characters that no text can carry, nothing was written", text=error.object[:64]
                    ),
                    code="unwritable_text",
                    hint="scan the code again; if it happens every time, check the settings of the scanner",
                    cashier="в коде недопустимые символы",
                ) from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    def checkpoint(self, truncate: bool = False) -> None:
        """Move the write-ahead log into the file, if anything was written since the last time; readers may go on.

        `truncate` also gives the log's disk space back, waiting for readers.
        """
        with self._turn:
            if self.raw.total_changes == self._checkpointed and not truncate:
                return
            self._checkpointed = self.raw.total_changes
            failpoint(_CHECKPOINTING)
            self.one("PRAGMA wal_checkpoint(TRUNCATE)" if truncate else "PRAGMA wal_checkpoint(PASSIVE)")
            failpoint(_CHECKPOINTED)

    def close(self) -> None:
        """Close the file; the last one out checkpoints."""
        self.raw.close()

    def explained(self, error: sqlite3.Error) -> Exception:
        """The error in words that name the file and the way out; one of our own programming stays as it is."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            who = holder(self.path)
            return UserError(
                phrase("database {path} is locked: another program is writing to it", path=self.path)
                + (f" ({who})" if who else ""),
                code="database_locked",
                hint="close the program that has the database open for writing, then repeat the action",
                cashier="базу данных держит другая программа",
            )
        if code in _DAMAGED:
            return UserError(
                phrase("{path} is damaged or is not a database of ncash: {error}", path=self.path, error=error),
                code="database_damaged",
                hint="ncash restore puts a copy back and keeps this file beside it; ncash backup list shows the copies",
                cashier=DAMAGED,
            )
        if code in _UNWRITABLE:
            why, cashier = _UNWRITABLE[code]
            return UserError(
                phrase("database {path}: {why} ({error})", path=self.path, why=why, error=error),
                code="database_write",
                hint="mend the cause and repeat the action; what was saved before is kept",
                cashier=cashier,
            )
        return error

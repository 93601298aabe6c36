"""SQLite files of another program: which tables they have, and their rows; nothing is changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ncash.errors import UserError
from ncash.language import phrase

MAGIC: Final = b"SQLite format 3\0"
Values = dict[str, Any]


def is_database(path: Path) -> bool:
    """Whether the file says it is one of SQLite. Raises UserError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        hint = "name the databases of the other program, or the folder that holds them"
        raise UserError(
            phrase("{path} cannot be read: {reason}", path=path, reason=error.strerror), code="file_missing", hint=hint
        ) from error


class ForeignDatabase:
    """An open file; names of its tables and columns are given in small letters."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        from sqlite_utils import Database

        self.path = path
        self._database = Database(connection)
        there = (*self._database.view_names(), *self._database.table_names())
        self._names = {name.lower(): name for name in there}

    @property
    def tables(self) -> tuple[str, ...]:
        """Its tables and views, those of SQLite left out."""
        return tuple(sorted(name for name in self._names if not name.startswith("sqlite_")))

    def count(self, table: str) -> int:
        """Rows of a table."""
        return int(self._database[self._names[table]].count)

    def rows(self, table: str) -> Iterator[Values]:
        """Rows in the order they stand in: numbers exact, texts as texts, columns that hold nothing left out."""
        for row in self._database[self._names[table]].rows:
            yield {name.lower(): _plain(value) for name, value in row.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


@contextmanager
def foreign(path: Path) -> Iterator[ForeignDatabase]:
    """The file opened for reading only. Raises UserError for one that is locked, damaged or no database."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)) as connection:
            yield ForeignDatabase(path, connection)
    except sqlite3.Error as error:
        hint = "end the program that writes to it, copy the file, and import the copy"
        raise UserError(
            phrase("{path} cannot be read: {error}", path=path, error=error), code="database_unreachable", hint=hint
        ) from error

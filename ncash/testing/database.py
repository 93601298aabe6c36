"""A database of a shop as a test looks at it: beside the till, not through it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]


class ShopDatabase:
    """A database file of a shop, read and changed beside running tills: `ShopDatabase(data / "Documents.sqlite")`.

    Each call opens the file and closes it again, so that nothing stays locked and nothing stays open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, statement: str, *values: object) -> list[Row]:
        """All rows of a question."""
        with closing(sqlite3.connect(self.path)) as database:
            return database.execute(statement, values).fetchall()

    def row(self, statement: str, *values: object) -> Row:
        """The only row of a question. Raises LookupError when there is none, or more than one."""
        found = self.rows(statement, *values)
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows, one was expected: {statement}")
        return found[0]

    def value(self, statement: str, *values: object) -> Any:
        """The only column of the only row. Raises LookupError when it is not the only one."""
        found = self.row(statement, *values)
        if len(found) != 1:
            raise LookupError(f"{len(found)} columns, one was expected: {statement}")
        return found[0]

    def records(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """All rows of a question, each by the names of its columns."""
        with closing(sqlite3.connect(self.path)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(statement, values)]

    def change(self, statement: str, *values: object) -> int:
        """Do what a strange hand might do to the file: one statement, committed; how many rows it changed."""
        with self.changing() as database:
            return database.execute(statement, values).rowcount

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A connection for several changes at once, committed when the block ends in order."""
        with closing(sqlite3.connect(self.path)) as database, database:
            yield database

"""What a plugin keeps between receipts: JSON values by key, in a SQLite file of its own that is copied with the books.

A change is one durable transaction. A value may have an end; what has ended is gone for readers at once, and from the
file with the next change.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.ports import Clock
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import Migration, Schema, opened

FOLDER: Final = "plugins"
"""Below the data folder."""
SUFFIX: Final = ".sqlite"
MOST: Final = 1_000_000
"""Bytes of one value as JSON."""
STORE: Final = Schema(
    "plugin store",
    0x6E637073,
    "PRAGMA application_id = 1852010611",
    (
        Migration(
            "PRAGMA user_version = 1",
            lambda database: database.execute(
                "CREATE TABLE stored (key TEXT PRIMARY KEY, value TEXT NOT NULL, until REAL) WITHOUT ROWID"
            ),
        ),
    ),
)
_GET: Final = "SELECT value FROM stored WHERE key = ? AND (until IS NULL OR until > ?)"
_PUT: Final = (
    "INSERT INTO stored VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until"
)
_ITEMS: Final = "SELECT key, value FROM stored WHERE key >= ? AND (until IS NULL OR until > ?) ORDER BY key"


def place(data: Path, name: str) -> Path:
    """The file of a plugin."""
    return data / FOLDER / f"{name}{SUFFIX}"


def places(data: Path) -> tuple[Path, ...]:
    """Every such file there is."""
    return tuple(sorted((data / FOLDER).glob(f"*{SUFFIX}")))


class SqliteStore:
    """Implements ports.Store. The file is made with the first change; a rehearsal only reads."""

    def __init__(self, data: Path, name: str, clock: Clock, read_only: bool = False) -> None:
        self._path = place(data, name)
        self._clock = clock
        self._read_only = read_only
        self._connection: Connection | None = None

    def get(self, key: str) -> Any:
        """The value of this key; None when there is none, or its time is over."""
        connection = self._opened()
        row = connection.one(_GET, (key, self._now())) if connection else None
        return None if row is None else json.loads(str(row[0]))

    def items(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Keys that begin so, with their values, in the order of the keys."""
        connection = self._opened()
        rows = connection.all(_ITEMS, (prefix, self._now())) if connection else []
        for key, value in rows:
            if not str(key).startswith(prefix):
                return
            yield str(key), json.loads(str(value))

    def change(self, values: Mapping[str, Any], until: datetime | None = None) -> None:
        """Write these values, all or none of them; None as a value takes its key out. `until`: when they end.

        Raises UserError in a rehearsal, and for what is no JSON or larger than 1 MB.
        """
        if self._read_only:
            raise UserError("a rehearsal writes nothing", code="store")
        rows = [(key, _text(key, value), until.timestamp() if until else None) for key, value in values.items()]
        self._path.parent.mkdir(exist_ok=True)
        connection = self._opened(make=True)
        assert connection is not None
        with connection.write():
            connection.change("DELETE FROM stored WHERE until <= ?", (self._now(),))
            for key, text, end in rows:
                if text is None:
                    connection.change("DELETE FROM stored WHERE key = ?", (key,))
                else:
                    connection.change(_PUT, (key, text, end))

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _opened(self, make: bool = False) -> Connection | None:
        if self._connection is None and (make or self._path.is_file()):
            self._connection = opened(self._path, STORE, read_only=self._read_only)
        return self._connection


def _text(key: str, value: Any) -> str | None:
    if value is None:
        return None
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UserError(phrase("{key}: {error}", key=key, error=error), code="store") from error
    if len(text.encode("utf-8", "surrogatepass")) > MOST:
        raise UserError(phrase("{key} has more than {most} bytes", key=key, most=MOST), code="store")
    return text

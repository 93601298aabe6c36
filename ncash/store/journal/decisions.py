"""The decisions of the journal, for those who judge them again or look at one."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ncash.store.sqlite.connection import Connection

KIND: Final = "verdict"
"""`kind` of a line about goods on their way into a receipt."""
_COLUMNS: Final = "SELECT seq, time, cashcode, line FROM journal "
_BETWEEN: Final = (
    _COLUMNS + "WHERE kind = 'verdict' AND COALESCE(time, '') >= ? AND COALESCE(time, '') < ? ORDER BY seq"
)
_COUNT: Final = (
    "SELECT COUNT(*) FROM journal WHERE kind = 'verdict' AND COALESCE(time, '') >= ? AND COALESCE(time, '') < ?"
)
_ONE: Final = _COLUMNS + "WHERE seq = ?"
_LAST: Final = (
    _COLUMNS + "WHERE (kind IN ('verdict', 'unread') OR (verdict = 'deny' AND kind IN ("
    "'close', 'quantity', 'storno', 'unknown_scan'))) AND (?1 IS NULL OR cashcode = ?1) "
    "AND (?2 = 0 OR verdict = 'deny') ORDER BY seq DESC LIMIT 1"
)
_ALWAYS: Final = ("", "~")


class RecordedLine(NamedTuple):
    """A line of the journal and whose it is."""

    seq: int
    time: str
    cashcode: str
    line: dict[str, Any]


def _recorded(row: tuple[Any, ...]) -> RecordedLine:
    return RecordedLine(row[0], row[1] or "", row[2], json.loads(row[3]))


def between(connection: Connection, since: str | None, until: str | None) -> Iterator[RecordedLine]:
    """Decisions of all tills from a local time on and before another, ISO 8601."""
    for row in connection.each(_BETWEEN, (since or _ALWAYS[0], until or _ALWAYS[1])):
        yield _recorded(row)


def count(connection: Connection, since: str | None, until: str | None) -> int:
    """How many `between` gives."""
    row = connection.one(_COUNT, (since or _ALWAYS[0], until or _ALWAYS[1]))
    return int(row[0]) if row else 0


def line(connection: Connection, seq: int) -> RecordedLine | None:
    """The line of this number, whatever it is about."""
    row = connection.one(_ONE, (seq,))
    return _recorded(row) if row else None


def last(connection: Connection, cashcode: str | None = None, refused: bool = False) -> RecordedLine | None:
    """The latest decision about goods, scan that could not be read, or refusal of anything, of one till or of all; with
    `refused` the latest refusal."""
    row = connection.one(_LAST, (cashcode, int(refused)))
    return _recorded(row) if row else None

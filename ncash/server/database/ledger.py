"""Ledger of the server: marks, history, operations, conflicts and white list, read and written in few statements.

A conditional write decides each change: an existing row is updated only while it has the version that was judged, and
the keys of a new mark and of the next history row must be free.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine

from ncash.server.database.statements import KeyQuery, Row, statements
from ncash.server.database.tables import MARK, OPERATION, WHITELIST
from ncash.server.marks import MarkOperation, MarkRow


class AnsweredOperation(NamedTuple):
    """Queued operation that has its final answer."""

    digest: str
    status: str


def cursor_of(connection: Connection) -> Any:
    """Driver cursor inside the transaction of a connection."""
    return connection.connection.cursor()


class MarkChange(NamedTuple):
    """Change of a mark: its row before and after."""

    element: MarkOperation
    before: MarkRow
    after: MarkRow
    status_before: str
    conflict: bool


_MARKS: Final = KeyQuery("marks", tuple(MARK.c[name] for name in MarkRow._fields), MARK.c.cis)
_OPERATIONS: Final = KeyQuery("operations", (OPERATION.c.id, OPERATION.c.digest, OPERATION.c.status), OPERATION.c.id)
_LISTED: Final = KeyQuery("listed", (WHITELIST.c.cis, WHITELIST.c.barcode), WHITELIST.c.cis)


class Ledger:
    """Reads and writes the tables of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._statements = statements(engine.dialect)

    def read_marks(self, cursor: Any, keys: Collection[str]) -> dict[str, MarkRow]:
        """Read the rows of these marks, by CIS."""
        return {row[0]: MarkRow(*row) for row in self._statements.select_rows(cursor, _MARKS, keys)}

    def read_operations(self, cursor: Any, ids: Collection[str]) -> dict[str, AnsweredOperation]:
        """Read the operations that have an answer, by id."""
        return {
            row[0]: AnsweredOperation(row[1], row[2]) for row in self._statements.select_rows(cursor, _OPERATIONS, ids)
        }

    def read_listed(self, cursor: Any, keys: Collection[str]) -> dict[str, set[str]]:
        """Read the barcodes under which the white list holds each of the marks."""
        found: dict[str, set[str]] = {}
        for row in self._statements.select_rows(cursor, _LISTED, keys):
            found.setdefault(row[0], set()).add(row[1])
        return found

    def write_changes(
        self, cursor: Any, changes: Sequence[MarkChange], done: Mapping[str, AnsweredOperation], now: int
    ) -> None:
        """Write changes made one after the other, and the operations they answer.

        Rows are sorted by key, so that two writers never wait for each other in a circle. The key of the history row
        detects a mark that another writer changed meanwhile.
        """
        first = {change.before.cis: change.before.version for change in reversed(changes)}
        last = sorted({change.after.cis: change.after for change in changes}.items())
        rows: dict[str, Sequence[Row]] = {
            "history": sorted([_history(change, now) for change in changes]),
            "known": [(*row, first[cis]) for cis, row in last if first[cis]],
            "fresh": [row for cis, row in last if not first[cis]],
            "operation": [(key, one.digest, one.status, now) for key, one in sorted(done.items())],
            "conflict": [_conflict(change, now) for change in changes if change.conflict],
        }
        if changes or done:
            self._statements.write_rows(cursor, {name: given for name, given in rows.items() if given})


def _history(change: MarkChange, now: int) -> Row:
    row, element = change.after, change.element
    return (
        row.cis, row.version, element.operation, row.state, row.documentid, row.docnum, row.shopcode,
        row.cashcode, row.time, now, element.account,
    )  # fmt: skip


def _conflict(change: MarkChange, now: int) -> Row:
    found, came = change.before, change.after
    return (came.cis, came.version, now, *_side(found, change.status_before), *_side(came, came.state))


def _side(row: MarkRow, state: str) -> Row:
    return (state, row.documentid, row.docnum, row.shopcode, row.cashcode, row.time)

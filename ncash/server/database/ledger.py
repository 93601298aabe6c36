"""The server's books: marks, their history, operations, conflicts, the white list, read and written in few statements.

A change is decided by its conditional write: a mark that has a row is changed where its version is still the one that
was judged, and the keys of the new mark and of the next row of its history are free or not.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine

from ncash.server.database.statements import Question, Row, statements
from ncash.server.database.tables import MARK, OPERATION, WHITELIST
from ncash.server.marks import Element, Kept


class Done(NamedTuple):
    """A queued operation that was answered."""

    digest: str
    status: str


def cursor_of(connection: Connection) -> Any:
    """A cursor of the driver inside the transaction of a connection."""
    return connection.connection.cursor()


class Change(NamedTuple):
    """One change of a mark."""

    element: Element
    found: Kept
    kept: Kept
    found_status: str
    conflict: bool


_MARKS: Final = Question("marks", tuple(MARK.c[name] for name in Kept._fields), MARK.c.cis)
_OPERATIONS: Final = Question("operations", (OPERATION.c.id, OPERATION.c.digest, OPERATION.c.status), OPERATION.c.id)
_LISTED: Final = Question("listed", (WHITELIST.c.cis, WHITELIST.c.barcode), WHITELIST.c.cis)


class Ledger:
    """The books in the words of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._statements = statements(engine.dialect)

    def marks(self, cursor: Any, keys: Collection[str]) -> dict[str, Kept]:
        """The marks that have a row, by CIS."""
        return {row[0]: Kept(*row) for row in self._statements.rows(cursor, _MARKS, keys)}

    def operations(self, cursor: Any, ids: Collection[str]) -> dict[str, Done]:
        """The operations that were answered, by id."""
        return {row[0]: Done(row[1], row[2]) for row in self._statements.rows(cursor, _OPERATIONS, ids)}

    def listed(self, cursor: Any, keys: Collection[str]) -> dict[str, set[str]]:
        """The barcodes under which the white list holds each of the marks."""
        found: dict[str, set[str]] = {}
        for row in self._statements.rows(cursor, _LISTED, keys):
            found.setdefault(row[0], set()).add(row[1])
        return found

    def write(self, cursor: Any, changes: Sequence[Change], done: Mapping[str, Done], now: int) -> None:
        """Write changes that were made one after the other, and the operations that were answered by them.

        Keys go in their order, so that two writers wait for each other at most in one direction. A mark that somebody
        else changed meanwhile has the history row that is to be written: its key decides.
        """
        first = {change.found.cis: change.found.version for change in reversed(changes)}
        last = sorted({change.kept.cis: change.kept for change in changes}.items())
        rows: dict[str, Sequence[Row]] = {
            "history": sorted([_history(change, now) for change in changes]),
            "known": [(*kept, first[cis]) for cis, kept in last if first[cis]],
            "fresh": [kept for cis, kept in last if not first[cis]],
            "operation": [(key, one.digest, one.status, now) for key, one in sorted(done.items())],
            "conflict": [_conflict(change, now) for change in changes if change.conflict],
        }
        if changes or done:
            self._statements.write(cursor, {name: given for name, given in rows.items() if given})


def _history(change: Change, now: int) -> Row:
    kept, element = change.kept, change.element
    return (
        kept.cis, kept.version, element.operation, kept.state, kept.documentid, kept.docnum, kept.shopcode,
        kept.cashcode, kept.time, now, element.account,
    )  # fmt: skip


def _conflict(change: Change, now: int) -> Row:
    found, came = change.found, change.kept
    return (came.cis, came.version, now, *_side(found, change.found_status), *_side(came, came.state))


def _side(kept: Kept, state: str) -> Row:
    return (state, kept.documentid, kept.docnum, kept.shopcode, kept.cashcode, kept.time)

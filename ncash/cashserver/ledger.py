"""What the server's statements read and write: marks, their history, operations, conflicts, the white list.

Each is one statement of the common core of SQL, compiled once for the engine at hand. A change is decided by its
conditional write: a mark that has a row is changed where its version is still the one that was judged, and the keys of
the new mark and of the next row of its history are free or not.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Dialect, Engine, bindparam, insert, select, update

from ncash.cashserver.marks import Element, Kept
from ncash.cashserver.tables import CONFLICT, HISTORY, MARK, OPERATION, WHITELIST

_SLICE: Final = 512
"""Keys in one statement; engines bound the number of values."""


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


_QUESTIONS: Final[Mapping[str, tuple[tuple[Any, ...], Any]]] = {
    "marks": (tuple(MARK.c[name] for name in Kept._fields), MARK.c.cis),
    "operations": ((OPERATION.c.id, OPERATION.c.digest, OPERATION.c.status), OPERATION.c.id),
    "listed": ((WHITELIST.c.cis, WHITELIST.c.barcode), WHITELIST.c.cis),
}
_CHANGE_MARK: Final = (
    update(MARK)
    .where(MARK.c.cis == bindparam("key"), MARK.c.version == bindparam("judged"))
    .values({MARK.c[name]: bindparam(name) for name in Kept._fields if name != "cis"})
)
_SIDE: Final = ("documentid", "docnum", "shopcode", "cashcode", "time")


class Text(NamedTuple):
    """A statement as the driver takes it, compiled once, and the order of its values."""

    text: str
    order: tuple[str, ...]

    def run(self, cursor: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of the rows."""
        cursor.executemany(self.text, [tuple([row[one] for one in self.order]) for row in rows])


def _compiled(dialect: Dialect, statement: Any) -> Text:
    made = statement.compile(dialect=dialect)
    return Text(str(made), tuple(made.positiontup))


class Ledger:
    """The statements in the words of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._dialect = engine.dialect
        self._asked: dict[tuple[str, int], Text] = {}
        self._change_mark = _compiled(self._dialect, _CHANGE_MARK)
        self._add_mark, self._add_history, self._add_operation, self._add_conflict = (
            _compiled(self._dialect, insert(table).values({column.name: bindparam(column.name) for column in columns}))
            for table in (MARK, HISTORY, OPERATION, CONFLICT)
            if (columns := [column for column in table.c if column.name != "number"])
        )

    def marks(self, cursor: Any, keys: Collection[str]) -> dict[str, Kept]:
        """The marks that have a row, by CIS."""
        return {row[0]: Kept(*row) for row in self._rows(cursor, "marks", keys)}

    def operations(self, cursor: Any, ids: Collection[str]) -> dict[str, Done]:
        """The operations that were answered, by id."""
        return {row[0]: Done(row[1], row[2]) for row in self._rows(cursor, "operations", ids)}

    def listed(self, cursor: Any, keys: Collection[str]) -> dict[str, set[str]]:
        """The barcodes under which the white list holds each of the marks."""
        found: dict[str, set[str]] = {}
        for row in self._rows(cursor, "listed", keys):
            found.setdefault(row[0], set()).add(row[1])
        return found

    def _rows(self, cursor: Any, name: str, keys: Collection[str]) -> Iterator[Any]:
        given = sorted(keys)
        for start in range(0, len(given), _SLICE):
            part = given[start : start + _SLICE]
            size = 1 << (len(part) - 1).bit_length()
            padded = (*part, *part[-1:] * (size - len(part)))
            cursor.execute(self._asking(name, size).text, padded)
            yield from cursor.fetchall()

    def _asking(self, name: str, size: int) -> Text:
        """A question about so many keys, a power of two, so that an engine sees few different texts."""
        found = self._asked.get((name, size))
        if found is None:
            columns, key = _QUESTIONS[name]
            keys: list[Any] = [bindparam(f"key{number}") for number in range(size)]
            found = self._asked[name, size] = _compiled(self._dialect, select(*columns).where(key.in_(keys)))
        return found

    def write(self, cursor: Any, changes: Sequence[Change], done: Mapping[str, Done], now: int) -> None:
        """Write changes in the order they were made, and the operations that were answered by them.

        A mark that somebody else changed meanwhile has the history row that is to be written: its key decides.
        """
        first = {change.found.cis: change.found.version for change in reversed(changes)}
        last = {change.kept.cis: change.kept for change in changes}
        fresh = [kept._asdict() for cis, kept in sorted(last.items()) if not first[cis]]
        known = [
            {**kept._asdict(), "key": cis, "judged": first[cis]} for cis, kept in sorted(last.items()) if first[cis]
        ]
        if known:
            self._change_mark.run(cursor, known)
        if fresh:
            self._add_mark.run(cursor, fresh)
        if changes:
            self._add_history.run(cursor, [_history(change, now) for change in changes])
        if done:
            rows = [
                {"id": key, "digest": one.digest, "status": one.status, "recorded": now}
                for key, one in sorted(done.items())
            ]
            self._add_operation.run(cursor, rows)
        conflicts = [_conflict(change, now) for change in changes if change.conflict]
        if conflicts:
            self._add_conflict.run(cursor, conflicts)


def _history(change: Change, now: int) -> dict[str, Any]:
    kept, element = change.kept, change.element
    return {
        "cis": kept.cis, "version": kept.version, "operation": element.operation, "state": kept.state,
        "documentid": kept.documentid, "docnum": kept.docnum, "shopcode": kept.shopcode, "cashcode": kept.cashcode,
        "time": kept.time, "recorded": now, "account": element.account,
    }  # fmt: skip


def _conflict(change: Change, now: int) -> dict[str, Any]:
    found, came = change.found, change.kept
    return {
        "cis": came.cis, "version": came.version, "recorded": now,
        "found_state": change.found_status, "came_state": came.state,
        **{f"found_{name}": getattr(found, name) for name in _SIDE},
        **{f"came_{name}": getattr(came, name) for name in _SIDE},
    }  # fmt: skip

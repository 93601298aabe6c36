"""What the server's statements read and write: marks, their history, operations, conflicts, the white list.

Each is one statement of the common core of SQL. A change is decided by its conditional write: a mark that has a row is
changed where its version is still the one that was judged, and the key of a new row is free or not.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from ncash.cashserver.marks import Element, Kept
from ncash.cashserver.tables import CONFLICT, HISTORY, MARK, OPERATION, WHITELIST

_SLICE: Final = 500
"""Keys in one statement; engines bound the number of values."""


class Contended(Exception):
    """Another writer changed one of the marks first."""


class Done(NamedTuple):
    """A queued operation that was answered."""

    digest: str
    status: str


class Change(NamedTuple):
    """One change of a mark."""

    element: Element
    found: Kept
    kept: Kept
    found_status: str
    conflict: bool


_MARKS: Final = select(*(MARK.c[name] for name in Kept._fields)).where(
    MARK.c.cis.in_(bindparam("keys", expanding=True))
)
_OPERATIONS: Final = select(OPERATION.c.id, OPERATION.c.digest, OPERATION.c.status).where(
    OPERATION.c.id.in_(bindparam("keys", expanding=True))
)
_LISTED: Final = select(WHITELIST.c.cis, WHITELIST.c.barcode).where(
    WHITELIST.c.cis.in_(bindparam("keys", expanding=True))
)
_CHANGE_MARK: Final = (
    update(MARK)
    .where(MARK.c.cis == bindparam("key"), MARK.c.version == bindparam("judged"))
    .values({MARK.c[name]: bindparam(name) for name in Kept._fields if name != "cis"})
)
_ADD_MARK, _ADD_HISTORY, _ADD_OPERATION = insert(MARK), insert(HISTORY), insert(OPERATION)
_ADD_CONFLICT: Final = insert(CONFLICT)
_SIDE: Final = ("documentid", "docnum", "shopcode", "cashcode", "time")


def _rows(connection: Connection, statement: Any, keys: Collection[str]) -> Iterable[Any]:
    given = sorted(keys)
    for start in range(0, len(given), _SLICE):
        yield from connection.execute(statement, {"keys": given[start : start + _SLICE]})


def marks(connection: Connection, keys: Collection[str]) -> dict[str, Kept]:
    """The marks that have a row, by CIS."""
    return {row[0]: Kept(*row) for row in _rows(connection, _MARKS, keys)}


def operations(connection: Connection, ids: Collection[str]) -> dict[str, Done]:
    """The operations that were answered, by id."""
    return {row[0]: Done(row[1], row[2]) for row in _rows(connection, _OPERATIONS, ids)}


def listed(connection: Connection, keys: Collection[str]) -> dict[str, set[str]]:
    """The barcodes under which the white list holds each of the marks."""
    found: dict[str, set[str]] = {}
    for row in _rows(connection, _LISTED, keys):
        found.setdefault(row[0], set()).add(row[1])
    return found


def write(connection: Connection, changes: Sequence[Change], done: Mapping[str, Done], now: int) -> None:
    """Write changes in the order they were made, and the operations that were answered by them.

    Raises Contended, or the database's IntegrityError, when somebody else was first; nothing may be committed then.
    """
    first = {change.found.cis: change.found.version for change in reversed(changes)}
    last = {change.kept.cis: change.kept for change in changes}
    fresh = [kept._asdict() for cis, kept in sorted(last.items()) if not first[cis]]
    known = [{**kept._asdict(), "key": cis, "judged": first[cis]} for cis, kept in sorted(last.items()) if first[cis]]
    if known and connection.execute(_CHANGE_MARK, known).rowcount != len(known):
        raise Contended
    if fresh:
        connection.execute(_ADD_MARK, fresh)
    if changes:
        connection.execute(_ADD_HISTORY, [_history(change, now) for change in changes])
    if done:
        rows = [
            {"id": key, "digest": one.digest, "status": one.status, "recorded": now}
            for key, one in sorted(done.items())
        ]
        connection.execute(_ADD_OPERATION, rows)
    conflicts = [_conflict(change, now) for change in changes if change.conflict]
    if conflicts:
        connection.execute(_ADD_CONFLICT, conflicts)


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

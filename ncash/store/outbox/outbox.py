"""Table `outbox`: what the tills of this database owe the cash server, written with the receipt it belongs to.

A row is pending until it has a result. A pending row is never deleted, a conflict and a refused one stay for people;
what was acknowledged is marked, and let go when it is older than `KEPT` days.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ncash.model.outbox import Message
from ncash.store.sqlite.connection import Connection

APPLIED: Final = "applied"
DUPLICATE: Final = "duplicate"
CONFLICT: Final = "conflict"
REFUSED: Final = "refused"
"""The receiver knows this id with another body: kept for people, not sent again."""
DELIVERED: Final = "delivered"
"""A broker has it; what it does to the mark is seen at the cash server."""
RESULTS: Final = (APPLIED, DUPLICATE, CONFLICT, REFUSED, DELIVERED)
KEPT: Final = 92
"""Days that an acknowledged message is kept, counted back from the latest document, so that no clock is asked."""
PART: Final = 500
"""Rows that are looked at in one go."""
_SETTLED: Final = "result IN ('applied', 'duplicate', 'delivered')"
"""Neither waits nor stays for people."""
_LATEST: Final = "SELECT timeend FROM document WHERE documentid = (SELECT MAX(documentid) FROM document)"
_PART: Final = (
    "SELECT id, julianday(created) < julianday(?) - ?, " + _SETTLED + " FROM outbox WHERE id > ? ORDER BY id LIMIT ?"
)
_LET_GO: Final = (
    "DELETE FROM outbox WHERE id > ? AND id <= ? AND " + _SETTLED + " AND julianday(created) < julianday(?) - ?"
)
_PUT: Final = (
    "INSERT INTO outbox (uuid, cashcode, route, op, key, body, created, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, 0) "
    "ON CONFLICT (uuid) DO NOTHING"
)
_DUE: Final = (
    "SELECT id, uuid, route, op, key, body, created, attempts FROM outbox AS o WHERE result IS NULL AND route = ? "
    "AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.result IS NULL AND e.key = o.key AND e.id <= o.id "
    "AND e.nexttry > ? AND e.nexttry <= ?) ORDER BY id LIMIT ?"
)
_SETTLE: Final = "UPDATE outbox SET result = ?, status = ?, sent = ?, trouble = NULL WHERE id = ? AND result IS NULL"
_POSTPONE: Final = "UPDATE outbox SET attempts = attempts + 1, nexttry = ?, trouble = ? WHERE id = ? AND result IS NULL"
_UNSENT: Final = "SELECT COUNT(*) FROM outbox WHERE result IS NULL AND route >= ''"
"""Every route, so that the index of what waits is searched and not the table."""
_COUNT_REFUSED: Final = "SELECT COUNT(*) FROM outbox WHERE result = 'refused' AND id >= 0"
_TRIED: Final = "UPDATE outbox SET attempts = attempts + 1, trouble = ? WHERE id = ? AND result IS NULL"
_OLDEST: Final = (
    "SELECT created FROM outbox WHERE id = "
    "(SELECT MIN(id) FROM outbox INDEXED BY outbox_unsent WHERE result IS NULL AND route >= '')"
)
_RECEIVERS: Final = (
    "SELECT route, COUNT(*), MIN(created), MAX(attempts) FROM outbox WHERE result IS NULL GROUP BY route ORDER BY route"
)
_TROUBLE: Final = "SELECT trouble FROM outbox WHERE result IS NULL AND route = ? AND trouble IS NOT NULL LIMIT 1"
_SENT: Final = "SELECT MAX(sent) FROM outbox"
_LISTED: Final = (
    "SELECT id, uuid, cashcode, route, op, key, created, attempts, nexttry, trouble, result, status, "
    "json_extract(body, '$.documentid'), json_extract(body, '$.docnum') FROM outbox "
)
_WAITING: Final = _LISTED + "WHERE result IS NULL ORDER BY id LIMIT ?"
_REFUSED: Final = _LISTED + "WHERE result = 'refused' ORDER BY id LIMIT ?"
_NAMES: Final = (
    "number", "id", "cashcode", "route", "op", "cis", "created", "attempts", "nexttry", "trouble", "result", "status",
    "documentid", "docnum",
)  # fmt: skip
_ROUTES: Final = "SELECT DISTINCT route FROM outbox INDEXED BY outbox_unsent WHERE result IS NULL ORDER BY route"


class Pending(NamedTuple):
    """A row that waits to be sent."""

    id: int
    uuid: str
    route: str
    op: str
    key: str
    body: Mapping[str, Any]
    """The operation as it is sent."""
    created: str
    attempts: int


class SendResult(NamedTuple):
    """What became of a row."""

    id: int
    result: str
    """One of RESULTS."""
    status: str | None = None
    """The mark's status at the receiver afterwards."""


def body_of(message: Message, time: str, docnum: int | None = None) -> dict[str, Any]:
    """The operation as it is sent; what the plugin could not know is filled in."""
    number = {} if docnum is None else {"docnum": str(docnum)}
    return {"id": message.id, "op": message.op, **message.body, **number, "time": time}


def put(
    connection: Connection, cashcode: str, messages: Iterable[Message], time: str, docnum: int | None = None
) -> int:
    """Write messages inside the caller's transaction; how many were new. An id that is there already stays as it is."""
    new = 0
    for one in messages:
        body = json.dumps(body_of(one, time, docnum), ensure_ascii=False)
        new += connection.change(_PUT, (one.id, cashcode, one.route, one.op, one.key, body, time))
    return new


def put_again(connection: Connection, entry: Mapping[str, Any]) -> int:
    """Write a message that was put aside, inside the caller's transaction; 1 when it was not there."""
    body = json.dumps(entry["body"], ensure_ascii=False)
    names = ("uuid", "cashcode", "route", "op", "key")
    return connection.change(_PUT, (*(entry[name] for name in names), body, entry["created"]))


def due(connection: Connection, route: str, now: float, horizon: float, limit: int) -> list[Pending]:
    """Rows of a route in the order of writing, without those whose key waits for an earlier failed one.

    `now` and `horizon` are seconds since 1970: a next try that lies past `horizon` was set by a clock that has been
    put back, and counts as due.
    """
    rows = connection.all(_DUE, (route, now, horizon, limit))
    return [
        Pending(number, uuid, route, op, key, json.loads(body), created, attempts)
        for number, uuid, route, op, key, body, created, attempts in rows
    ]


def routes(connection: Connection) -> list[str]:
    """Receivers that something is owed to."""
    return [route for (route,) in connection.all(_ROUTES)]


def settle(connection: Connection, settled: Iterable[SendResult], time: str) -> None:
    """Mark rows that the receiver has answered, inside the caller's transaction; a refused one was not taken."""
    for one in settled:
        sent = None if one.result == REFUSED else time
        connection.change(_SETTLE, (one.result, one.status, sent, one.id))


def postpone(connection: Connection, row: int, nexttry: float, trouble: str) -> None:
    """A row was not taken: it and later ones of its key wait, inside the caller's transaction."""
    connection.change(_POSTPONE, (nexttry, trouble, row))


def tried(connection: Connection, rows: Sequence[int], trouble: str) -> None:
    """Rows were sent and nobody answered, inside the caller's transaction."""
    connection.change_many(_TRIED, [(trouble, row) for row in rows])


def unsent(connection: Connection) -> int:
    """How many rows wait."""
    return int((connection.one(_UNSENT) or (0,))[0])


def refused(connection: Connection) -> int:
    """How many rows the receiver will never take."""
    return int((connection.one(_COUNT_REFUSED) or (0,))[0])


def oldest(connection: Connection) -> str | None:
    """When the oldest row that waits was written."""
    row = connection.one(_OLDEST)
    return row[0] if row else None


class Receiver(NamedTuple):
    """What one receiver is owed."""

    route: str
    unsent: int
    oldest: str
    attempts: int
    """The most tries that any message has had."""
    trouble: str | None
    """What stood in the way last."""


def receivers(connection: Connection) -> list[Receiver]:
    """Everybody who is owed something."""
    found = []
    for route, count, created, attempts in connection.all(_RECEIVERS):
        trouble = connection.one(_TROUBLE, (route,))
        found.append(Receiver(route, count, created, attempts, trouble[0] if trouble else None))
    return found


def last_sent(connection: Connection) -> str | None:
    """When a receiver acknowledged something last."""
    row = connection.one(_SENT)
    return str(row[0]) if row and row[0] else None


def listed(connection: Connection, refused_ones: bool, limit: int) -> list[dict[str, Any]]:
    """Messages that wait, or those that were refused, oldest first, as JSON values."""
    rows = connection.all(_REFUSED if refused_ones else _WAITING, (limit,))
    return [dict(zip(_NAMES, row, strict=True)) for row in rows]


def latest(connection: Connection) -> str:
    """When the latest document was closed; empty when there is none."""
    row = connection.one(_LATEST)
    return row[0] or "" if row else ""


def let_go(connection: Connection, after: int, newest: str) -> int | None:
    """Delete what was acknowledged long before `newest`, of the rows that come next in the order of writing.

    The id to go on after; None when younger rows follow.
    """
    rows = connection.all(_PART, (newest, KEPT, after, PART))
    if any(old and settled for _, old, settled in rows):
        with connection.write():
            connection.change(_LET_GO, (after, rows[-1][0], newest, KEPT))
    return int(rows[-1][0]) if len(rows) == PART and all(old for _, old, _ in rows) else None

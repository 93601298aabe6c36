"""Table `outbox`: what the tills of this database owe the cash server, written with the receipt it belongs to.

A row is pending until it has a result. A pending row is never deleted; an acknowledged one is only marked.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ncash.model.outbox import Message
from ncash.store.connection import Connection

APPLIED: Final = "applied"
DUPLICATE: Final = "duplicate"
CONFLICT: Final = "conflict"
REFUSED: Final = "refused"
"""The receiver knows this id with another body: kept for people, not sent again."""
RESULTS: Final = (APPLIED, DUPLICATE, CONFLICT, REFUSED)
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
_OLDEST: Final = (
    "SELECT created FROM outbox WHERE id = (SELECT MIN(id) FROM outbox INDEXED BY outbox_unsent WHERE result IS NULL)"
)
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


class Settled(NamedTuple):
    """What became of a row."""

    id: int
    result: str
    """One of RESULTS."""
    status: str | None = None
    """The mark's status at the receiver afterwards."""


def body_of(message: Message, time: str, docnum: int | None = None) -> dict[str, Any]:
    """The operation as it is sent; what the plugin could not know is filled in."""
    return {"id": message.id, "op": message.op, **message.body, "docnum": docnum, "time": time}


def put(
    connection: Connection, cashcode: str, messages: Iterable[Message], time: str, docnum: int | None = None
) -> int:
    """Write messages inside the caller's transaction; how many were new. An id that is there already stays as it is."""
    new = 0
    for one in messages:
        body = json.dumps(body_of(one, time, docnum), ensure_ascii=False)
        new += connection.change(_PUT, (one.id, cashcode, one.route, one.op, one.key, body, time))
    return new


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


def settle(connection: Connection, settled: Iterable[Settled], time: str) -> None:
    """Mark rows that the receiver has answered, inside the caller's transaction; a refused one was not taken."""
    for one in settled:
        sent = None if one.result == REFUSED else time
        connection.change(_SETTLE, (one.result, one.status, sent, one.id))


def postpone(connection: Connection, ids: Sequence[int], nexttry: float, trouble: str) -> None:
    """Mark rows that were tried in vain, inside the caller's transaction."""
    connection.change_many(_POSTPONE, [(nexttry, trouble, one) for one in ids])


def unsent(connection: Connection) -> int:
    """How many rows wait."""
    return int((connection.one("SELECT COUNT(*) FROM outbox WHERE result IS NULL") or (0,))[0])


def refused(connection: Connection) -> int:
    """How many rows the receiver will never take."""
    return int((connection.one("SELECT COUNT(*) FROM outbox WHERE result = 'refused'") or (0,))[0])


def oldest(connection: Connection) -> str | None:
    """When the oldest row that waits was written."""
    row = connection.one(_OLDEST)
    return row[0] if row else None

"""Prepared statements on a psycopg connection, run by calls of libpq.

A psycopg cursor does the same for any statement, and takes a sixth more of the server's processor time; with psycopg's
own arrays it takes two fifths more (docs/adr/0043).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

from ncash.server.database.inloop import readable, readable_or_writable

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_PREPARED: "WeakKeyDictionary[psycopg.Connection[Any], set[bytes]]" = WeakKeyDictionary()
"""Names of the statements that each connection has prepared."""


class PreparedStatement(NamedTuple):
    """Statement with $1, $2 … for its values, all of them texts."""

    name: bytes
    """Name that no other text has."""
    text: str
    numbers: tuple[bool, ...] = ()
    """For each column of the result, whether it is a whole number; the others are texts."""

    def execute(self, connection: "psycopg.Connection[Any]", values: Sequence[str]) -> list[tuple[Any, ...]]:
        """Execute the statement and return its rows. Raises psycopg's errors."""
        encoding, line = connection.info.encoding, connection.pgconn
        known = _PREPARED.setdefault(connection, set())
        if self.name not in known:
            text = self.text.encode()
            _raise_unless_good(connection, _result_of(line, line.prepare, line.send_prepare, self.name, text))
            known.add(self.name)
        given = [value.encode(encoding) for value in values]
        found = _raise_unless_good(
            connection, _result_of(line, line.exec_prepared, line.send_query_prepared, self.name, given)
        )
        rows = [[found.get_value(row, at) or b"" for at in range(found.nfields)] for row in range(found.ntuples)]
        kinds = self.numbers
        return [tuple([int(v) if n else v.decode(encoding) for v, n in zip(row, kinds, strict=True)]) for row in rows]


def _result_of(
    line: "PGconn", ask: "Callable[[bytes, Any], PGresult]", send: Callable[[bytes, Any], None], name: bytes, given: Any
) -> "PGresult":
    """Result from libpq: by its blocking call in a thread, by its sending call and the loop inside the loop."""
    if not in_greenlet():
        return ask(name, given)
    send(name, given)
    while line.flush():
        await_only(readable_or_writable(line.socket))
        line.consume_input()
    answer = None
    while True:
        while line.is_busy():
            await_only(readable(line.socket))
            line.consume_input()
        further = line.get_result()
        if further is None:
            break
        answer = further
    if answer is None:
        raise psycopg.OperationalError("the connection is lost")
    return answer


def _raise_unless_good(connection: "psycopg.Connection[Any]", result: "PGresult") -> "PGresult":
    if result.status in _GOOD:
        return result
    error = psycopg.errors.error_from_result(result, connection.info.encoding)
    if connection.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(f"the connection is lost: {error}") from error
    raise error

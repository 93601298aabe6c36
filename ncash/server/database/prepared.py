"""Statements prepared on a connection of psycopg and run by libpq's own calls.

A cursor is made for any statement and takes the interpreter longer than all the rest of a change; the interpreter is
what a server process has least of (docs/performance.md).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import ConnStatus, ExecStatus

from ncash.server.database.inloop import in_loop, movable, readable, waited

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_PREPARED: "WeakKeyDictionary[psycopg.Connection[Any], set[bytes]]" = WeakKeyDictionary()
"""What each connection knows by name."""


class Prepared(NamedTuple):
    """A statement with $1, $2 … for its values, which all are texts."""

    name: bytes
    """Of this text alone."""
    text: str
    numbers: tuple[bool, ...] = ()
    """Which columns of an answer are whole numbers; the others are texts."""

    def run(self, connection: "psycopg.Connection[Any]", values: Sequence[str]) -> list[tuple[Any, ...]]:
        """The rows of the answer. Raises psycopg's errors."""
        encoding, line = connection.info.encoding, connection.pgconn
        known = _PREPARED.setdefault(connection, set())
        if self.name not in known:
            text = self.text.encode()
            _checked(connection, _asked(line, line.prepare, line.send_prepare, self.name, text))
            known.add(self.name)
        given = [value.encode(encoding) for value in values]
        found = _checked(connection, _asked(line, line.exec_prepared, line.send_query_prepared, self.name, given))
        rows = [[found.get_value(row, at) or b"" for at in range(found.nfields)] for row in range(found.ntuples)]
        kinds = self.numbers
        return [tuple([int(v) if n else v.decode(encoding) for v, n in zip(row, kinds, strict=True)]) for row in rows]


def _asked(
    line: "PGconn", ask: "Callable[[bytes, Any], PGresult]", send: Callable[[bytes, Any], None], name: bytes, given: Any
) -> "PGresult":
    """The answer of libpq: by the call that waits for it, in the loop by the one that only sends."""
    if not in_loop():
        return ask(name, given)
    send(name, given)
    while line.flush():
        waited(movable(line.socket))
        line.consume_input()
    answer = None
    while True:
        while line.is_busy():
            waited(readable(line.socket))
            line.consume_input()
        further = line.get_result()
        if further is None:
            break
        answer = further
    if answer is None:
        raise psycopg.OperationalError("the connection is lost")
    return answer


def _checked(connection: "psycopg.Connection[Any]", result: "PGresult") -> "PGresult":
    if result.status in _GOOD:
        return result
    error = psycopg.errors.error_from_result(result, connection.info.encoding)
    if connection.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(f"the connection is lost: {error}") from error
    raise error

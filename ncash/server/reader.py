"""Reads outside of changes: batches of status calls, and other questions to the database."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, select

from ncash.model.ports import Clock
from ncash.server import whitelist
from ncash.server.database.connection import DatabaseUnavailable, KeptConnection, reading
from ncash.server.database.ledger import Ledger, cursor_of
from ncash.server.marks import MarkOperation, MarkRow
from ncash.server.writer import moment, owner_of

Found = TypeVar("Found")


class MarkStatus(NamedTuple):
    """Status of one mark and its owner."""

    status: str
    owner: dict[str, str]


class Reader:
    """Reads the database over a connection of its own."""

    def __init__(self, engine: Engine, clock: Clock, mode: str) -> None:
        """`mode`: how the white list counts (`ncash.server.whitelist`)."""
        self._link = KeptConnection(reading(engine))
        self.ledger = Ledger(engine)
        self._clock = clock
        self._mode = mode

    def answer_batch(self, questions: Sequence[MarkOperation]) -> list[MarkStatus | Exception]:
        """Answer status calls; an exception stands in the place of an answer."""
        try:
            return self.query(lambda connection: self._statuses(connection, questions))
        except Exception as error:
            return [error] * len(questions)

    def query(self, question: Callable[[Connection], Found]) -> Found:
        """Run a function that only reads, again when the connection was broken. Raises DatabaseUnavailable."""
        try:
            with self._link.transaction() as connection:
                return question(connection)
        except DatabaseUnavailable:
            with self._link.transaction() as connection:
                return question(connection)

    def ping(self) -> None:
        """Check that the database answers. Raises DatabaseUnavailable."""
        self.query(lambda connection: connection.execute(select(1)).scalar())

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _statuses(self, connection: Connection, questions: Sequence[MarkOperation]) -> list[MarkStatus | Exception]:
        now, _ = moment(self._clock)
        cursor = cursor_of(connection)
        kept = self.ledger.read_marks(cursor, {one.cis for one in questions})
        asked = {key for one in questions if whitelist.is_consulted(self._mode, one) for key in whitelist.keys_of(one)}
        listed = self.ledger.read_listed(cursor, asked) if asked else {}
        answers: list[MarkStatus | Exception] = []
        for one in questions:
            mark = kept.get(one.cis) or MarkRow(one.cis)
            unlisted = whitelist.refusal(self._mode, one, listed)
            answers.append(MarkStatus(unlisted or mark.status(now), owner_of(mark, now)))
        return answers

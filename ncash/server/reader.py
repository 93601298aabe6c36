"""What the server reads outside of changes: states for the status call, the chain view, accounts."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, select

from ncash.model.ports import Clock
from ncash.server import whitelist
from ncash.server.database.connection import Link, Unavailable, reading
from ncash.server.database.ledger import Ledger, cursor_of
from ncash.server.marks import Element, Kept
from ncash.server.writer import moment, owner_of

Found = TypeVar("Found")


class Told(NamedTuple):
    """The answer to one status call."""

    status: str
    owner: dict[str, str]


class Reader:
    """The one reader of a server process."""

    def __init__(self, engine: Engine, clock: Clock, mode: str) -> None:
        """`mode`: how the white list counts (`ncash.server.whitelist`)."""
        self._link = Link(reading(engine))
        self.ledger = Ledger(engine)
        self._clock = clock
        self._mode = mode

    def work(self, questions: Sequence[Element]) -> list[Told | Exception]:
        """What the server knows about each mark; what went wrong stands in its place."""
        try:
            return self.ask(lambda connection: self._told(connection, questions))
        except Exception as error:
            return [error] * len(questions)

    def ask(self, question: Callable[[Connection], Found]) -> Found:
        """Anything else that only reads; asked a second time when the connection was broken. Raises Unavailable."""
        try:
            with self._link.begin() as connection:
                return question(connection)
        except Unavailable:
            with self._link.begin() as connection:
                return question(connection)

    def ready(self) -> None:
        """Ask the database anything. Raises Unavailable when it does not answer."""
        self.ask(lambda connection: connection.execute(select(1)).scalar())

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _told(self, connection: Connection, questions: Sequence[Element]) -> list[Told | Exception]:
        now, _ = moment(self._clock)
        cursor = cursor_of(connection)
        kept = self.ledger.marks(cursor, {one.cis for one in questions})
        asked = {key for one in questions if whitelist.counts(self._mode, one) for key in whitelist.keys(one)}
        listed = self.ledger.listed(cursor, asked) if asked else {}
        answers: list[Told | Exception] = []
        for one in questions:
            mark = kept.get(one.cis) or Kept(one.cis)
            unlisted = whitelist.verdict(self._mode, one, listed)
            answers.append(Told(unlisted or mark.status(now), owner_of(mark, now)))
        return answers

"""A till's side of the outbox: what it owes is written with its receipts, and how much waits is kept in memory."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.outbox import Message
from ncash.store.outbox import outbox
from ncash.store.outbox.spill import FOLDER, Aside
from ncash.store.sqlite.connection import Connection


class Backlog(NamedTuple):
    """Messages that are not sent yet: how many, since when, how many were refused."""

    unsent: int = 0
    oldest: str | None = None
    """When the oldest message that waits was written, ISO 8601."""
    refused: int = 0
    """Messages that the receiver will never take."""
    aside: int = 0
    """Files with messages that the database did not take."""


def look(connection: Connection, aside: Aside) -> Backlog:
    """What is not sent, counted now."""
    unsent = outbox.unsent(connection)
    oldest = outbox.oldest(connection) if unsent else None
    return Backlog(unsent, oldest, outbox.refused(connection), len(aside.waiting()) + aside.unreadable())


def pick_up(connection: Connection, aside: Aside) -> int:
    """Bring the messages of the files into the outbox; how many files. Raises UserError, and then the files stay."""
    done = 0
    for path in aside.waiting():
        try:
            entries = aside.read(path)
            with connection.write():
                for one in entries:
                    outbox.put_again(connection, one)
            aside.gone(path)
        except OSError as error:
            raise UserError(
                phrase("{path} cannot be picked up: {reason}", path=path, reason=error.strerror), code="queue"
            ) from error
        except sqlite3.Error as error:
            hint = "ncash doctor looks through the database"
            raise UserError(
                phrase("{path} does not take {name}: {error}", path=connection.path, name=path.name, error=error),
                code="queue",
                hint=hint,
            ) from error
        done += 1
    return done


class Outgoing:
    """Writes what a till owes and remembers how much waits."""

    def __init__(self, connection: Connection, cashcode: str) -> None:
        self._connection = connection
        self._cashcode = cashcode
        self.aside = Aside(connection.path.parent / FOLDER)
        self.wake: Callable[[], None] = lambda: None
        """Called when something was owed, inside the transaction: the sender looks a moment later."""
        self._version = -1
        self._known = Backlog()
        self._stale = True
        self._day = ""
        self._after: int | None = None

    def owe(self, messages: Sequence[Message], time: str, docnum: int | None = None) -> None:
        """Write messages inside the caller's transaction, or to a file when the table does not take them.

        While a file waits, later messages follow it, so that the order stays. Raises UserError when nothing takes them.
        """
        if not messages:
            return
        self._stale = True
        if self._known.aside:
            self._put_aside(messages, time, docnum)
        else:
            try:
                outbox.put(self._connection, self._cashcode, messages, time, docnum)
            except sqlite3.Error:
                if not self._connection.raw.in_transaction:
                    raise
                self._put_aside(messages, time, docnum)
        self.wake()

    def _put_aside(self, messages: Sequence[Message], time: str, docnum: int | None) -> None:
        entries = [
            {"uuid": one.id, "cashcode": self._cashcode, "route": one.route, "op": one.op, "key": one.key,
             "body": outbox.body_of(one, time, docnum), "created": time}
            for one in messages
        ]  # fmt: skip
        self._known = self._known._replace(aside=self._known.aside + 1)
        try:
            self.aside.keep(entries, messages[0].op, time)
        except OSError as error:
            raise UserError(
                phrase(
                    "messages to the cash server can be written neither to {path} nor to {folder}: {reason}",
                    path=self._connection.path,
                    folder=self.aside.folder,
                    reason=error.strerror,
                ),
                code="queue",
                hint="free the disk or mend the rights on the data folder, then repeat",
            ) from error

    @property
    def backlog(self) -> Backlog:
        """What is not sent; counted anew only after something was owed, or was found sent in an idle moment."""
        if self._stale:
            self._stale = False
            try:
                self._known = look(self._connection, self.aside)
            except (UserError, sqlite3.Error):
                self._known = self._known._replace(aside=max(1, len(self.aside.waiting())))
        return self._known

    def unsent(self) -> int:
        """Messages that are not sent yet."""
        return self.backlog.unsent

    def idle(self) -> None:
        """Nothing else is to be done: pick up what lies in files, see what the sender has sent meanwhile."""
        if self.backlog.aside and not self._connection.read_only:
            self._pick_up()
        version = (self._connection.one("PRAGMA data_version") or (0,))[0]
        self._stale = self._stale or version != self._version
        self._version = version
        if not self._connection.read_only:
            self._let_go()

    def _let_go(self) -> None:
        """What was acknowledged long ago goes, a few rows at a time, once for every day that has a document."""
        try:
            newest = outbox.latest(self._connection)
            if newest[:10] != self._day:
                self._day, self._after = newest[:10], 0
            if self._after is not None:
                self._after = outbox.let_go(self._connection, self._after, newest)
        except (UserError, sqlite3.Error):
            # that the table cannot be used is what the backlog says; there is time until tomorrow
            self._after = None

    def _pick_up(self) -> None:
        try:
            self._stale = pick_up(self._connection, self.aside) > 0
        except UserError:
            self._stale = True

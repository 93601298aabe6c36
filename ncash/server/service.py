"""The whole server put together: engine, threads, application."""

import json
import uuid
from collections.abc import Sequence
from typing import NamedTuple, TextIO

from sqlalchemy import Connection, Engine

from ncash.model.ports import Clock, Random
from ncash.server.batching import Batcher
from ncash.server.database import accounts
from ncash.server.database.accounts import Account
from ncash.server.database.migrations import upgrade
from ncash.server.database.statements import by_arrays
from ncash.server.http import openapi
from ncash.server.http.app import App, Limits
from ncash.server.http.calls import Desk
from ncash.server.http.gate import Gate
from ncash.server.http.log import Log
from ncash.server.http.metrics import Metrics
from ncash.server.http.routes import ROUTES
from ncash.server.reader import Reader
from ncash.server.whitelist import OFF
from ncash.server.writer import Job, Writer

LEASE: float = 900.0
"""Seconds a reservation lives (cashserver.md)."""
MOST: int = 256
"""Calls in one transaction."""
WRITERS: int = 3
"""Transactions at once, so that one is prepared while the disk is busy with another; SQLite takes one at a time."""
LIGHT: int = 256
"""Marks of calls that are judged in the loop; it would be kept from its other work by more."""


class Options(NamedTuple):
    """How a server is run."""

    white_list: str = OFF
    lease: float = LEASE
    rate: int = 500
    """Calls a second of one account, 0 for no limit."""
    limits: Limits = Limits()


class Service:
    """A server that answers as soon as something serves its `app`. Raises UserError when there is no database."""

    def __init__(self, engine: Engine, clock: Clock, random: Random, stream: TextIO, options: Options) -> None:
        """`stream` gets the log."""
        upgrade(engine)
        self._engine = engine
        self.patience = options.limits.patience
        self.log = Log(stream, clock.now)
        mode = options.white_list
        count = 1 if engine.dialect.name == "sqlite" else WRITERS
        self._writers = [Writer(engine, clock, mode, options.lease) for _ in range(count)]
        self._reader, self._looker = Reader(engine, clock, mode), Reader(engine, clock, mode)
        waits = by_arrays(engine.dialect)

        def light(jobs: Sequence[Job]) -> bool:
            return waits and sum(map(len, jobs)) <= LIGHT

        self._changes = Batcher("writer", [writer.work for writer in self._writers], MOST, light)
        self._questions = Batcher("reader", [self._reader.work], MOST)
        self._gate = Gate(clock, uuid.UUID(random.uuid()).bytes, self._account, options.rate)
        metrics = Metrics()
        metrics.watch("transactions", "Transactions that changed marks", lambda: self._changes.batches)
        metrics.watch("changes", "Calls that changed marks, in these transactions", lambda: self._changes.items)
        metrics.watch("waiting", "Calls that wait for a transaction", lambda: self._changes.waiting)
        document = json.dumps(openapi.document(ROUTES), ensure_ascii=False).encode()
        desk = Desk(clock, self._writers[0], self._reader, self._changes, self._questions, metrics, document)
        self.app = App(desk, self._gate, self.log, random.uuid()[:8], options.limits)

    def close(self) -> None:
        """Finish what was begun and let the database go."""
        self._changes.close()
        self._questions.close()
        self._gate.close()
        for writer in self._writers:
            writer.close()
        self._reader.close()
        self._looker.close()
        self._engine.dispose()

    def _account(self, name: str) -> Account | None:
        def found(connection: Connection) -> Account | None:
            return accounts.find(connection, name)

        return self._looker.ask(found)

"""Composition of the server: engine, batches, threads and application."""

import json
import uuid
from collections.abc import Sequence
from typing import NamedTuple, TextIO

from sqlalchemy import Connection, Engine

from ncash.model.ports import Clock, Random
from ncash.server.batching import Batcher
from ncash.server.database import accounts
from ncash.server.database.accounts import UserAccount
from ncash.server.database.migrations import upgrade
from ncash.server.database.statements import by_arrays
from ncash.server.http import openapi
from ncash.server.http.app import App, Limits
from ncash.server.http.calls import ServerContext
from ncash.server.http.gate import Gate
from ncash.server.http.log import Log
from ncash.server.http.metrics import Metrics
from ncash.server.http.routes import ROUTES
from ncash.server.reader import Reader
from ncash.server.whitelist import OFF
from ncash.server.writer import Job, Writer

LEASE: float = 900.0
"""Seconds that a reservation lasts."""
LARGEST_BATCH: int = 256
"""Most calls in one transaction."""
WRITERS: int = 3
"""Transactions at a time, so that one is prepared while another waits for the disk; SQLite takes one."""
LARGEST_LOOP_BATCH: int = 256
"""Most marks of a batch that runs in the loop; a larger one would delay other requests."""


class Options(NamedTuple):
    """Options of a server."""

    white_list: str = OFF
    lease: float = LEASE
    rate: int = 500
    """Calls a second that one account may make, 0 for no limit."""
    limits: Limits = Limits()


class Service:
    """Server without its listener, which serves `app`. Raises UserError when there is no database."""

    def __init__(self, engine: Engine, clock: Clock, random: Random, stream: TextIO, options: Options) -> None:
        """`stream` receives the log."""
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
            return waits and sum(map(len, jobs)) <= LARGEST_LOOP_BATCH

        self._changes = Batcher("writer", [writer.decide_batch for writer in self._writers], LARGEST_BATCH, light)
        self._questions = Batcher("reader", [self._reader.answer_batch], LARGEST_BATCH)
        self._gate = Gate(clock, uuid.UUID(random.uuid()).bytes, self._account, options.rate)
        metrics = Metrics()
        metrics.watch("transactions", "Transactions that changed marks", lambda: self._changes.batches)
        metrics.watch("changes", "Calls that changed marks, in these transactions", lambda: self._changes.items)
        metrics.watch("waiting", "Calls that wait for a transaction", lambda: self._changes.waiting)
        document = json.dumps(openapi.document(ROUTES), ensure_ascii=False).encode()
        context = ServerContext(
            clock=clock, writer=self._writers[0], reader=self._reader, changes=self._changes,
            questions=self._questions, metrics=metrics, document=document,
        )  # fmt: skip
        self.app = App(context, self._gate, self.log, name=random.uuid()[:8], limits=options.limits)

    def close(self) -> None:
        """Finish running batches and close the database."""
        self._changes.close()
        self._questions.close()
        self._gate.close()
        for writer in self._writers:
            writer.close()
        self._reader.close()
        self._looker.close()
        self._engine.dispose()

    def _account(self, name: str) -> UserAccount | None:
        def found(connection: Connection) -> UserAccount | None:
            return accounts.find(connection, name)

        return self._looker.query(found)

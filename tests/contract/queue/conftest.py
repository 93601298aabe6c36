"""Outboxes, senders, and the cash server itself in this process: its application, its database, no sockets."""

import asyncio
import io
import json
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from ncash.model.outbox import Message
from ncash.model.ports import HttpAnswer, HttpRequest
from ncash.plugin import Account
from ncash.queue.http import PLAIN, HttpTransport
from ncash.queue.sender import Sender
from ncash.queue.transport import Operation, Reply, Transport
from ncash.server.database import accounts
from ncash.server.database.connection import address, engine_of
from ncash.server.database.tables import HISTORY, MARK, OPERATION
from ncash.server.service import Options, Service
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.outbox import outbox
from ncash.store.outbox.spill import Aside
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened
from ncash.testing import FrozenClock, SeededRandom

ROUTE = "http://127.0.0.1:8080/CSrest/rest/sales/exciseMark/status"
AT = "2027-01-15T12:00:00+03:00"


def message(number: int, op: str = "sold", key: str = "", receipt: str = "", route: str = ROUTE) -> Message:
    """One operation on a mark; its id follows from the number."""
    cis = key or f"0104607042439162215{number:012d}"
    body = {"mark": cis, "barcode": "4607042439162", "cashcode": "1", "shopcode": "1", "doctype": "sale",
            "documentid": receipt or f"receipt-{number}"}  # fmt: skip
    return Message(f"00000000-0000-4000-8000-{number:012d}", route, op, cis, body)


class Box:
    """The outbox of one database, as a test looks at it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection: Connection = opened(path, DOCUMENTS)
        self.aside = Aside(path.parent / "queue")

    def put(self, *messages: Message, time: str = AT) -> None:
        """Write them in one transaction."""
        with self.connection.write():
            outbox.put(self.connection, "1", messages, time)

    def rows(self, columns: str = "uuid, result, attempts") -> list[tuple[Any, ...]]:
        """What became of them, in the order of writing."""
        known = {
            "uuid, result, attempts": "SELECT uuid, result, attempts FROM outbox ORDER BY id",
            "result, status, sent": "SELECT result, status, sent FROM outbox ORDER BY id",
            "trouble": "SELECT trouble FROM outbox ORDER BY id",
            "body": "SELECT body FROM outbox ORDER BY id",
        }
        return self.connection.all(known[columns])

    @property
    def results(self) -> Counter[str | None]:
        """How many rows have which result."""
        return Counter(row[1] for row in self.rows())


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    """An empty outbox."""
    (tmp_path / "data").mkdir()
    made = Box(tmp_path / "data" / "Documents.sqlite")
    with closing(made.connection):
        yield made


@pytest.fixture
def clock() -> FrozenClock:
    """Stands still until it is moved."""
    return FrozenClock(AT)


class Recorder:
    """A transport that does what a test says, and remembers what it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[str]]] = []
        self.answer: Callable[[Sequence[Operation]], Sequence[Reply]] = applied
        self.closed = False

    def send(self, route: str, operations: Sequence[Operation]) -> Sequence[Reply]:
        """Implements Transport."""
        self.calls.append((route, [str(one["id"]) for one in operations]))
        return self.answer(operations)

    def close(self) -> None:
        """Implements Transport."""
        self.closed = True


def applied(operations: Sequence[Operation]) -> list[Reply]:
    """Everything is taken."""
    return [Reply(str(one["id"]), "applied", "SOLD") for one in operations]


@pytest.fixture
def recorder() -> Recorder:
    """A receiver in the test's hands."""
    return Recorder()


MakeSender = Callable[[Transport], Sender]


@pytest.fixture
def sender_of(box: Box, clock: FrozenClock) -> MakeSender:
    """A sender of the outbox over a transport."""
    return lambda transport: Sender(box.connection, transport, clock, SeededRandom("sender"), box.aside)


class Inside:
    """The cash server in this process: implements ports.Http for its own calls alone."""

    def __init__(self, folder: Path, clock: FrozenClock) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.engine = engine_of(address("", folder))
        self.service = Service(self.engine, clock, SeededRandom("server"), io.StringIO(), Options(rate=0))
        with self.engine.begin() as connection:
            accounts.add(connection, "till1", accounts.TILL, accounts.PASSWORD, "sesame", 0)
            accounts.add(connection, "office", accounts.ADMIN, accounts.PASSWORD, "sesame", 0)

    def account(self, route: str = ROUTE, user: str = "till1") -> Account:
        """How a till presents itself."""
        given = "Basic " + b64encode(f"{user}:sesame".encode()).decode()
        return Account({**PLAIN, "Authorization": given}, ("sesame", given), 20.0)

    def transport(self) -> HttpTransport:
        """The default transport, right to this server."""
        return HttpTransport(self, self.account)

    def send(self, request: HttpRequest, budget: float, limit: int = 1_000_000) -> HttpAnswer:
        """Implements ports.Http."""
        return asyncio.run_coroutine_threadsafe(self._called(request), self._loop).result(60)

    async def _called(self, request: HttpRequest) -> HttpAnswer:
        parts, sent = urlsplit(request.url), []
        scope = {
            "type": "http", "method": request.method, "path": parts.path, "query_string": parts.query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers.items()],
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.body or b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.service.app(scope, receive, send)
        body = b"".join(one.get("body", b"") for one in sent[1:])
        return HttpAnswer(sent[0]["status"], {}, body)

    def abandon(self) -> None:
        """Implements ports.Http."""

    def release(self, url: str) -> None:
        """Implements ports.Http."""

    def close(self) -> None:
        """End the server."""
        self.service.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def call(self, name: str, body: Any, user: str = "till1") -> Any:
        """The answer to a call of a till."""
        request = HttpRequest("POST", ROUTE.removesuffix("status") + name, self.account(user=user).headers,
                              json.dumps(body).encode())  # fmt: skip
        return json.loads(self.send(request, 20.0).body)

    def operations(self) -> list[str]:
        """Ids of the operations that took effect."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(OPERATION.c.id)).scalars())

    def changes(self) -> Counter[str]:
        """How often the state of each mark was changed."""
        with self.engine.connect() as connection:
            return Counter(connection.execute(select(HISTORY.c.cis)).scalars())

    def states(self) -> Counter[str]:
        """How many marks are in which state."""
        with self.engine.connect() as connection:
            return Counter(connection.execute(select(MARK.c.state)).scalars())


@pytest.fixture
def server(tmp_path: Path, clock: FrozenClock) -> Iterator[Inside]:
    """A cash server that knows nothing yet."""
    (tmp_path / "server").mkdir()
    with closing(Inside(tmp_path / "server", clock)) as running:
        yield running

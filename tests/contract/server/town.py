"""Real servers in threads of the test, real databases, and clients of their own connections."""

import io
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.server.database import accounts
from ncash.server.database.connection import address, engine_of
from ncash.server.database.migrations import upgrade
from ncash.server.http.routes import ROOT
from ncash.server.serve import ListenAddress, http_server
from ncash.server.service import Options, Service
from ncash.server.systemd import Notifier
from ncash.testing import eventually
from ncash.testing.chance import SeededRandom
from ncash.testing.clock import FrozenClock

SECRET: Final = "canary-S3CR3T-of-an-account"
KEYS: Final = {role: f"{role}-1.{SECRET}" for role in accounts.ROLES}
PATIENCE: Final = 60.0
TAIL: Final = "dGVz"
"""The verification part of every mark here."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]


def mark(serial: str) -> str:
    """A whole marking code; `serial` has 13 characters with what is filled up."""
    return f"0104607042439162215{serial:0>12}\x1d93{TAIL}"


class Caller:
    """A client with a kept connection."""

    def __init__(self, port: int, key: str | None = KEYS["till"], trusted: ssl.SSLContext | None = None) -> None:
        """`trusted`: over https."""
        place = ("127.0.0.1", port)
        self._line = (
            HTTPSConnection(*place, timeout=PATIENCE, context=trusted)
            if trusted
            else HTTPConnection(*place, timeout=PATIENCE)
        )
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *given: object) -> None:
        self._line.close()

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request; `path` beginning with / is the whole of it."""
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self._line.request(method, path if path.startswith("/") else f"{ROOT}/{path}", body, given)
        answer = self._line.getresponse()
        raw = answer.read()
        told = {name.lower(): value for name, value in answer.getheaders()}
        is_json = told.get("content-type", "").startswith("application/json")
        return Answer(answer.status, json.loads(raw) if is_json and raw else raw, told)

    def post(self, path: str, body: Any) -> Answer:
        """A body of JSON."""
        return self.call("POST", path, json.dumps(body).encode())

    def status(self, code: str, **more: Any) -> str:
        """The status call's word."""
        return str(self.post("status", asked(code, **more)).body["status"])

    def reserve(self, code: str, document: str = "d1", **more: Any) -> Answer:
        """Reserve one mark."""
        return self.post("reserve", asked(code, document, **more))

    def operate(self, *operations: dict[str, Any]) -> list[dict[str, Any]]:
        """Send queued operations; their results."""
        answer = self.post("operations", {"operations": list(operations)})
        assert answer.status == 200, answer.body
        results: list[dict[str, Any]] = answer.body["results"]
        return results


def asked(code: str, document: str = "d1", doctype: str = "sale", **more: Any) -> dict[str, Any]:
    """The body of a status or reserve call."""
    given = {"mark": code, "barcode": "4607042439162", "excisetype": "MARKEDGOODS", "shopcode": "1", "cashcode": "1"}
    return {**given, "doctype": doctype, "documentid": document, **more}


def operation(number: str, op: str, code: str, document: str = "d1", **more: Any) -> dict[str, Any]:
    """One element of an operations call."""
    given = {"id": number, "op": op, "docnum": "7", "time": "2027-01-15T12:00:00+03:00"}
    return {**asked(code, document), **given, **more}


class Running(NamedTuple):
    """A server that answers."""

    port: int
    service: Service
    clock: FrozenClock
    log: io.StringIO

    def caller(self, role: str | None = "till") -> Caller:
        """A client with the key of this role."""
        return Caller(self.port, KEYS[role] if role else None)

    def logged(self, lines: int) -> str:
        """The log when it has so many lines: an answer may be there a moment before its line."""
        eventually(lambda: self.log.getvalue().count("\n") >= lines, PATIENCE)
        return self.log.getvalue()


def prepared(database: str, folder: Path) -> None:
    """Bring the database up to date and make one account of each role."""
    engine = engine_of(address(database, folder))
    upgrade(engine)
    with engine.begin() as connection:
        for role in accounts.ROLES:
            if accounts.find(connection, f"{role}-1") is None:
                accounts.add(connection, f"{role}-1", role=role, kind=accounts.KEY, secret=SECRET, now=0)
    engine.dispose()


@contextmanager
def running(
    database: str, folder: Path, clock: FrozenClock | None = None, options: Options | None = None, seed: str = "a"
) -> Iterator[Running]:
    """A server in a thread of its own, on a port of its own."""
    clock, log = clock or FrozenClock(), io.StringIO()
    engine = engine_of(address(database, folder))
    service = Service(engine, clock, SeededRandom(seed), log, options or Options(rate=0))
    ports: list[int] = []
    listening = threading.Event()

    def ready(port: int) -> None:
        ports.append(port)
        listening.set()

    serving = http_server(service, ListenAddress("127.0.0.1", 0), ready, Notifier({}))
    thread = threading.Thread(target=serving.run, name="server")
    thread.start()
    try:
        assert listening.wait(PATIENCE)
        yield Running(ports[0], service, clock, log)
    finally:
        serving.should_exit = True
        thread.join(PATIENCE)
        service.close()
        assert not thread.is_alive()

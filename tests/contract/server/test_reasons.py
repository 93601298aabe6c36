"""A server whose database does not do it says why: all of it in its log, at level error, and in the answer what anybody
may read; tills pass it on."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError, StatementError

from ncash.model.http import LONGEST_SAID, answered
from ncash.network.http import RequestsHttp
from ncash.plugin import Account
from ncash.queue.http import HttpTransport
from ncash.queue.transport import DeliveryFailure
from ncash.server.database.reasons import for_anybody, reason_of
from ncash.system.clock import SystemClock

from .town import KEYS, ROOT, SECRET, TAIL, Caller, Running, asked, mark, operation, running

PASSWORD: Final = "pa55 of the database"
CALLS: Final[tuple[tuple[str, str, Any], ...]] = (
    ("POST", "status", asked(mark("one"))),
    ("POST", "reserve", asked(mark("one"))),
    ("POST", "operations", {"operations": [operation("1", "sold", mark("one"))]}),
    ("GET", "/readyz", None),
)


@contextmanager
def stopped(url: str, folder: Path) -> Iterator[Running]:
    """A server whose database has gone: its tables are dropped behind it, or nobody may connect any more."""
    with running(url, folder) as town:
        with town.caller() as till:
            till.reserve(mark("known"))
        yield town


def told(town: Running, lines: int) -> list[dict[str, Any]]:
    return [json.loads(line) for line in town.logged(lines).splitlines()]


def asked_of(town: Running, method: str, path: str, body: Any) -> Any:
    with town.caller() as till:
        return till.call(method, path, None if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_a_database_that_went_away_is_named(method: str, path: str, body: Any, databases: Any, tmp_path: Path) -> None:
    """PostgreSQL lets nobody in any more; the till is known to the server, or not."""
    url = databases.ready("postgresql")
    with stopped(url, tmp_path) as town:
        _shut(url)
        before = town.log.getvalue().count("\n")
        answer = asked_of(town, method, path, body)
        line = told(town, before + 1)[-1]
        _open(url)
    assert (answer.status, answer.body["error"]["code"]) == (503, "database")
    assert "is not currently accepting connections" in answer.body["error"]["text"]
    assert sqlalchemy.make_url(url).database not in answer.body["error"]["text"]
    assert answer.body["error"]["hint"]
    assert (line["level"], line["event"], line["status"]) == ("error", "request", 503)
    assert f'database "{sqlalchemy.make_url(url).database}" is not currently accepting' in line["reason"]


def _shut(url: str) -> None:
    name = sqlalchemy.make_url(url).database
    with psycopg.connect(_others(url), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[call-overload]
        connection.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", (name,))


def _open(url: str) -> None:
    with psycopg.connect(_others(url), autocommit=True) as connection:
        name = sqlalchemy.make_url(url).database
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[call-overload]


def _others(url: str) -> str:
    return sqlalchemy.make_url(url).set(database="postgres").render_as_string(False)


@pytest.mark.parametrize(("method", "path", "body"), CALLS[:3])
def test_a_right_that_is_missing_is_named(method: str, path: str, body: Any, databases: Any, tmp_path: Path) -> None:
    """The server's role may write into its tables, until somebody takes that away."""
    url = databases.ready("postgresql")
    with clerk(url) as (own, database), stopped(own, tmp_path) as town:
        database.execute("REVOKE ALL ON mark FROM clerk")
        _refused_with("permission denied for table mark", town, method, path, body)


@contextmanager
def clerk(url: str) -> Iterator[tuple[str, "psycopg.Connection[Any]"]]:
    """The address of a role that owns nothing, and a connection of the one that does."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE ROLE clerk LOGIN PASSWORD 'hidden'")
        database.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk")
        database.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk")
        try:
            yield sqlalchemy.make_url(url).set(username="clerk", password="hidden").render_as_string(False), database
        finally:
            database.execute("DROP OWNED BY clerk")
            database.execute("DROP ROLE clerk")


@pytest.mark.parametrize(("method", "path", "body"), CALLS[:3])
def test_a_table_that_is_missing_is_named(method: str, path: str, body: Any, databases: Any, tmp_path: Path) -> None:
    url = databases.ready("sqlite")
    with stopped(url, tmp_path) as town:
        _hide_marks(url)
        _refused_with("no such table: mark", town, method, path, body)


def _hide_marks(url: str) -> None:
    with closing(sqlite3.connect(url)) as raw:
        raw.execute("ALTER TABLE mark RENAME TO elsewhere")


def _refused_with(reason: str, town: Running, method: str, path: str, body: Any) -> None:
    before = town.log.getvalue().count("\n")
    answer = asked_of(town, method, path, body)
    lines = told(town, before + 1)
    assert (answer.status >= 500, answer.body["error"]["code"]) == (True, "database")
    assert reason in answer.body["error"]["text"]
    assert [line["level"] for line in lines if reason in line.get("reason", "")] == ["error"]
    assert TAIL not in town.log.getvalue()


def test_the_queue_and_the_doctor_of_a_till_say_what_the_server_said(small: Running, tmp_path: Path) -> None:
    http = RequestsHttp(SystemClock())
    headers = {"Authorization": f"Bearer {KEYS['till']}", "Content-Type": "application/json"}
    transport = HttpTransport(http, lambda route: Account(headers, (SECRET,), 10.0))
    _hide_marks(str(next(tmp_path.glob("server*.sqlite"))))
    with pytest.raises(DeliveryFailure) as undelivered:
        transport.send(f"http://127.0.0.1:{small.port}{ROOT}/status", [operation("1", "sold", mark("one"))])
    assert "no such table: mark" in str(undelivered.value)
    http.close()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error":{"code":"x","text":"the disk is full"}}', "the server answered 503: the disk is full"),
        (b'{"error":{"text":"a\\u0000b\\u001b[2J"}}', "the server answered 503: ab[2J"),
        (b'{"error":"a text"}', "the server answered 503"),
        (b'{"error":{"text":7}}', "the server answered 503"),
        (b"[]", "the server answered 503"),
        (b"<html>bad gateway</html>", "the server answered 503"),
        (b"", "the server answered 503"),
        (b"[" * 100_000, "the server answered 503"),
        (b'{"error":{"text":"' + b"x" * 5000 + b'"}}', "the server answered 503: " + "x" * LONGEST_SAID),
    ],
)
def test_what_a_server_says_of_itself_is_taken_where_it_is_said_so(body: bytes, said: str) -> None:
    assert answered(503, body) == said


URL: Final = "postgresql+psycopg://ncash:pa55%20of%20the%20database@db.example:5432/marks?sslpassword=hidden"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            psycopg.OperationalError('connection to server at "db.example" (10.1.2.3), port 5432 failed: FATAL:  x\n'),
            'connection to server at "db.example" (10.1.2.3), port 5432 failed: FATAL: x',
        ),
        (
            psycopg.errors.UniqueViolation("duplicate key\nDETAIL:  Key (mark)=(93dGVz) already exists."),
            "duplicate key",
        ),
        (
            psycopg.errors.UndefinedTable(
                'relation "mark" does not exist\nLINE 1: SELECT * FROM mark WHERE x = 93dGVz'
            ),
            'relation "mark" does not exist',
        ),
        (sqlite3.OperationalError("attempt to write a readonly database"), "attempt to write a readonly database"),
        (psycopg.OperationalError(f"could not use {PASSWORD} nor hidden"), "could not use **** nor ****"),
        (psycopg.OperationalError("bad address postgresql://u:other@h/x"), "bad address postgresql://u:****@h/x"),
        (psycopg.OperationalError(""), "OperationalError"),
        (ValueError("\x1b[2J" + "x" * 900), "[2J" + "x" * 497 + "…"),
    ],
)
def test_a_reason_is_the_drivers_without_secrets_and_rows(error: Exception, reason: str) -> None:
    wrapped = OperationalError("INSERT INTO mark VALUES (?)", {"mark": "93dGVz"}, error)
    assert reason_of(error, URL) == reason
    assert reason_of(wrapped, URL) == reason
    assert reason_of(StatementError("a", "INSERT", {"mark": "93dGVz"}, error), sqlalchemy.make_url(URL)) == reason


def test_the_password_of_the_environment_is_covered_too() -> None:
    os.environ["PGPASSWORD"] = "of-the-environment"
    try:
        assert reason_of(ValueError("it is of-the-environment")) == "it is ****"
    finally:
        del os.environ["PGPASSWORD"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            'connection to server at "db.example" (10.1.2.3), port 5432 failed: Connection refused',
            "connection to server at … failed: Connection refused",
        ),
        ('connection to server at "::1" (::1), port 1 failed: no', "connection to server at … failed: no"),
        ('FATAL: password authentication failed for user "ncash"', "FATAL: password authentication failed for user …"),
        ("failed to resolve host 'db.example': [Errno -2]", "failed to resolve host …: [Errno -2]"),
        ("disk I/O error", "disk I/O error"),
    ],
)
def test_anybody_reads_no_names_and_places(reason: str, said: str) -> None:
    assert for_anybody(reason) == said


def test_a_stranger_learns_no_more_of_a_database_that_is_away(databases: Any, tmp_path: Path) -> None:
    url = databases.ready("postgresql")
    with stopped(url, tmp_path) as town:
        _shut(url)
        with Caller(town.port, "nobody.wrong-secret") as stranger:
            answer = stranger.post("status", asked(mark("one")))
        _open(url)
    assert answer.status == 503
    assert str(sqlalchemy.make_url(url).database) not in json.dumps(answer.body)

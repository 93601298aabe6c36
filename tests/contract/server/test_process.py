"""The server as a process: killed and started again, stopped, told to systemd, over TLS, without its libraries."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import sqlalchemy
import trustme

from ncash.cli.main import run

from .town import PATIENCE, Caller, mark, operation

SERVER: Final = [sys.executable, "-m", "ncash.cli.main", "server", "run"]
ENOUGH: Final = 100
"""Acknowledged operations before the server is killed."""


@contextmanager
def process(*words: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its address."""
    with open(os.devnull, "r+", encoding="utf-8") as nothing:
        running = subprocess.Popen(
            [*SERVER, "--listen", "127.0.0.1:0", *words], stdout=subprocess.PIPE, stderr=nothing, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip
    assert running.stdout is not None
    try:
        yield running, running.stdout.readline().strip()
    finally:
        running.kill()
        running.wait(PATIENCE)
        running.stdout.close()


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def till_of(port: int, till: int, acknowledged: list[str], enough: threading.Event) -> None:
    """Sells until the server is gone."""
    with Caller(port) as caller:
        for number in range(10_000):
            key = f"{till}-{number}"
            try:
                results = caller.operate(operation(key, "sold", mark(key), key))
            except (OSError, HTTPException):
                return
            assert results[0]["result"] == "applied"
            acknowledged.append(key)
            if len(acknowledged) >= ENOUGH:
                enough.set()


def test_what_was_acknowledged_survives_a_kill(database: str, tmp_path: Path) -> None:
    acknowledged: list[str] = []
    enough = threading.Event()
    words = ("--database", database, "--data", str(tmp_path), "--conf", str(tmp_path / "none"))
    with process(*words) as (server, address):
        tills = [
            threading.Thread(target=till_of, args=(port_of(address), till, acknowledged, enough)) for till in range(8)
        ]
        for thread in tills:
            thread.start()
        assert enough.wait(PATIENCE)
        server.kill()
        for thread in tills:
            thread.join(PATIENCE)
    with process(*words) as (_, address), Caller(port_of(address)) as caller:
        sent = sorted({*acknowledged, *(f"{till}-{number}" for till in range(8) for number in range(ENOUGH))})
        told = {}
        for start in range(0, len(sent), 500):
            part = [operation(key, "sold", mark(key), key) for key in sent[start : start + 500]]
            told |= {one["id"]: (one["result"], one["status"]) for one in caller.operate(*part)}
        assert {told[key] for key in acknowledged} == {("duplicate", "SOLD")}
        assert set(told.values()) <= {("duplicate", "SOLD"), ("applied", "SOLD")}
        histories = [caller.call("GET", f"marks?mark={mark(key)[:31]}").body["history"] for key in acknowledged[-20:]]
        assert {len(history) for history in histories} == {1}


def test_sigterm_ends_it_well_and_systemd_hears_of_it(tmp_path: Path) -> None:
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(place)
        systemd.settimeout(PATIENCE)
        given = {"NOTIFY_SOCKET": place, "WATCHDOG_USEC": "2000000"}
        with process("--data", str(tmp_path), "--conf", str(tmp_path / "none"), **given) as (server, address):
            assert address.startswith("http://127.0.0.1:")
            assert systemd.recv(100) == b"READY=1"
            assert systemd.recv(100) == b"WATCHDOG=1"
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) == 0
            words = {systemd.recv(100)}
            while b"STOPPING=1" not in words:
                words.add(systemd.recv(100))
    assert (tmp_path / "CashServer.sqlite").is_file()


def answer_over_sigterm(folder: Path) -> bytes:
    """What comes of a request that is sent just before the signal; nothing when the server had not begun it."""
    with process("--data", str(folder), "--conf", str(folder / "none")) as (server, address):
        answer = b""
        with socket.create_connection(("127.0.0.1", port_of(address)), timeout=PATIENCE) as line:
            line.sendall(b"GET /readyz HTTP/1.1\r\nHost: t\r\n\r\n")
            server.send_signal(signal.SIGTERM)
            with suppress(ConnectionResetError):
                while chunk := line.recv(65_536):
                    answer += chunk
        assert server.wait(PATIENCE) == 0
        return answer


def test_a_running_request_is_finished_at_sigterm(tmp_path: Path) -> None:
    answers = (answer_over_sigterm(tmp_path) for _ in range(10))
    assert next(filter(None, answers)).startswith(b"HTTP/1.1 200 ")


def test_a_certificate_makes_it_https(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    words = ("--certificate", str(certificate), "--private-key", str(key), "--data", str(tmp_path))
    with process(*words, "--conf", str(tmp_path / "none")) as (_, address):
        assert address.startswith("https://")
        with urllib.request.urlopen(f"{address}/healthz", context=trusted, timeout=PATIENCE) as answer:
            assert json.load(answer) == {"status": "ok"}


def refused(*words: str, **environment: str) -> str:
    """What the command says when it cannot do it."""
    given = {**os.environ, "LC_ALL": "C", **environment}
    command = [sys.executable, "-m", "ncash.cli.main", "server", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=given, check=False, timeout=PATIENCE)
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_a_place_that_is_taken_is_named_with_the_reason(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        said = refused("run", "--listen", place, "--data", str(tmp_path))
    assert f"cannot listen on {place}: " in said
    assert "address already in use" in said


@pytest.mark.parametrize(("name", "reason"), [("none.pem", "PEM"), ("missing.pem", "No such file or directory")])
def test_a_certificate_that_is_none_is_named_with_the_reason(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    words = ("--certificate", str(tmp_path / name), "--listen", "127.0.0.1:0", "--data", str(tmp_path))
    said = refused("run", *words)
    assert f"{name} with the key in it cannot be used: " in said
    assert reason in said


def test_without_its_libraries_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sqlalchemy.py").write_text("raise ImportError\n")
    said = refused("run", "--data", str(tmp_path), PYTHONPATH=str(tmp_path))
    assert "pip install 'ncash[server]'" in said


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgresql://u:hidden@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://u@127.0.0.1:1/x?password=hidden", "Connection refused"),
        ("postgres://u:hidden@nosuch.invalid/x", "failed to resolve host"),
        ("mysql://u:hidden@127.0.0.1:1/x", "the server keeps its tables in SQLite or PostgreSQL, not in mysql"),
        ("mysql+pymysql://u:hidden@h/x", "not in mysql"),
        ("postgresql+psycopg2://u:hidden@h/x", "No module named 'psycopg2'"),
        ("mssql+pyodbc://u:hidden@h/x", "the server keeps its tables in SQLite or PostgreSQL, not in mssql"),
        ("oracle://u:hidden@h/x", "not in oracle"),
        ("nosuch/CashServer.sqlite", "unable to open database file"),
        (".", "unable to open database file"),
        ("text.sqlite", "file is not a database"),
    ],
)
@pytest.mark.parametrize("words", [("user", "list"), ("run", "--listen", "127.0.0.1:0"), ("conflicts",)])
def test_a_database_that_cannot_be_used_is_named_with_its_drivers_reason(
    words: tuple[str, ...], address: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.sqlite").write_text("no database, and long enough to be looked at by SQLite " * 20)
    assert run(["server", *words, "--database", address, "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 2
    assert "hidden" not in said


def test_rights_that_are_missing_are_named_by_the_commands(databases: Any, tmp_path: Path) -> None:
    """The operator may read the tables and not write into them."""
    url = databases.ready("postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'hidden'")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    try:
        read_only = sqlalchemy.make_url(url).set(username="reader", password="hidden").render_as_string(False)
        said = refused("user", "remove", "till-1", "--database", read_only, "--data", str(tmp_path))
        assert "permission denied for table account" in said
        assert "hidden" not in said
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY reader")
            connection.execute("DROP ROLE reader")


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "ncash.ini").write_text("[Server]\nleaseMinutes = soon\n", encoding="utf-8")
    said = refused("run", "--conf", str(tmp_path), "--data", str(tmp_path))
    assert "ncash.ini:2" in said

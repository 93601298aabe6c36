"""The tables: made by steps, the same for a new and an upgraded database, never by a newer program."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import inspect, update

from ncash.cli.server_desk import ServerDesk
from ncash.errors import UserError
from ncash.server.database.connection import address, engine_of
from ncash.server.database.migrations import STEPS, upgrade
from ncash.server.database.tables import METADATA, VERSION
from ncash.system.clock import SystemClock, SystemRandom

from .town import mark, running

ENGINES = ("sqlite", "postgresql")
RECORDED = Path(__file__).parent / "recorded"


def shape(url: str, folder: Path) -> dict[str, Any]:
    """Tables, columns and keys as the database tells them."""
    engine = engine_of(address(url, folder))
    looked = inspect(engine)
    found = {
        table: (
            [(one["name"], str(one["type"]), one["nullable"]) for one in looked.get_columns(table)],
            looked.get_pk_constraint(table)["constrained_columns"],
            sorted(tuple(one["column_names"]) for one in looked.get_unique_constraints(table)),
        )
        for table in looked.get_table_names()
    }
    engine.dispose()
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("version", range(len(STEPS)))
def test_an_upgraded_database_is_like_a_new_one(engine: str, version: int, databases: Any, tmp_path: Path) -> None:
    new, old = databases.empty(engine), databases.empty(engine)
    for url, steps in ((new, (len(STEPS),)), (old, (version, len(STEPS)))):
        opened = engine_of(address(url, tmp_path))
        for upto in steps:
            upgrade(opened, upto)
        opened.dispose()
    assert shape(old, tmp_path) == shape(new, tmp_path)
    assert shape(new, tmp_path).keys() == METADATA.tables.keys()


@pytest.mark.parametrize("recorded", sorted(RECORDED.glob("*.sql")), ids=lambda path: path.stem)
def test_a_database_of_an_earlier_version_becomes_one_of_today(recorded: Path, databases: Any, tmp_path: Path) -> None:
    old, new = tmp_path / "old.sqlite", databases.empty("sqlite")
    raw = sqlite3.connect(old)
    raw.executescript(recorded.read_text(encoding="utf-8"))
    raw.close()
    for url in (str(old), new):
        opened = engine_of(address(url, tmp_path))
        upgrade(opened)
        opened.dispose()
    assert shape(str(old), tmp_path) == shape(new, tmp_path)


def test_conflicts_of_an_earlier_version_are_open_and_can_be_settled(tmp_path: Path) -> None:
    """Version 3 had no settlements; its conflicts keep both receipts."""
    raw = sqlite3.connect(tmp_path / "CashServer.sqlite")
    raw.executescript((RECORDED / "version-3.sql").read_text(encoding="utf-8"))
    row = (1, "0104607042439162215Abc.1", 2, 0, "SOLD", "d1", "7", "1", "1", "t", "SOLD", "d2", "8", "2", "1", "t")
    raw.execute(f"INSERT INTO conflict VALUES ({', '.join('?' * len(row))})", row)
    raw.commit()
    raw.close()
    with ServerDesk(tmp_path, "", SystemClock(), SystemRandom()) as desk:
        [found] = desk.conflicts()["conflicts"]
        assert (found["found"]["documentid"], found["came"]["documentid"]) == ("d1", "d2")
        desk.settle("1", "boss", "seen")
        assert desk.conflicts() == {"conflicts": []}
        [settled] = desk.conflicts(every=True)["conflicts"]
        assert settled == {**found, "settled": {"time": settled["settled"]["time"], "who": "boss", "reason": "seen"}}


@pytest.mark.parametrize("engine", ENGINES)
def test_servers_that_start_together_do_not_get_into_each_others_way(
    engine: str, databases: Any, tmp_path: Path
) -> None:
    url, failed = databases.empty(engine), []

    def start() -> None:
        opened = engine_of(address(url, tmp_path))
        try:
            upgrade(opened)
        except UserError as error:
            failed.append(error)
        opened.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert shape(url, tmp_path).keys() == METADATA.tables.keys()


def test_a_database_of_a_newer_program_is_left_alone(database: str, tmp_path: Path) -> None:
    engine = engine_of(address(database, tmp_path))
    with engine.begin() as connection:
        connection.execute(update(VERSION).values(version=len(STEPS) + 1))
    with pytest.raises(UserError, match=f"this ncash knows up to {len(STEPS)}"):
        upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize("text", ["postgres://h/x", "postgresql://h/x", "postgresql+psycopg://h/x"])
def test_postgresql_is_spoken_to_by_one_driver(text: str, tmp_path: Path) -> None:
    assert address(text, tmp_path).drivername == "postgresql+psycopg"


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        address("://", tmp_path)
    with pytest.raises(UserError):
        engine_of(address("nosuch://host/x", tmp_path))


def test_a_connection_that_the_database_cut_is_made_anew(databases: Any, tmp_path: Path) -> None:
    url = databases.ready("postgresql")
    with running(url, tmp_path) as town, town.caller() as till:
        for number in range(6):
            assert till.reserve(mark(f"a{number}")).status == 200
            assert till.status(mark(f"a{number}")) == "RESERVED_SALE"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
        assert till.call("GET", "/readyz").status == 200

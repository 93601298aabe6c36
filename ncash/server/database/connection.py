"""The database of the server: a file of SQLite or a URL, one kept connection for writing and one for reading."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from ncash.errors import UserError
from ncash.language import phrase
from ncash.server.database.inloop import apart
from ncash.server.database.reasons import driver_of, reason_of, shown
from ncash.server.database.statements import by_arrays

DEFAULT_FILE: Final = "CashServer.sqlite"
WAIT: Final = 10.0
"""Seconds to wait for a connection, or for another program that is writing."""
_GIVEN: Final[dict[str, Any]] = {
    "connect_timeout": int(WAIT), "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": int(WAIT * 1000),
}  # fmt: skip
"""To libpq, unless the URL says otherwise: a database whose machine vanished is noticed, not waited for."""
_DRIVERS: Final = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_SERVED: Final = ("sqlite", "postgresql", "mssql")
"""MS SQL Server is not tested."""
_PLANS: Final = (
    "SET enable_seqscan = off", "SET enable_hashjoin = off", "SET enable_mergejoin = off",
    "SET plan_cache_mode = force_generic_plan",
)  # fmt: skip
_AGAIN: Final = frozenset({"40001", "40P01"})
"""SQLSTATE: serialization failure, deadlock."""


class Again(Exception):
    """Somebody else was first, or the database asks for it: the transaction is to be done once more."""


class Unavailable(Exception):
    """The database does not answer; the text is its driver's reason (`ncash.server.database.reasons`)."""


class Refused(Exception):
    """The database answers and does not do it; the text is its reason."""


def address(text: str, data: Path) -> URL:
    """`text` is a URL, or a file in the data folder; nothing means the default file. Raises UserError."""
    if "://" not in text:
        return URL.create("sqlite", database=str(data / (text or DEFAULT_FILE)))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        hint = "postgresql://user@host/database, or the name of a file in the data folder"
        raise UserError("the address of the database is no URL", code="database", hint=hint) from error
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def engine_of(url: URL) -> Engine:
    """The engine for an address; nothing is connected yet. Raises UserError for one that is not served."""
    served = url.get_backend_name()
    if served not in _SERVED:
        hint = "postgresql://user@host/database, or the name of a file in the data folder"
        text = phrase(
            "{url}: the server keeps its tables in SQLite or PostgreSQL, not in {served}", url=shown(url), served=served
        )
        raise UserError(text, code="database", hint=hint)
    try:
        if served != "sqlite":
            ours = url.get_driver_name() == "psycopg"
            given = {name: value for name, value in _GIVEN.items() if ours and name not in url.query}
            engine = create_engine(url, connect_args=given, paramstyle="format")
            if ours:
                event.listen(engine, "connect", _by_index)
            return engine
        engine = create_engine(url, connect_args={"timeout": WAIT, "check_same_thread": False})
    except (SQLAlchemyError, ImportError) as error:
        text = phrase("no driver for {url}: {driver}", url=shown(url), driver=driver_of(error))
        raise UserError(text, code="database", hint="pip install 'ncash[server]'") from error
    event.listen(engine, "connect", _prepared)
    event.listen(engine, "begin", _begun)
    return engine


def _prepared(raw: Any, record: Any) -> None:
    raw.isolation_level = None
    for pragma in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
        raw.execute(pragma)


def _by_index(raw: Any, record: Any) -> None:
    """A plan that was made while a table was small, and is kept, must not read the whole of it when it has grown."""
    for statement in _PLANS:
        raw.execute(statement)
    raw.commit()


def _begun(connection: Connection) -> None:
    """A transaction that reads before it writes is the only one to do so from its first statement on."""
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """The same database for statements that only read, each of them a transaction of its own."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reading=True)
    return engine.execution_options(reading=True, isolation_level="AUTOCOMMIT")


def writing(engine: Engine) -> Engine:
    """The same database for changes; on PostgreSQL a change is one statement, and that a transaction of its own."""
    return engine.execution_options(isolation_level="AUTOCOMMIT") if by_arrays(engine.dialect) else engine


class Link:
    """One connection that is kept, and made anew after it broke. Used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._alone = engine.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        self._connection: Connection | None = None
        self._driver: Any = engine.dialect.loaded_dbapi
        self._broken: tuple[type[Exception], ...] = (self._driver.OperationalError, self._driver.InterfaceError)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction. Raises Unavailable when there is no connection, or it broke, and Refused; IntegrityError stays
        what it is."""
        try:
            connection = self._connection = self._connection or self._engine.connect()
            with connection.begin():
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as error:
            if self._connection is None or error.connection_invalidated or isinstance(error, OperationalError):
                self.close()
                raise Unavailable(self._reason(error)) from error
            raise Refused(self._reason(error)) from error
        except self._driver.Error as error:
            if isinstance(error, self._driver.IntegrityError):
                raise
            if isinstance(error, self._broken):
                self.close(invalid=True)
                raise Unavailable(self._reason(error)) from error
            raise Refused(self._reason(error)) from error

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """The driver's own cursor: in a transaction, or where the engine is one for `writing` in what that needs.

        Raises Unavailable when there is no connection, or it broke, Again when all of it is to be repeated, Refused.
        """
        try:
            connection = self._connection = self._connection or apart(self._engine.connect)
        except DBAPIError as error:
            raise Unavailable(self._reason(error)) from error
        driver: Any = connection.connection.driver_connection
        try:
            with closing(driver.cursor()) as cursor:
                if self._engine.dialect.name == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                yield cursor
            if not self._alone:
                driver.commit()
        except BaseException as error:
            self._undone(driver, error)
            raise

    def _undone(self, driver: Any, error: BaseException) -> None:
        """Take the transaction back. Raises Unavailable for a connection that broke, Again for what is to be repeated,
        Refused for anything else that the driver says."""
        broken = isinstance(error, self._broken)
        try:
            driver.rollback()
        except self._driver.Error:
            broken = True
        if broken:
            self.close(invalid=True)
        if isinstance(error, self._driver.IntegrityError) or getattr(error, "sqlstate", None) in _AGAIN:
            raise Again from error
        if broken and isinstance(error, Exception):
            raise Unavailable(self._reason(error)) from error
        if isinstance(error, self._driver.Error):
            raise Refused(self._reason(error)) from error

    def _reason(self, error: BaseException) -> str:
        return reason_of(error, self._engine.url)

    def close(self, invalid: bool = False) -> None:
        """Give the connection back, or throw it away."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if invalid:
                connection.invalidate()
            connection.close()

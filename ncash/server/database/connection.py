"""Database of the server, a SQLite file or a URL: its engine, and connections that are kept open."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from ncash.errors import UserError
from ncash.language import phrase
from ncash.server.database.inloop import off_loop
from ncash.server.database.reasons import driver_of, reason_of, shown
from ncash.server.database.statements import by_arrays

DEFAULT_FILE: Final = "CashServer.sqlite"
WAIT: Final = 10.0
"""Seconds to wait for a connection, or for another program's write."""
_GIVEN: Final[dict[str, Any]] = {
    "connect_timeout": int(WAIT), "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": int(WAIT * 1000),
}  # fmt: skip
"""Defaults for libpq, unless the URL says otherwise: they detect a database whose machine has vanished."""
_DRIVERS: Final = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_SERVED: Final = ("sqlite", "postgresql")
_PLANS: Final = (
    "SET enable_seqscan = off", "SET enable_hashjoin = off", "SET enable_mergejoin = off",
    "SET plan_cache_mode = force_generic_plan",
)  # fmt: skip
_RETRIED_STATES: Final = frozenset({"40001", "40P01"})
"""SQLSTATEs of a serialization failure and of a deadlock."""


class RetryNeeded(Exception):
    """The transaction must be repeated: another one was first, or the database asks for it."""


class DatabaseUnavailable(Exception):
    """The database does not answer; the text is the driver's reason (`ncash.server.database.reasons`)."""


class DatabaseRefusal(Exception):
    """The database answers and rejects the statement; the text is its reason."""


def address(text: str, data: Path) -> URL:
    """URL of a database, given as a URL or a file in the data folder; empty: the default file. Raises UserError."""
    if "://" not in text:
        return URL.create("sqlite", database=str(data / (text or DEFAULT_FILE)))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        hint = "postgresql://user@host/database, or the name of a file in the data folder"
        raise UserError("the address of the database is no URL", code="database", hint=hint) from error
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def engine_of(url: URL) -> Engine:
    """Engine for an address, not connected yet. Raises UserError for a kind of database that is not served."""
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
                event.listen(engine, "connect", _forbid_table_scans)
            return engine
        engine = create_engine(url, connect_args={"timeout": WAIT, "check_same_thread": False})
    except (SQLAlchemyError, ImportError) as error:
        text = phrase("no driver for {url}: {driver}", url=shown(url), driver=driver_of(error))
        raise UserError(text, code="database", hint="pip install 'ncash[server]'") from error
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _set_pragmas(raw: Any, record: Any) -> None:
    raw.isolation_level = None
    for pragma in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"):
        raw.execute(pragma)


def _forbid_table_scans(raw: Any, record: Any) -> None:
    """Set planner options, so that a plan cached while a table was small does not scan it when it has grown."""
    for statement in _PLANS:
        raw.execute(statement)
    raw.commit()


def _begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock at the start of a transaction that reads before it writes."""
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """Engine on the same database for statements that only read, each in a transaction of its own."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reading=True)
    return engine.execution_options(reading=True, isolation_level="AUTOCOMMIT")


def writing(engine: Engine) -> Engine:
    """Engine on the same database for changes; on PostgreSQL a change is one statement in a transaction of its own."""
    return engine.execution_options(isolation_level="AUTOCOMMIT") if by_arrays(engine.dialect) else engine


class KeptConnection:
    """Connection that is kept open, and replaced after it broke. Used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._autocommit = engine.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        self._connection: Connection | None = None
        self._driver: Any = engine.dialect.loaded_dbapi
        self._broken: tuple[type[Exception], ...] = (self._driver.OperationalError, self._driver.InterfaceError)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """SQLAlchemy transaction. Raises DatabaseUnavailable without a connection, DatabaseRefusal, IntegrityError."""
        try:
            connection = self._connection = self._connection or self._engine.connect()
            with connection.begin():
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as error:
            if self._connection is None or error.connection_invalidated or isinstance(error, OperationalError):
                self.close()
                raise DatabaseUnavailable(self._reason(error)) from error
            raise DatabaseRefusal(self._reason(error)) from error
        except self._driver.Error as error:
            if isinstance(error, self._driver.IntegrityError):
                raise
            if isinstance(error, self._broken):
                self.close(invalid=True)
                raise DatabaseUnavailable(self._reason(error)) from error
            raise DatabaseRefusal(self._reason(error)) from error

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Cursor of the driver itself, in a transaction unless the engine is in autocommit mode (`writing`).

        Raises DatabaseUnavailable without a connection, RetryNeeded, DatabaseRefusal.
        """
        try:
            connection = self._connection = self._connection or off_loop(self._engine.connect)
        except DBAPIError as error:
            raise DatabaseUnavailable(self._reason(error)) from error
        driver: Any = connection.connection.driver_connection
        try:
            with closing(driver.cursor()) as cursor:
                if self._engine.dialect.name == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                yield cursor
            if not self._autocommit:
                driver.commit()
        except BaseException as error:
            self._roll_back(driver, error)
            raise

    def _roll_back(self, driver: Any, error: BaseException) -> None:
        """Roll the transaction back.

        Raises DatabaseUnavailable for a broken connection, RetryNeeded when the transaction must be repeated,
        DatabaseRefusal for any other error of the driver.
        """
        broken = isinstance(error, self._broken)
        try:
            driver.rollback()
        except self._driver.Error:
            broken = True
        if broken:
            self.close(invalid=True)
        if isinstance(error, self._driver.IntegrityError) or getattr(error, "sqlstate", None) in _RETRIED_STATES:
            raise RetryNeeded from error
        if broken and isinstance(error, Exception):
            raise DatabaseUnavailable(self._reason(error)) from error
        if isinstance(error, self._driver.Error):
            raise DatabaseRefusal(self._reason(error)) from error

    def _reason(self, error: BaseException) -> str:
        return reason_of(error, self._engine.url)

    def close(self, invalid: bool = False) -> None:
        """Return the connection to its pool, or discard it when it is invalid."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if invalid:
                connection.invalidate()
            connection.close()

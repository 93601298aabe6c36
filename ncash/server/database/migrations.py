"""Migrations of the server's database: a new database takes the same numbered steps as an old one."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Engine, Table, delete, insert, inspect, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ncash.errors import UserError
from ncash.language import phrase
from ncash.server.database.reasons import reason_of, shown
from ncash.server.database.tables import (
    ACCOUNT,
    CONFLICT,
    HISTORY,
    MARK,
    METADATA,
    OPERATION,
    SETTLEMENT,
    VERSION,
    WHITELIST,
)

Migration = Callable[[Connection], None]
_TRIES: Final = 10


def _made(*tables: Table) -> Migration:
    return lambda connection: METADATA.create_all(connection, tables=tables, checkfirst=False)


STEPS: Final[tuple[Migration, ...]] = (
    _made(MARK, HISTORY, OPERATION, CONFLICT),
    _made(WHITELIST),
    _made(ACCOUNT),
    _made(SETTLEMENT),
)
"""Steps in order, added to only at the end. One that changes a table must freeze the earlier steps that made it."""


def version_of(connection: Connection) -> int:
    """Number of steps that the database has taken; 0 for an empty one."""
    if not inspect(connection).has_table(VERSION.name):
        return 0
    return connection.execute(select(VERSION.c.version)).scalar() or 0


def upgrade(engine: Engine, upto: int = len(STEPS)) -> None:
    """Take the missing steps; servers that start together do not disturb each other.

    Raises UserError for a database that cannot be reached, or that a newer ncash wrote.
    """
    for remaining in reversed(range(_TRIES)):
        try:
            with engine.begin() as connection:
                _upgraded(connection, upto)
            return
        except DBAPIError as error:
            if not remaining or not _begun_elsewhere(engine):
                raise _unreachable(engine, error) from error
        except SQLAlchemyError as error:
            raise _unreachable(engine, error) from error


def _upgraded(connection: Connection, upto: int) -> None:
    version = version_of(connection)
    if version > len(STEPS):
        text = phrase(
            "the database has version {version}, this ncash knows up to {count}", version=version, count=len(STEPS)
        )
        raise UserError(text, code="database_newer", hint="start the newer ncash that wrote it")
    if version >= upto:
        return
    if not version:
        VERSION.create(connection)
    for step in STEPS[version:upto]:
        step(connection)
    connection.execute(delete(VERSION))
    connection.execute(insert(VERSION), [{"version": upto}])


def _begun_elsewhere(engine: Engine) -> bool:
    """Whether another server has begun to migrate the database meanwhile."""
    try:
        with engine.connect() as connection:
            return inspect(connection).has_table(VERSION.name)
    except SQLAlchemyError:
        return False


def _unreachable(engine: Engine, error: SQLAlchemyError) -> UserError:
    text = phrase(
        "the database {url} cannot be used: {error}", url=shown(engine.url), error=reason_of(error, engine.url)
    )
    return UserError(text, code="database", hint="check the address, the rights on it and whether it runs")

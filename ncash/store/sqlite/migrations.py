"""Numbered migrations on `PRAGMA user_version`: a new database takes the same steps as an old one.

sqlite-utils does the steps; it is imported only when there is one to do, since every start of the till passes here.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.store.sqlite import backup
from ncash.store.sqlite.connection import WAIT, Connection
from ncash.system.failpoints import declare, failpoint

_UPGRADING: Final = declare("store.upgrading", "an older database is about to be brought up to date")
_STEPPED: Final = declare("store.stepped", "one step of a migration was done, nothing is committed")


class Migration(NamedTuple):
    """One migration: the statement that stamps the version it leads to, and the work."""

    stamp: str
    run: Callable[[Any], None]
    """Takes a `sqlite_utils.Database` inside a transaction."""


class Schema(NamedTuple):
    """What a database is and how it came to be so. Steps are only ever added at the end."""

    name: str
    mark: int
    """`PRAGMA application_id` of the file, by which a foreign database is known."""
    stamp: str
    """The statement that sets it."""
    steps: tuple[Migration, ...]

    @property
    def version(self) -> int:
        """`PRAGMA user_version` of an up-to-date file."""
        return len(self.steps)


def opened(path: Path, schema: Schema, wait: float = WAIT, read_only: bool = False) -> Connection:
    """The database, created or upgraded when needed.

    A copy is made before an older file is changed. Raises UserError for a foreign or damaged file and for one written
    by a newer ncash; such a file is not changed.
    """
    if backup.unfinished(path):
        hint = "start a till of this data folder, or repeat the command that restored it"
        raise UserError(
            phrase("{path} is being restored, and that was not finished", path=path),
            code="restore_unfinished",
            hint=hint,
        )
    connection = Connection(path, wait)
    try:
        version = version_of(connection, schema)
        connection.prepare()
        if version < schema.version:
            _upgrade(connection, schema)
        if read_only:
            connection.one("PRAGMA query_only = ON")
            connection.read_only = True
    except BaseException:
        connection.close()
        raise
    return connection


def _upgrade(connection: Connection, schema: Schema) -> None:
    from sqlite_utils import Database

    failpoint(_UPGRADING)
    with connection.write():
        database = Database(connection.raw)
        with database.atomic():
            version = version_of(connection, schema)
            if 0 < version < schema.version:
                backup.before_upgrade(connection.path, version)
            for step in schema.steps[version:]:
                step.run(database)
                database.execute(step.stamp)
                failpoint(_STEPPED)
            database.execute(schema.stamp)


def _pragma(connection: Connection, statement: str) -> int:
    row = connection.one(statement)
    return int(row[0]) if row else 0


def version_of(connection: Connection, schema: Schema) -> int:
    """`PRAGMA user_version` of the file. Raises UserError when it is not a database of this kind, or a newer one."""
    version = _pragma(connection, "PRAGMA user_version")
    mark = _pragma(connection, "PRAGMA application_id")
    if mark != schema.mark and (mark or version or connection.one("SELECT 1 FROM sqlite_master LIMIT 1")):
        raise UserError(
            phrase(
                "{path} is a database of another program, not {name} of ncash", path=connection.path, name=schema.name
            ),
            code="database_foreign",
            hint="check [Databases] in ncash.ini and the folder named by --data; the file is not changed",
        )
    if version > schema.version:
        raise UserError(
            phrase(
                "{path} has version {version}, this ncash knows {name} up to version {schema_version}",
                path=connection.path,
                version=version,
                name=schema.name,
                schema_version=schema.version,
            ),
            code="database_newer",
            hint="start the newer ncash that wrote it, or restore the copy made before the upgrade: ncash backup list",
        )
    return version

"""A copy of Documents put back in the place of a damaged database."""

import sqlite3
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ncash.errors import UserError
from ncash.language import phrase
from ncash.store.documents_schema import DOCUMENTS
from ncash.store.journal.journal import append
from ncash.store.sqlite import backup
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import opened, version_of
from ncash.system.locks import tills_away

RESTORED: Final = "restored"
"""`kind` of the journal line that a restored database begins its new life with."""
_COUNTS: Final = "SELECT count(*), max(timeend) FROM document"


class DatabaseContents(NamedTuple):
    """What a database holds, as far as it can be read."""

    documents: int | None
    """None: it cannot be read."""
    latest: str | None
    fault: str | None = None

    def json(self) -> dict[str, Any]:
        """JSON values."""
        return self._asdict()


class RestoreReport(NamedTuple):
    """Report of a restore: which copy took the place of which books."""

    copy: DatabaseContents
    before: DatabaseContents
    aside: Path | None
    """Where the old database is now."""

    def json(self) -> dict[str, Any]:
        """JSON values."""
        aside = str(self.aside) if self.aside else None
        return {"copy": self.copy.json(), "before": self.before.json(), "aside": aside}


def holding(path: Path) -> DatabaseContents:
    """What a database holds; it is only looked at."""
    if not path.is_file():
        return DatabaseContents(None, None, "there is no such file")
    try:
        with closing(Connection(path)) as connection:
            connection.one("PRAGMA query_only = ON")
            version_of(connection, DOCUMENTS)
            count, latest = connection.one(_COUNTS) or (0, None)
    except (UserError, sqlite3.Error) as error:
        return DatabaseContents(None, None, str(error))
    return DatabaseContents(count, latest)


def checked(copy: Path) -> DatabaseContents:
    """What a copy holds. Raises UserError when it is no sound copy of Documents."""
    found = holding(copy)
    if found.documents is None:
        hint = "ncash backup list shows the copies"
        raise UserError(
            phrase("{copy} cannot be restored: {fault}", copy=copy, fault=found.fault), code="restore", hint=hint
        )
    backup.sound(copy)
    return found


def restore(copy: Path, target: Path, data: Path, cashcode: str, now: datetime) -> RestoreReport:
    """Put the copy in the place of the database. Raises UserError while a till runs, or when the copy is damaged."""
    with tills_away(data):
        _finish(target)
        found, before = checked(copy), holding(target)
        aside = aside_of(target, now) if target.is_file() else None
        line = {"kind": RESTORED, "time": now.isoformat(timespec="milliseconds"), "copy": copy.name,
                "documents": found.documents, "before": before.documents}  # fmt: skip
        try:
            backup.put_back(target, aside, partial(_made, copy, cashcode, line))
        except OSError as error:
            text = phrase("{target} cannot be restored: {reason}", target=target, reason=error.strerror)
            raise UserError(text, code="restore", hint="the old database stands; make room and repeat") from error
    return RestoreReport(found, before, aside)


def aside_of(target: Path, now: datetime) -> Path:
    """The name under which the database of before is kept."""
    return target.with_name(f"{target.stem.lower()}.damaged-{now.strftime('%Y%m%dT%H%M%S')}.sqlite")


def _finish(target: Path) -> None:
    try:
        backup.finish(target)
    except OSError as error:
        raise UserError(
            phrase("{target} cannot be restored: {reason}", target=target, reason=error.strerror), code="restore"
        ) from error


def _made(copy: Path, cashcode: str, line: dict[str, Any], fresh: Path) -> None:
    backup.written(copy, fresh)
    with closing(opened(fresh, DOCUMENTS)) as connection:
        with connection.write():
            append(connection, cashcode, [line], None)
        connection.checkpoint(truncate=True)

"""A database looked at without changing it: is it sound, is it ours, what waits in it. For `ncash doctor`."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from ncash.store.documents_schema import DOCUMENTS
from ncash.store.sqlite.connection import Connection
from ncash.store.sqlite.migrations import Schema, version_of

_TAIL = "SELECT seq, time, cashcode, workshiftid, uuid, kind, verdict, key, line FROM journal ORDER BY seq DESC LIMIT ?"
_COLUMNS = ("seq", "time", "cashcode", "workshiftid", "uuid", "kind", "verdict", "key")


class Checkup(NamedTuple):
    """How a database file fares."""

    version: int
    newest: int
    """The version this ncash works with; an older file is brought up to it when a till starts."""
    faults: tuple[str, ...]
    size: int
    """Bytes of the file."""
    wal: int
    """Bytes of the write-ahead log beside it."""


def examined(path: Path, schema: Schema, whole: bool) -> Checkup:
    """The file as it is; `whole` compares every index with its table, which takes minutes for a large file.

    Raises UserError for a foreign, newer or unreadable file. The file must be there.
    """
    connection = _looked_into(path)
    try:
        version = version_of(connection, schema)
        found = connection.all("PRAGMA integrity_check(20)" if whole else "PRAGMA quick_check(20)")
    finally:
        connection.close()
    faults = tuple(str(text) for (text,) in found if text != "ok")
    wal = path.with_name(f"{path.name}-wal")
    return Checkup(version, schema.version, faults, path.stat().st_size, wal.stat().st_size if wal.exists() else 0)


class UnfinishedWork(NamedTuple):
    """What is not finished in Documents."""

    open: tuple[tuple[str, str], ...]
    """Till and id of each open receipt."""
    deferred: int
    oldest: str | None
    """When the first of the deferred ones was put aside."""
    unexported: int
    """Closed shifts whose sales the back office has not got."""


def waiting(path: Path) -> UnfinishedWork:
    """What waits in an up-to-date Documents file. Raises UserError."""
    connection = _looked_into(path)
    try:
        receipts = connection.all("SELECT cashcode, uuid FROM openreceipt ORDER BY cashcode")
        deferred = connection.one("SELECT count(*), min(time) FROM deferredreceipt WHERE held IS NULL")
        shifts = connection.one("SELECT count(*) FROM workshift WHERE timeend IS NOT NULL AND exported IS NULL")
    finally:
        connection.close()
    count, oldest = deferred or (0, None)
    return UnfinishedWork(
        tuple((str(cash), str(uuid)) for cash, uuid in receipts), count, oldest, shifts[0] if shifts else 0
    )


def journal_tail(path: Path, count: int) -> list[dict[str, Any]]:
    """The latest lines of the journal, oldest first. Raises UserError."""
    connection = _looked_into(path)
    try:
        version_of(connection, DOCUMENTS)
        rows = connection.all(_TAIL, (count,))
    finally:
        connection.close()
    return [dict(zip(_COLUMNS, row, strict=False)) | {"line": json.loads(row[-1])} for row in reversed(rows)]


def _looked_into(path: Path) -> Connection:
    connection = Connection(path)
    connection.one("PRAGMA query_only = ON")
    return connection

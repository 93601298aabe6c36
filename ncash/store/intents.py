"""Documents: what a till is about to do at its fiscal register (ncash.model.fiscal.intent), at most one thing a till.

Intents of which nothing was made are kept when their receipts are over, the latest of them: a document may come late.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from ncash.model.fiscal.intent import Intent, Ruling
from ncash.model.fiscal.register import Made
from ncash.model.outbox import Message
from ncash.model.receipt import Payment
from ncash.store.receipts import as_text
from ncash.store.sqlite.connection import Connection, Row

_COLUMNS: Final = (
    "uuid, expected, drive, total, returned, payments, change, marks, time, messages, dropped, stopped, found, ruling"
)
KEPT: Final = 20
"""Intents of which nothing was made."""
_ALL: Final = "SELECT " + _COLUMNS + " FROM fiscalintent WHERE cashcode = ?"
_UUIDS: Final = "SELECT uuid FROM fiscalintent WHERE cashcode = ? AND dropped = 1"
_STANDING: Final = _ALL + " AND dropped = 0"
_DROPPED: Final = _ALL + " AND dropped = 1 AND uuid = ?"
_LATE: Final = _ALL + " AND dropped = 1 AND uuid <> '' ORDER BY rowid DESC"
_FORGET: Final = (
    "DELETE FROM fiscalintent WHERE cashcode = ?1 AND dropped = 1 AND rowid NOT IN (SELECT rowid FROM fiscalintent "
    "WHERE cashcode = ?1 AND dropped = 1 ORDER BY rowid DESC LIMIT ?2)"
)
_NUMBERS: Final = (
    "SELECT MAX(number) FROM (SELECT json_extract(fiscal, '$.number') AS number, json_extract(fiscal, '$.drive') AS "
    "drive FROM (SELECT * FROM (SELECT fiscal FROM document WHERE cashcode = ?1 AND fiscal <> '{}' ORDER BY docnum "
    "DESC LIMIT 50) UNION ALL SELECT * FROM (SELECT fiscal FROM document WHERE fiscal <> '{}' ORDER BY documentid DESC "
    "LIMIT 50)) UNION ALL SELECT expected - 1, drive FROM fiscalintent WHERE cashcode = ?1 AND dropped = 1) "
    "WHERE drive = ?2"
)
"""Over the latest documents of this till, and of all tills: two may have a register together."""
_WRITE: Final = (
    "INSERT OR REPLACE INTO fiscalintent ("
    + _COLUMNS
    + ", cashcode) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_RULE: Final = "UPDATE fiscalintent SET ruling = ? WHERE cashcode = ? AND uuid = ? AND stopped = 1 AND ruling IS NULL"
_BEGIN_SHIFT: Final = "UPDATE workshift SET closing = ? WHERE cashcode = ? AND timeend IS NULL"
_CLOSING: Final = "SELECT closing FROM workshift WHERE cashcode = ? AND timeend IS NULL"


def _object(value: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = value._asdict()
    return found


def _row(intent: Intent) -> Row:
    return (
        intent.uuid, intent.expected, intent.drive, intent.total / 100, int(intent.returned),
        as_text([_object(p) for p in intent.payments]), intent.change / 100, as_text(intent.marks), intent.time,
        as_text([_object(m) for m in intent.messages]), int(intent.dropped), int(intent.stopped),
        as_text(_object(intent.found)) if intent.found else None,
        as_text(_object(intent.ruling)) if intent.ruling else None,
    )  # fmt: skip


def _made(text: str) -> Made:
    found = json.loads(text)
    return Made(**{**found, "marks": None if found["marks"] is None else tuple(found["marks"])})


def _read(row: Row) -> Intent:
    (uuid, expected, drive, total, returned, payments, change, marks, time, messages, dropped, stopped, found,
     ruling) = row  # fmt: skip
    return Intent(
        uuid=uuid,
        expected=expected,
        drive=drive,
        total=round(total * 100),
        returned=bool(returned),
        payments=tuple(Payment(**one) for one in json.loads(payments)),
        change=round(change * 100),
        marks=tuple(json.loads(marks)),
        time=time,
        messages=tuple(Message(**one) for one in json.loads(messages)),
        dropped=bool(dropped),
        stopped=bool(stopped),
        found=_made(found) if found else None,
        ruling=Ruling(**json.loads(ruling)) if ruling else None,
    )


def rows_of(connection: Connection, cashcode: str) -> list[Row]:
    """The intents of a till as their rows, for `put`."""
    return connection.all(_ALL, (cashcode,))


def put(connection: Connection, cashcode: str, row: Row) -> None:
    """Write a row of a till in the place of an earlier one of its receipt, inside the caller's transaction."""
    connection.change(_WRITE, (*row, cashcode))


class Intents:
    """The intent of one till. It remembers whether there is one, so that a scan asks nothing of the disk."""

    def __init__(self, connection: Connection, cashcode: str) -> None:
        self._connection = connection
        self._cashcode = cashcode
        self._dropped = {str(uuid) for (uuid,) in connection.all(_UUIDS, (cashcode,))}
        """At least those of which nothing was made: a close asks nothing of the disk for the others."""
        self._over: str | None = None
        intent = self._load()
        self.unsettled = intent.total if intent is not None else None
        """Kopecks of the intent that stands."""
        self.closing = self._closing()
        """The shift is being closed: when it was begun."""

    def _load(self) -> Intent | None:
        row = self._connection.one(_STANDING, (self._cashcode,))
        return _read(row) if row else None

    def _closing(self) -> str | None:
        row = self._connection.one(_CLOSING, (self._cashcode,))
        return None if row is None or row[0] is None else str(row[0])

    @property
    def standing(self) -> Intent | None:
        """What the register has to be asked about; a ruling may have come from another program."""
        return self._load() if self.unsettled is not None else None

    def dropped(self, uuid: str) -> Intent | None:
        """The earlier intent of a receipt of which the register had made nothing."""
        row = self._connection.one(_DROPPED, (self._cashcode, uuid)) if uuid in self._dropped else None
        return _read(row) if row else None

    def late(self) -> tuple[Intent, ...]:
        """Every intent of which the register had made nothing, the latest first."""
        return tuple(map(_read, self._connection.all(_LATE, (self._cashcode,)))) if self._dropped else ()

    def known(self, drive: str) -> int | None:
        """Number up to which the documents of a drive are accounted for; None when the books have none of it."""
        found = self._connection.one(_NUMBERS, (self._cashcode, drive))
        return None if found is None or found[0] is None else int(found[0])

    def write(self, intent: Intent) -> None:
        """Put it in the place of an earlier one of its receipt, inside the caller's transaction."""
        put(self._connection, self._cashcode, _row(intent))
        if intent.dropped:
            self._connection.change(_FORGET, (self._cashcode, KEPT))
            self._dropped.add(intent.uuid)
        self.unsettled = None if intent.dropped else intent.total

    def rule(self, uuid: str, ruling: Ruling) -> bool:
        """Write a supervisor's decision, inside the caller's transaction; whether there was something to decide."""
        return self._connection.change(_RULE, (as_text(_object(ruling)), self._cashcode, uuid)) > 0

    def clear(self, uuid: str) -> None:
        """The receipt is closed, inside the caller's transaction."""
        if self.unsettled is not None or uuid in self._dropped:
            self._connection.change("DELETE FROM fiscalintent WHERE cashcode = ? AND uuid = ?", (self._cashcode, uuid))
            self._over = uuid

    def remember(self) -> None:
        """The transaction of `clear` is on the disk."""
        self.unsettled = None
        self._dropped.discard(self._over or "")

    def begin_shift_close(self, time: str | None) -> None:
        """The register is about to be told to close the shift, or did not; inside the caller's transaction."""
        self._connection.change(_BEGIN_SHIFT, (time, self._cashcode))
        self.closing = time

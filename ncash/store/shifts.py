"""Shifts of a till and what happened in them."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.money import rubles
from ncash.store.outbox import outbox
from ncash.store.sqlite.connection import Connection, Row

_OPEN: Final = (
    "SELECT workshiftid, shiftnum, shopcode, cashier, timebeg FROM workshift WHERE cashcode = ? AND timeend IS NULL"
)
_NUMBERED: Final = (
    "SELECT workshiftid, shiftnum, shopcode, cashier, timebeg, timeend FROM workshift "
    "WHERE cashcode = ? AND shiftnum = ?"
)
_UNEXPORTED: Final = "SELECT shiftnum FROM workshift WHERE cashcode = ? AND timeend IS NOT NULL AND exported IS NULL"
_EXPORTED: Final = "UPDATE workshift SET exported = ? WHERE cashcode = ? AND shiftnum = ? AND timeend IS NOT NULL"
_TOTALS: Final = (
    "SELECT CASE WHEN doctype IN (7, 8) THEN 'annulled' WHEN doctype = 1 THEN 'sales' WHEN doctype = 16 "
    "THEN 'inventories' ELSE 'returns' END AS what, COUNT(*), SUM(CAST(ROUND(docsum * 100) AS INTEGER)) "
    "FROM document WHERE workshiftid = ? GROUP BY what"
)
_SOLD_BEFORE: Final = (
    "SELECT COALESCE(SUM(CAST(ROUND(docsum * 100) AS INTEGER)), 0) FROM document "
    "WHERE cashcode = ? AND shiftnum < ? AND doctype = 1"
)
_PAYMENTS: Final = (
    "SELECT m.type, d.doctype = 1, SUM(CAST(ROUND(m.summ * 100) AS INTEGER)) FROM document d "
    "JOIN moneyitem m ON m.documentid = d.documentid WHERE d.workshiftid = ? AND d.doctype IN (1, 2, 25) "
    "GROUP BY m.type, d.doctype = 1 ORDER BY m.type"
)
_MARKED: Final = (
    "SELECT COUNT(*) FROM document d JOIN Goodsitem g ON g.documentid = d.documentid "
    "WHERE d.workshiftid = ? AND d.doctype IN (1, 2, 25) AND g.marked = 1"
)
_UNCHECKED: Final = (
    "SELECT g.unchecked, COUNT(*) FROM document d JOIN Goodsitem g ON g.documentid = d.documentid "
    "WHERE d.workshiftid = ? AND d.doctype IN (1, 2, 25) AND g.unchecked IS NOT NULL "
    "GROUP BY g.unchecked ORDER BY g.unchecked"
)
_REFUSED: Final = (
    "SELECT COALESCE(key, ''), COUNT(*) FROM journal WHERE workshiftid = ? AND verdict = 'deny' "
    "GROUP BY key ORDER BY key"
)
_START: Final = (
    "INSERT INTO workshift (shiftnum, cashcode, shopcode, cashier, timebeg) "
    "SELECT COALESCE(MAX(shiftnum), 0) + 1, ?, ?, ?, ? FROM workshift WHERE cashcode = ?"
)


def number(connection: Connection, cashcode: str) -> int | None:
    """Number of the open shift of this till."""
    row = connection.one(_OPEN, (cashcode,))
    return row[1] if row else None


def start(connection: Connection, cashcode: str, shopcode: str, time: str, cashier: str | None) -> int:
    """Open the next shift, inside the caller's transaction; an open one stays as it is. Its number."""
    current = number(connection, cashcode)
    if current is not None:
        return current
    connection.change(_START, (cashcode, shopcode, cashier, time, cashcode))
    return number(connection, cashcode) or 0


def report(connection: Connection, cashcode: str) -> dict[str, Any]:
    """Counters of the open shift as JSON values, money as text, with how many messages wait to be sent.

    Raises UserError when no shift is open."""
    row = connection.one(_OPEN, (cashcode,))
    if row is None:
        raise UserError(
            phrase("no shift is open on till {cashcode}", cashcode=cashcode),
            code="no_shift",
            hint="opening a receipt opens a shift",
        )
    return {**_counted(connection, cashcode, (*row, None)), "unsent": outbox.unsent(connection)}


def _counted(connection: Connection, cashcode: str, row: Row) -> dict[str, Any]:
    workshiftid, shift, shopcode, cashier, opened, closed = row
    totals: dict[str, dict[str, Any]] = {
        what: {"count": 0, "sum": rubles(0)} for what in ("sales", "returns", "inventories", "annulled")
    }
    for what, count, total in connection.all(_TOTALS, (workshiftid,)):
        totals[what] = {"count": count, "sum": rubles(total)}
    return {
        "shift": shift,
        "cashcode": cashcode,
        "shopcode": shopcode,
        "cashier": cashier,
        "opened": opened,
        "closed": closed,
        **totals,
        "payments": _payments(connection, workshiftid),
        "marked": (connection.one(_MARKED, (workshiftid,)) or (0,))[0],
        "unchecked": dict(connection.all(_UNCHECKED, (workshiftid,))),
        "refused": dict(connection.all(_REFUSED, (workshiftid,))),
    }


def _payments(connection: Connection, workshiftid: int) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, sold, total in connection.all(_PAYMENTS, (workshiftid,)):
        one = found.setdefault(kind, {"sales": rubles(0), "returns": rubles(0)})
        one["sales" if sold else "returns"] = rubles(total)
    return found


def finish(connection: Connection, cashcode: str, time: str) -> dict[str, Any]:
    """Close the open shift, inside the caller's transaction; its last report."""
    last = {**report(connection, cashcode), "closed": time}
    connection.change("UPDATE workshift SET timeend = ? WHERE cashcode = ? AND timeend IS NULL", (time, cashcode))
    return last


def told(connection: Connection, cashcode: str, shift: int) -> dict[str, Any] | None:
    """Counters of a shift by its number, closed or open; None when there is none."""
    row = connection.one(_NUMBERED, (cashcode, shift))
    return _counted(connection, cashcode, row) if row else None


def sold_before(connection: Connection, cashcode: str, shift: int) -> int:
    """Kopecks of the sales of this till in the shifts before this one."""
    row = connection.one(_SOLD_BEFORE, (cashcode, shift))
    return int(row[0]) if row else 0


def last(connection: Connection, cashcode: str) -> int | None:
    """Number of the latest shift, closed or open."""
    row = connection.one("SELECT MAX(shiftnum) FROM workshift WHERE cashcode = ?", (cashcode,))
    return row[0] if row else None


def unexported(connection: Connection, cashcode: str) -> tuple[int, ...]:
    """Closed shifts whose sales were not written for the back office, oldest first."""
    return tuple(sorted(shift for (shift,) in connection.all(_UNEXPORTED, (cashcode,))))


def exported(connection: Connection, cashcode: str, shift: int, time: str) -> None:
    """The sales of a closed shift were written, inside the caller's transaction; an open one will be written again."""
    connection.change(_EXPORTED, (time, cashcode, shift))

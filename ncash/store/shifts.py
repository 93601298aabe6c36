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
_END: Final = "UPDATE workshift SET timeend = ? WHERE cashcode = ? AND timeend IS NULL"
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


class ShiftBook:
    """The part of ports.Documents about the shifts of one till."""

    def __init__(self, connection: Connection, cashcode: str, shopcode: str) -> None:
        self.connection = connection
        self.cashcode = cashcode
        self.shopcode = shopcode

    def shift(self) -> int | None:
        return number(self.connection, self.cashcode)

    def open_shift(self, time: str, cashier: str | None) -> int:
        with self.connection.write():
            return start(self.connection, self.cashcode, self.shopcode, time, cashier)

    def shift_report(self) -> dict[str, Any]:
        """Counters of the open shift as JSON values, money as text, with how many messages wait to be sent.

        Raises UserError when no shift is open."""
        row = self.connection.one(_OPEN, (self.cashcode,))
        if row is None:
            raise UserError(
                phrase("no shift is open on till {cashcode}", cashcode=self.cashcode),
                code="no_shift",
                hint="opening a receipt opens a shift",
            )
        report = _counted(self.connection, self.cashcode, (*row, None))
        return {**report, "unsent": outbox.unsent(self.connection)}

    def close_shift(self, time: str) -> dict[str, Any]:
        with self.connection.write():
            report = {**self.shift_report(), "closed": time}
            self.connection.change(_END, (time, self.cashcode))
        return report

    def shift_told(self, shift: int) -> dict[str, Any] | None:
        """Counters of a shift of this till, closed or open; None when there is no such shift."""
        row = self.connection.one(_NUMBERED, (self.cashcode, shift))
        return _counted(self.connection, self.cashcode, row) if row else None

    def sold_before(self, shift: int) -> int:
        """Kopecks that this till had sold for before a shift, as far as these books go."""
        row = self.connection.one(_SOLD_BEFORE, (self.cashcode, shift))
        return int(row[0]) if row else 0

    def last_shift(self) -> int | None:
        """Number of the latest shift of this till, closed or open."""
        row = self.connection.one("SELECT MAX(shiftnum) FROM workshift WHERE cashcode = ?", (self.cashcode,))
        return row[0] if row else None

    def unexported(self) -> tuple[int, ...]:
        """Closed shifts of this till whose sales were not written for the back office, oldest first."""
        return tuple(sorted(shift for (shift,) in self.connection.all(_UNEXPORTED, (self.cashcode,))))

    def exported(self, shift: int, time: str) -> None:
        """Write that the sales of a shift were written; those of an open one will be again when it is closed."""
        with self.connection.write():
            self.connection.change(_EXPORTED, (time, self.cashcode, shift))

"""Reads for operators: history of a mark across stores, conflicts with both receipts, and settling a conflict."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.mark import cis
from ncash.model.veil import veiled
from ncash.server.database.ledger import Ledger, cursor_of
from ncash.server.database.tables import CONFLICT, HISTORY, LONGEST_WORD, SETTLEMENT
from ncash.server.marks import MarkRow
from ncash.server.writer import iso, owner_of

_KNOWN: Final = select(CONFLICT, SETTLEMENT.c.settled, SETTLEMENT.c.who, SETTLEMENT.c.reason).select_from(
    CONFLICT.outerjoin(SETTLEMENT, SETTLEMENT.c.number == CONFLICT.c.number)
)
"""SELECT of conflicts, each with its settlement where it has one."""


def story(ledger: Ledger, connection: Connection, mark: str, now: int) -> dict[str, Any]:
    """State, history and conflicts of a mark, its verification part covered."""
    key = cis(mark)
    kept = ledger.read_marks(cursor_of(connection), {key}).get(key, MarkRow(key))
    statement = select(HISTORY).where(HISTORY.c.cis == key).order_by(HISTORY.c.version)
    steps = [_step(row) for row in connection.execute(statement).mappings()]
    conflicts = _KNOWN.where(CONFLICT.c.cis == key).order_by(CONFLICT.c.number)
    return {
        "cis": key,
        "mark": veiled(kept.mark),
        "barcode": kept.barcode,
        "status": kept.status(now),
        **({"owner": owner} if (owner := owner_of(kept, now)) else {}),
        **({"lease": iso(kept.until)} if kept.until > now else {}),
        "history": steps,
        "conflicts": [_conflict(row) for row in connection.execute(conflicts).mappings()],
    }


def conflicts(connection: Connection, after: int, limit: int, every: bool = True) -> list[dict[str, Any]]:
    """Page of conflicts with numbers above `after`, oldest first; all of them, or the open ones."""
    statement = _KNOWN.where(CONFLICT.c.number > after).order_by(CONFLICT.c.number).limit(limit)
    if not every:
        statement = statement.where(SETTLEMENT.c.number.is_(None))
    return [_conflict(row) for row in connection.execute(statement).mappings()]


def settle(connection: Connection, number: int, who: str, reason: str, now: int) -> dict[str, Any]:
    """Record that somebody has looked into a conflict, and return it. Raises UserError for an unknown or settled one.

    Of several who settle it at the same time one succeeds; the others get IntegrityError.
    """
    found = _numbered(connection, number)
    if "settled" in found:
        by = found["settled"]
        text = phrase(
            "conflict {number} was settled {time} by {who}: {reason}",
            number=number,
            time=by["time"],
            who=by["who"],
            reason=by["reason"],
        )
        raise UserError(text, code="settled", hint="ncash server conflicts --all shows the settled ones")
    row = {"number": number, "settled": now, "who": who[:LONGEST_WORD], "reason": reason}
    connection.execute(insert(SETTLEMENT), [row])
    return _numbered(connection, number)


def _numbered(connection: Connection, number: int) -> dict[str, Any]:
    row = connection.execute(_KNOWN.where(CONFLICT.c.number == number)).mappings().first()
    if row is None:
        hint = "ncash server conflicts shows the open ones"
        raise UserError(phrase("there is no conflict {number}", number=number), code="conflict", hint=hint)
    return _conflict(row)


def _step(row: Any) -> dict[str, Any]:
    names = ("operation", "state", "shopcode", "cashcode", "docnum", "documentid", "time", "account")
    return {**{name: row[name] for name in names}, "recorded": iso(row["recorded"])}


def _conflict(row: Any) -> dict[str, Any]:
    return {
        "number": row["number"],
        "cis": row["cis"],
        "recorded": iso(row["recorded"]),
        **{side: _receipt(side, row) for side in ("found", "came")},
        **({"settled": _settled(row)} if row["settled"] is not None else {}),
    }


def _settled(row: Any) -> dict[str, str]:
    return {"time": iso(row["settled"]), "who": row["who"], "reason": row["reason"]}


def _receipt(side: str, row: Any) -> dict[str, Any]:
    names: Iterable[str] = ("state", "shopcode", "cashcode", "docnum", "documentid", "time")
    return {name: row[f"{side}_{name}"] for name in names}

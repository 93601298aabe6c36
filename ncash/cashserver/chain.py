"""What the chain knows: the state and history of a mark across stores, and the conflicts with both receipts."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from ncash.cashserver.ledger import Ledger, cursor_of
from ncash.cashserver.marks import Kept
from ncash.cashserver.tables import CONFLICT, HISTORY
from ncash.cashserver.writer import iso, owner_of
from ncash.model.mark import cis
from ncash.model.veil import veiled


def story(ledger: Ledger, connection: Connection, mark: str, now: int) -> dict[str, Any]:
    """State and history of a mark, its verification part covered."""
    key = cis(mark)
    kept = ledger.marks(cursor_of(connection), {key}).get(key, Kept(key))
    statement = select(HISTORY).where(HISTORY.c.cis == key).order_by(HISTORY.c.version)
    steps = [_step(row) for row in connection.execute(statement).mappings()]
    conflicts = select(CONFLICT).where(CONFLICT.c.cis == key).order_by(CONFLICT.c.number)
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


def conflicts(connection: Connection, after: int, limit: int) -> list[dict[str, Any]]:
    """Conflicts in the order they came, those with a greater number than `after`."""
    statement = select(CONFLICT).where(CONFLICT.c.number > after).order_by(CONFLICT.c.number).limit(limit)
    return [_conflict(row) for row in connection.execute(statement).mappings()]


def _step(row: Any) -> dict[str, Any]:
    names = ("operation", "state", "shopcode", "cashcode", "docnum", "documentid", "time", "account")
    return {**{name: row[name] for name in names}, "recorded": iso(row["recorded"])}


def _conflict(row: Any) -> dict[str, Any]:
    return {
        "number": row["number"],
        "cis": row["cis"],
        "recorded": iso(row["recorded"]),
        **{side: _receipt(side, row) for side in ("found", "came")},
    }


def _receipt(side: str, row: Any) -> dict[str, Any]:
    names: Iterable[str] = ("state", "shopcode", "cashcode", "docnum", "documentid", "time")
    return {name: row[f"{side}_{name}"] for name in names}

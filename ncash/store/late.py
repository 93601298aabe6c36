"""Documents: a receipt whose fiscal document was made after it had been annulled or put aside."""

from collections.abc import Mapping
from typing import Any, Final

from ncash.model.fiscal.intent import Intent
from ncash.model.ports import Closed
from ncash.model.receipt import Receipt, State
from ncash.store import closing, deferred, shifts
from ncash.store.receipts import read, row
from ncash.store.sqlite.connection import Connection

_WHERE: Final = (
    "SELECT 'open' FROM openreceipt WHERE uuid = ?1 UNION ALL SELECT 'deferred' FROM deferredreceipt WHERE uuid = ?1 "
    "UNION ALL SELECT CASE WHEN doctype IN (7, 8) THEN 'annulled' ELSE 'closed' END FROM document WHERE uuid = ?1"
)
_ASIDE: Final = "SELECT receipt FROM deferredreceipt WHERE uuid = ?"
_ANNULLED: Final = "SELECT documentid FROM document WHERE uuid = ? AND doctype IN (7, 8)"
_RENAME: Final = "UPDATE document SET uuid = ? WHERE documentid = ?"
_END_ORDER: Final = "DELETE FROM deferredreceipt WHERE uuid = ? AND held IS NULL"


def whereabouts(connection: Connection, uuid: str) -> str:
    """`open`, `deferred`, `annulled`, `closed`, or empty."""
    found = connection.one(_WHERE, (uuid,))
    return str(found[0]) if found else ""


def taken_back(connection: Connection, uuid: str) -> Receipt | None:
    """The receipt as it was put aside or annulled, free to be entered again, inside the caller's transaction.

    The annulled document stays where it is, under a UUID that follows from the receipt's.
    """
    from uuid import NAMESPACE_OID, uuid5

    aside = connection.one(_ASIDE, (uuid,))
    if aside is not None:
        deferred.take_out(connection, uuid)
        return read(aside[0])
    annulled = connection.one(_ANNULLED, (uuid,))
    document = closing.by_id(connection, annulled[0]) if annulled else None
    if document is None:
        return None
    connection.change(_RENAME, (str(uuid5(NAMESPACE_OID, f"{uuid}/annulled")), document.documentid))
    return document.receipt


def end_orders(connection: Connection, receipt: Receipt) -> None:
    """The orders in the receipt are done with it, where no other receipt has them."""
    for uuid in deferred.orders_of(receipt):
        connection.change(_END_ORDER, (uuid,))


def enter(
    connection: Connection,
    own: tuple[str, str],
    receipt: Receipt,
    intent: Intent,
    time: str,
    fiscal: Mapping[str, Any],
) -> Closed:
    """Write the closed document into the open shift, or a new one; `own` are the numbers of the till and its shop."""
    shifts.start(connection, *own, time, receipt.cashier)
    rows = [row(position, receipt.kind.opcode) for position in receipt.positions]
    done = receipt._replace(state=State.CLOSED)
    return closing.enter(connection, *own, done, rows, receipt.kind.doctype, intent.time, intent.payments, fiscal)

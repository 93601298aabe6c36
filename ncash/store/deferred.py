"""Receipts that wait: put aside at a till, or brought from elsewhere; and orders, held by the receipt they joined."""

from collections.abc import Sequence
from typing import Final

from ncash.language import phrase
from ncash.model.ports import NotDeferred
from ncash.model.receipt import Receipt, State
from ncash.store.open_receipts import release
from ncash.store.receipts import read, written
from ncash.store.sqlite.connection import Connection

_DEFER: Final = (
    "INSERT INTO deferredreceipt (uuid, cashcode, shopcode, time, identifier, receipt) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (uuid) DO UPDATE SET cashcode = excluded.cashcode, shopcode = excluded.shopcode, "
    "time = excluded.time, identifier = excluded.identifier, receipt = excluded.receipt"
)
_WAITING: Final = "SELECT receipt FROM deferredreceipt WHERE held IS NULL ORDER BY time, rowid"
_KNOWN: Final = (
    "SELECT 1 FROM deferredreceipt WHERE identifier = ? UNION ALL "
    "SELECT 1 FROM openreceipt WHERE json_extract(receipt, '$.extra.identifier') = ? UNION ALL "
    "SELECT 1 FROM document WHERE identifier = ? AND doctype NOT IN (7, 8) LIMIT 1"
)


def defer(
    connection: Connection, cashcode: str, shopcode: str, receipt: Receipt, time: str, identifier: str | None
) -> None:
    """Put a receipt aside; it holds neither marks nor sale positions there, but the order in it stays its own."""
    release(connection, cashcode, receipt, returned=True)
    aside = written(receipt._replace(state=State.DEFERRED))
    connection.change(_DEFER, (receipt.id, cashcode, shopcode, time, identifier, aside))


def waiting(connection: Connection) -> tuple[Receipt, ...]:
    """All receipts put aside in this database that no other receipt holds, oldest first."""
    return tuple(read(text) for (text,) in connection.all(_WAITING))


def take_out(connection: Connection, uuid: str) -> None:
    """A deferred receipt becomes an open one, inside the caller's transaction; of several tills only one gets it.

    Raises NotDeferred.
    """
    if not connection.change("DELETE FROM deferredreceipt WHERE uuid = ? AND held IS NULL", (uuid,)):
        raise NotDeferred(phrase("the receipt {uuid} is not among the deferred ones any more", uuid=uuid))


def orders_of(receipt: Receipt) -> Sequence[str]:
    """Ids of the orders whose positions stand in this receipt."""
    return sorted({str(p.extra["order"]) for p in receipt.positions if "order" in p.extra})


def hold_orders(connection: Connection, receipt: Receipt) -> None:
    """Hold the orders whose positions stand in this receipt, and no others. Raises NotDeferred."""
    wanted = orders_of(receipt)
    for (uuid,) in connection.all("SELECT uuid FROM deferredreceipt WHERE held = ?", (receipt.id,)):
        if uuid not in wanted:
            connection.change("UPDATE deferredreceipt SET held = NULL WHERE uuid = ?", (uuid,))
    for uuid in wanted:
        statement = "UPDATE deferredreceipt SET held = ? WHERE uuid = ? AND (held IS NULL OR held = ?)"
        if not connection.change(statement, (receipt.id, uuid, receipt.id)):
            raise NotDeferred(phrase("the order {uuid} is in another receipt", uuid=uuid))


def settle_orders(connection: Connection, receipt: Receipt, done: bool) -> None:
    """The receipt is over: its orders are done with it, or wait again."""
    if not receipt.extra.get("ordered"):
        return
    if done:
        connection.change("DELETE FROM deferredreceipt WHERE held = ?", (receipt.id,))
    else:
        connection.change("UPDATE deferredreceipt SET held = NULL WHERE held = ?", (receipt.id,))


def identifier_known(connection: Connection, identifier: str) -> bool:
    """Whether a deferred, an open or a closed receipt carries this name from elsewhere."""
    return connection.one(_KNOWN, (identifier, identifier, identifier)) is not None

"""Documents: a receipt on its way into the books, and back out of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.ports import Closed, Document
from ncash.model.receipt import PAYMENT_OPCODE, Channel, Kind, Payment, Receipt, State
from ncash.store.receipts import ROW, as_text, kopecks_of, position
from ncash.store.sqlite.connection import Connection, Row

_SHIFT: Final = "SELECT workshiftid, shiftnum FROM workshift WHERE cashcode = ? AND timeend IS NULL"
_NUMBER: Final = "SELECT COALESCE(MAX(docnum), 0) + 1 FROM document WHERE cashcode = ?"
_DOCUMENT: Final = (
    "INSERT INTO document (uuid, workshiftid, shiftnum, doctype, docnum, cashcode, shopcode, cashier, timebeg, "
    "timeend, closed, docsum, kind, channel, saledocumentid, fiscal, extra, identifier) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (uuid) DO NOTHING"
)
GOODSITEM: Final = "INSERT INTO Goodsitem (documentid, " + ROW + ") VALUES (?" + ", ?" * len(ROW.split(",")) + ")"
_MONEYITEM: Final = "INSERT INTO moneyitem (documentid, posnum, opcode, type, summ) VALUES (?, ?, ?, ?, ?)"
_POSITIONS: Final = "SELECT " + ROW + " FROM Goodsitem WHERE documentid = ? ORDER BY posnum"
_COLUMNS: Final = (
    "SELECT documentid, doctype, docnum, shiftnum, shopcode, cashcode, timeend, uuid, kind, channel, cashier, "
    "timebeg, saledocumentid, fiscal, extra FROM document "
)
_SALE: Final = _COLUMNS + "WHERE documentid = ? AND doctype = 1"
_BY_ID: Final = _COLUMNS + "WHERE documentid = ?"
_OF_SHIFT: Final = (
    _COLUMNS + "WHERE workshiftid = (SELECT workshiftid FROM workshift WHERE cashcode = ? AND shiftnum = ?) "
    "ORDER BY documentid"
)
ANNULLED: Final = frozenset({7, 8})
"""Doctypes of annulled receipts."""


def enter(
    connection: Connection,
    cashcode: str,
    shopcode: str,
    receipt: Receipt,
    rows: Sequence[Row],
    doctype: int,
    time: str,
    payments: Sequence[Payment] = (),
    fiscal: Mapping[str, Any] | None = None,
) -> Closed:
    """Write a document with its positions (`rows`, see receipts.row) and payments, inside the caller's transaction.

    Raises UserError when the receipt is in the books already.
    """
    workshiftid, shift = connection.one(_SHIFT, (cashcode,)) or (None, receipt.shift or 0)
    docnum = (connection.one(_NUMBER, (cashcode,)) or (1,))[0]
    values = (
        receipt.id, workshiftid, shift, doctype, docnum, cashcode, shopcode, receipt.cashier, receipt.opened, time,
        int(doctype not in ANNULLED), receipt.total / 100, receipt.kind.value, receipt.channel.value,
        None if receipt.sale is None else int(receipt.sale), as_text(fiscal or {}), as_text(receipt.extra),
        receipt.extra.get("identifier"),
    )  # fmt: skip
    documentid = connection.added(_DOCUMENT, values)
    if documentid is None:
        raise UserError(
            phrase("receipt {id} is in {path} already", id=receipt.id, path=connection.path),
            code="already_closed",
            hint="two running tills must not have the same cash number; start this one again",
            cashier="чек уже есть в базе данных",
        )
    connection.change_many(GOODSITEM, [(documentid, *row) for row in rows])
    money = [(documentid, n, PAYMENT_OPCODE, p.type, p.amount / 100) for n, p in enumerate(payments, 1)]
    connection.change_many(_MONEYITEM, money)
    return Closed(documentid, doctype, docnum, shift)


def _document(connection: Connection, stored: Row) -> Document:
    (documentid, doctype, docnum, shift, shopcode, cashcode, timeend, uuid, kind, channel, cashier, timebeg, sale,
     fiscal, extra) = stored  # fmt: skip
    positions = tuple(position(line) for line in connection.all(_POSITIONS, (documentid,)))
    money = connection.all("SELECT type, summ FROM moneyitem WHERE documentid = ? ORDER BY posnum", (documentid,))
    returned = connection.all("SELECT saleposition FROM returnedposition WHERE saledocumentid = ?", (documentid,))
    receipt = Receipt(
        uuid,
        Kind(kind),
        State.CANCELLED if doctype in ANNULLED else State.CLOSED,
        Channel(channel),
        cashier=cashier,
        positions=positions,
        last_n=max((p.n for p in positions), default=0),
        sale=None if sale is None else str(sale),
        opened=timebeg or "",
        shift=shift,
        extra=json.loads(extra),
    )
    return Document(
        documentid=documentid,
        doctype=doctype,
        docnum=docnum,
        shift=shift,
        shopcode=shopcode,
        cashcode=cashcode,
        time=timeend,
        receipt=receipt,
        payments=tuple(Payment(kind_of_money, kopecks_of(summ)) for kind_of_money, summ in money),
        fiscal=json.loads(fiscal),
        returned=frozenset(n for (n,) in returned),
    )


def sale(connection: Connection, documentid: str) -> Document | None:
    """The closed sale of this number, of any till."""
    if not (documentid.isascii() and documentid.isdigit() and len(documentid) < 19):
        return None
    stored = connection.one(_SALE, (int(documentid),))
    return _document(connection, stored) if stored else None


def by_id(connection: Connection, documentid: int) -> Document | None:
    """The document of this number, whatever became of it."""
    stored = connection.one(_BY_ID, (documentid,))
    return _document(connection, stored) if stored else None


def documents_of_shift(connection: Connection, cashcode: str, shift: int) -> tuple[Document, ...]:
    """Every document of a shift of this till, in order."""
    return tuple(_document(connection, stored) for stored in connection.all(_OF_SHIFT, (cashcode, shift)))

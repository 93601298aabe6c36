"""A receipt that was open in a damaged database, open again in the books that took its place."""

import json
import sqlite3
from typing import Final

from ncash.errors import UserError
from ncash.language import phrase
from ncash.model.keg import KEG
from ncash.model.ports import AlreadyReturned, MarkTaken, NotDeferred
from ncash.model.receipt import Kind, Receipt
from ncash.store import deferred, intents, kegs, open_receipts, shifts
from ncash.store.rescue import recovery
from ncash.store.sqlite.connection import Connection

_LATER: Final = "SELECT 1 FROM document WHERE cashcode = ? AND timebeg > ?"
_STANDING: Final = "SELECT uuid FROM openreceipt WHERE cashcode = ?"
_ASIDE: Final = "SELECT 1 FROM deferredreceipt WHERE uuid = ?"
_BEFORE: Final = "SELECT line FROM journal WHERE kind = 'rebuilt'"
_OVER: Final = (
    "DELETE FROM openreceipt WHERE uuid = ?",
    "DELETE FROM openposition WHERE uuid = ?",
    "DELETE FROM openmark WHERE uuid = ?",
    "DELETE FROM kegportion WHERE uuid = ?",
    "DELETE FROM fiscalintent WHERE uuid = ?",
    "DELETE FROM deferredreceipt WHERE uuid = ?",
)


class NotReopened(Exception):
    """Why a receipt stays what it is: a name in the report."""


def over(books: Connection, uuid: str) -> None:
    """The receipt was entered as a document: where the copy still has it open, put aside or unsettled, that is past."""
    for statement in _OVER:
        books.change(statement, (uuid,))


def reopen(books: Connection, old: Connection, cashcode: str, shopcode: str) -> None:
    """Open the receipt of this till as the old books have it, with what was ordered of it, inside the caller's
    transaction; its marks are checked again by the till that starts. Raises NotReopened, and then nothing is changed.
    """
    try:
        receipt = open_receipts.OpenReceipt(old, cashcode).load()
        ordered = intents.rows_of(old, cashcode)
        receipt = recovery.sale_of(books, old, receipt) if receipt else None
    except (UserError, sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
        raise NotReopened(phrase("its rows cannot be read ({kind})", kind=type(error).__name__)) from error
    if receipt is None or not receipt.positions:
        raise NotReopened("it has no positions there")
    if books.one(_LATER, (cashcode, receipt.opened)):
        raise NotReopened("its till made a later one")
    if books.one(_ASIDE, (receipt.id,)):
        raise NotReopened("it is put aside")
    if any(json.loads(line).get("reopened") == receipt.id for (line,) in books.all(_BEFORE)):
        raise NotReopened("it was opened again before")
    standing = books.one(_STANDING, (cashcode,))
    if standing is not None and standing != (receipt.id,):
        raise NotReopened(phrase("the copy has the receipt {receipt} open on its till", receipt=standing[0]))
    books.change("SAVEPOINT reopening")
    try:
        _put(books, receipt, cashcode, shopcode)
    except (UserError, MarkTaken, AlreadyReturned, NotDeferred, NotReopened) as error:
        books.change("ROLLBACK TO reopening")
        raise NotReopened(str(error)) from error
    for row in ordered:
        if not recovery.known(books, row[0]):
            intents.put(books, cashcode, row)


def _put(books: Connection, receipt: Receipt, cashcode: str, shopcode: str) -> None:
    if receipt.kind is Kind.RETURN_BY_SALE and receipt.sale is None:
        raise NotReopened("the sale that it gives back is not in the books")
    shift = shifts.start(books, cashcode, shopcode, receipt.opened, receipt.cashier)
    receipt = receipt._replace(shift=shift)
    place = open_receipts.OpenReceipt(books, cashcode)
    place.put(receipt)
    taken = [p.cis for p in receipt.positions if p.cis is not None and not p.refused and KEG not in p.extra]
    place.take(receipt, taken, receipt.kind.opcode)
    kegs.hold(books, cashcode, receipt, receipt.opened)
    open_receipts.hold_returned(books, receipt)
    if receipt.extra.get("ordered"):
        deferred.hold_orders(books, receipt)

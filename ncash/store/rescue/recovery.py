"""What a damaged database still tells, entered into the one that took its place, inside the caller's transaction."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeVar

from ncash.errors import UserError
from ncash.model.ports import Document
from ncash.model.receipt import Receipt, State
from ncash.store import closing, former, shifts
from ncash.store.journal.journal import append
from ncash.store.receipts import row
from ncash.store.sqlite.connection import Connection, Row

T = TypeVar("T")
RECOVERED: Final = "recovered"
"""Member of a journal line that was taken over: when that was done."""
TAKEN_OVER: Final = "taken_over"
"""`kind` of the journal line behind the lines of one database."""
_TAKEN_OVER: Final = "SELECT line FROM journal WHERE kind = ?"
_COMMON: Final = "SELECT seq, hash FROM journal ORDER BY seq DESC"
_HASH: Final = "SELECT hash FROM journal WHERE seq = ?"
_BEYOND: Final = "SELECT seq, cashcode, uuid, line FROM journal WHERE seq > ? ORDER BY seq"
_DOCUMENTS: Final = "SELECT documentid, uuid FROM document ORDER BY documentid"
_UUID: Final = "SELECT uuid FROM document WHERE documentid = ?"
_ID: Final = "SELECT documentid FROM document WHERE uuid = ?"
_MESSAGES: Final = "SELECT uuid, cashcode, route, op, key, body, created FROM outbox ORDER BY id"
_PUT: Final = (
    "INSERT INTO outbox (uuid, cashcode, route, op, key, body, created, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, 0) "
    "ON CONFLICT (uuid) DO NOTHING"
)
_GIVEN_BACK: Final = (
    "INSERT INTO returnedposition (saledocumentid, saleposition, uuid) VALUES (?, ?, ?) "
    "ON CONFLICT (saledocumentid, saleposition) DO NOTHING"
)
_OPEN: Final = "SELECT cashcode, uuid FROM openreceipt ORDER BY cashcode"
_ALLOWED: Final = (
    "SELECT cashcode, line FROM journal WHERE uuid = ? AND kind = 'verdict' AND verdict = 'allow' ORDER BY seq"
)


class RecoveryReport(NamedTuple):
    """What was taken over, and where reading came to an end."""

    rows: int
    stopped: str | None = None
    """Why the rest cannot be read."""


def known(books: Connection, uuid: str) -> bool:
    """Whether a document of this receipt is in the books."""
    return books.one(_ID, (uuid,)) is not None


class _Reading:
    """Reads a damaged database as far as it can be read. What goes wrong with the rows elsewhere is not its matter."""

    def __init__(self) -> None:
        self.stopped: str | None = None

    def of(self, rows: Iterator[T]) -> Iterator[T]:
        """The rows up to the one that cannot be read."""
        try:
            yield from rows
        except (UserError, sqlite3.DatabaseError, ValueError) as error:
            self.stopped = str(error)


def lines(books: Connection, old: Connection, name: str, now: str) -> RecoveryReport:
    """Take over, once, the lines that came after the last one that both journals have. Raises what writing raises."""
    reading, count, last, by = _Reading(), 0, 0, ""
    for seq, cashcode, uuid, line in reading.of(_beyond(books, old, name)):
        append(books, cashcode, [{**line, RECOVERED: now}], uuid)
        count, last, by = count + 1, seq, cashcode
    if count:
        append(books, by, [{"kind": TAKEN_OVER, "time": now, "source": name, "to": last, "lines": count}], None)
    return RecoveryReport(count, reading.stopped)


def _beyond(books: Connection, old: Connection, name: str) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    after = max(_fork(books, old), _taken_before(books, name))
    for seq, cashcode, uuid, line in old.each(_BEYOND, (after,)):
        yield seq, cashcode, uuid, json.loads(line)


def _taken_before(books: Connection, name: str) -> int:
    """Number of the last line of that database that was taken over already."""
    told = [json.loads(line) for (line,) in books.all(_TAKEN_OVER, (TAKEN_OVER,))]
    return max((int(one["to"]) for one in told if one["source"] == name), default=0)


def _fork(books: Connection, old: Connection) -> int:
    """Number of the last line that both journals have; the newer one may have gone on in its own way."""
    for seq, hashed in books.each(_COMMON):
        if old.one(_HASH, (seq,)) == (hashed,):
            return int(seq)
    return 0


def documents(books: Connection, old: Connection) -> Iterator[tuple[Document | None, str]]:
    """Documents that only the old books have, oldest first, with their receipts; None for one that is damaged."""
    try:
        found: list[Row] = old.all(_DOCUMENTS)
    except UserError:
        return
    for documentid, uuid in found:
        if known(books, uuid):
            continue
        try:
            document = closing.by_id(old, documentid)
            sale = _sale(old, document.receipt) if document else None
        except (UserError, sqlite3.DatabaseError, ValueError, KeyError, TypeError):
            yield None, uuid
        else:
            yield document and document._replace(receipt=_in(books, document.receipt, sale)), uuid


def sale_of(books: Connection, old: Connection, receipt: Receipt) -> Receipt:
    """The receipt with its sale by the number that the sale has in these books; None when it is not in them."""
    return _in(books, receipt, _sale(old, receipt))


def _sale(old: Connection, receipt: Receipt) -> str | None:
    """UUID of the sale that is given back."""
    return (old.one(_UUID, (int(receipt.sale),)) or (None,))[0] if receipt.sale is not None else None


def _in(books: Connection, receipt: Receipt, sale: str | None) -> Receipt:
    if receipt.sale is None:
        return receipt
    found = books.one(_ID, (sale,)) if sale else None
    return receipt._replace(sale=str(found[0]) if found else None)


def enter(books: Connection, document: Document) -> None:
    """Write a document as it was, in the shift that is open or in a new one."""
    receipt, cancelled = document.receipt, document.receipt.state is State.CANCELLED
    shifts.start(books, document.cashcode, document.shopcode, receipt.opened or document.time, receipt.cashier)
    rows = [row(position, receipt.kind.opcode) for position in receipt.positions]
    written = closing.enter(
        books, document.cashcode, document.shopcode, receipt, rows, document.doctype, document.time,
        document.payments, document.fiscal,
    )  # fmt: skip
    assert written.doctype == document.doctype
    if receipt.sale is not None and not cancelled:
        for position in receipt.positions:
            if position.sale_position is not None:
                books.change(_GIVEN_BACK, (int(receipt.sale), position.sale_position, receipt.id))


def messages(books: Connection, old: Connection) -> RecoveryReport:
    """Take over what was owed to the cash server; it knows again what it has had. Raises what writing raises."""
    reading = _Reading()
    count = sum(books.change(_PUT, message) for message in reading.of(old.each(_MESSAGES)))
    return RecoveryReport(count, reading.stopped)


def former_marks(books: Connection, old: Connection) -> RecoveryReport:
    """Take over the marks of the program that sold here before. Raises what writing raises."""
    reading = _Reading()
    count = sum(former.put(books, mark) for mark in reading.of(former.all_of(old)))
    return RecoveryReport(count, reading.stopped)


def open_receipts(old: Connection) -> list[tuple[str, str]] | None:
    """Till and receipt of what was not closed; None when that cannot be read."""
    try:
        return [(str(cash), str(uuid)) for cash, uuid in old.all(_OPEN)]
    except UserError:
        return None


def verdicts(books: Connection, uuid: str) -> list[tuple[str, dict[str, Any]]]:
    """Till and line of what the journal allowed into a receipt."""
    return [(str(cash), json.loads(line)) for cash, line in books.all(_ALLOWED, (uuid,))]

"""Receipts that are not closed: the open one of each till, the marks and sale positions it holds."""

from collections.abc import Iterable
from typing import Final

from ncash.errors import UserError
from ncash.language import phrase, recorded
from ncash.model.ports import AlreadyReturned, MarkTaken, MarkUse
from ncash.model.receipt import Position, Receipt
from ncash.store.kegs import let_go
from ncash.store.receipts import ROW, counted, head_read, head_text, position_read, position_text, row, same_head
from ncash.store.receipts import position as of_row
from ncash.store.sqlite.connection import Connection, Row

TWICE: Final = "чек занят другой кассой с тем же номером"
"""For the cashier, where another program with this till's number has the receipt."""
LAST_USE: Final = (
    "SELECT g.opcode, d.documentid, d.docnum, d.cashcode, d.timeend FROM Goodsitem g "
    "JOIN document d ON d.documentid = g.documentid WHERE g.goodsitemid = ("
    "SELECT i.goodsitemid FROM Goodsitem i JOIN document o ON o.documentid = i.documentid "
    "WHERE i.cis = ?1 AND o.doctype IN (1, 2, 25) ORDER BY i.goodsitemid DESC LIMIT 1) "
    "UNION ALL SELECT opcode, 0, docnum, cashcode, time FROM formermark WHERE cis = ?1 LIMIT 1"
)
"""In this database; else in the program that sold here before (ncash.store.former)."""
UNIT_SOLD: Final = (
    "SELECT " + ROW + " FROM Goodsitem WHERE opcode = 50 AND goodsitemid = ("
    "SELECT g.goodsitemid FROM Goodsitem g JOIN document d ON d.documentid = g.documentid "
    "WHERE g.cis = ? AND d.doctype IN (1, 2, 25) ORDER BY g.goodsitemid DESC LIMIT 1) "
    "AND NOT (frunit IN (40, 41, 42) AND cis IN (SELECT cis FROM keg))"
)
"""A portion of a keg is no unit: nobody knows of which sale the one is that comes back."""
_LOAD: Final = "SELECT uuid, revision, receipt FROM openreceipt WHERE cashcode = ?"
_REVISION: Final = "SELECT revision FROM openreceipt WHERE cashcode = ?"
_OPEN: Final = (
    "INSERT INTO openreceipt (cashcode, uuid, revision, receipt) VALUES (?, ?, 1, ?) "
    "ON CONFLICT (cashcode) DO UPDATE SET receipt = excluded.receipt, revision = revision + 1 "
    "WHERE openreceipt.uuid = excluded.uuid"
)
_SAVE: Final = (
    "UPDATE openreceipt SET receipt = ?, revision = revision + 1 WHERE cashcode = ? AND uuid = ? AND revision = ?"
)
_SAVE_POSITIONS: Final = (
    "UPDATE openreceipt SET revision = revision + 1 WHERE cashcode = ? AND uuid = ? AND revision = ?"
)
_POSITION: Final = (
    "INSERT INTO openposition (uuid, posnum, position) VALUES (?, ?, ?) "
    "ON CONFLICT (uuid, posnum) DO UPDATE SET position = excluded.position"
)
_TAKE: Final = (
    "INSERT INTO openmark (cis, cashcode, uuid) SELECT ?1, ?2, ?3 WHERE COALESCE(("
    "SELECT g.opcode FROM Goodsitem g JOIN document d ON d.documentid = g.documentid "
    "WHERE g.cis = ?1 AND d.doctype IN (1, 2, 25) ORDER BY g.goodsitemid DESC LIMIT 1), "
    "(SELECT opcode FROM formermark WHERE cis = ?1), -1) <> ?4 "
    "ON CONFLICT (cis) DO UPDATE SET cashcode = excluded.cashcode WHERE openmark.uuid = excluded.uuid"
)
_HOLD: Final = (
    "INSERT INTO returnedposition (saledocumentid, saleposition, uuid) VALUES (?, ?, ?) "
    "ON CONFLICT (saledocumentid, saleposition) DO UPDATE SET uuid = excluded.uuid "
    "WHERE returnedposition.uuid = excluded.uuid"
)


def last_use(connection: Connection, cis: str) -> MarkUse | None:
    """The last registered operation on a CIS in this database."""
    found = connection.one(LAST_USE, (cis,))
    return MarkUse(*found) if found else None


def unit_sold(connection: Connection, cis: str) -> Position | None:
    """The position under which this unit was sold, when nothing was registered about it since."""
    found = connection.one(UNIT_SOLD, (cis,))
    return of_row(found) if found else None


class OpenReceipt:
    """The open receipt of one till. It remembers what is on the disk, so that a scan writes one position, not all."""

    def __init__(self, connection: Connection, cashcode: str) -> None:
        self._connection = connection
        self._cashcode = cashcode
        self._known: Receipt | None = None
        self._revision = 0
        self._counted = False
        """What is on the disk leaves it to the positions to tell last_n."""
        self._begun = 0
        """Revision of a receipt that was just put here."""
        self._rows: dict[int, tuple[Position, Row]] = {}

    @property
    def known(self) -> Receipt | None:
        """The open receipt as it is on the disk; None when there is none, or nobody looked."""
        return self._known

    def load(self) -> Receipt | None:
        """The receipt that this till left open."""
        found = self._connection.one(_LOAD, (self._cashcode,))
        if found is None:
            return None
        uuid, revision, head = found
        texts = self._connection.all("SELECT position FROM openposition WHERE uuid = ? ORDER BY posnum", (uuid,))
        receipt = head_read(head, tuple(position_read(text) for (text,) in texts))
        self._known, self._revision = receipt, revision
        self._counted = counted(receipt) and head == head_text(receipt)
        return receipt

    def put(self, receipt: Receipt) -> None:
        """Write what changed, inside the caller's transaction; call `remember` when that is done.

        Raises UserError when another receipt is open on this till, or another program has it in hand.
        """
        known = self._known if self._known and self._known.id == receipt.id else None
        place = (self._cashcode, receipt.id)
        if known is None:
            written = self._connection.change(_OPEN, (*place, head_text(receipt)))
            self._connection.change("DELETE FROM openposition WHERE uuid = ?", (receipt.id,))
            self._begun = (self._connection.one(_REVISION, (self._cashcode,)) or (0,))[0]
        elif self._counted and _same_head(known, receipt):
            written = self._connection.change(_SAVE_POSITIONS, (*place, self._revision))
        else:
            written = self._connection.change(_SAVE, (head_text(receipt), *place, self._revision))
        if not written:
            raise UserError(
                phrase(
                    "another receipt is open on till {cashcode}, or another program has this one in hand",
                    cashcode=self._cashcode,
                ),
                code="receipt_open",
                hint="close or cancel it first; two running tills must not have the same cash number",
                cashier=TWICE,
            )
        same = len(known.positions) if known and _longer(known, receipt) else 0
        stale = {p.n: p for p in known.positions[same:]} if known else {}
        for position in receipt.positions[same:]:
            if stale.pop(position.n, None) is not position:
                self._connection.change(_POSITION, (receipt.id, position.n, position_text(position)))
        for n in stale:
            self._connection.change("DELETE FROM openposition WHERE uuid = ? AND posnum = ?", (receipt.id, n))

    def take(self, receipt: Receipt, marks: Iterable[str], opcode: int) -> None:
        """Hold these CIS for the receipt and let go of those that left it. Raises MarkTaken."""
        for cis in marks:
            if self._connection.change(_TAKE, (cis, self._cashcode, receipt.id, opcode)):
                continue
            used = last_use(self._connection, cis)
            if used and used.opcode == opcode:
                raise MarkTaken(
                    cis,
                    recorded(
                        "the mark was registered in document {docnum} of till {cashcode}",
                        docnum=used.docnum,
                        cashcode=used.cashcode,
                    ),
                )
            raise MarkTaken(cis, "the mark stands in another receipt that is open")
        known = self._known if self._known and self._known.id == receipt.id else None
        if known is not None and _longer(known, receipt):
            return
        present = {p.cis for p in receipt.positions}
        for (cis,) in self._connection.all("SELECT cis FROM openmark WHERE uuid = ?", (receipt.id,)):
            if cis not in present:
                self._connection.change("DELETE FROM openmark WHERE cis = ?", (cis,))

    def must_stand(self, receipt: Receipt) -> None:
        """Raises UserError when the receipt is not open on this till any more."""
        found = self._connection.one(_LOAD, (self._cashcode,))
        if found is None or found[0] != receipt.id:
            raise UserError(
                phrase("receipt {id} is not open in {path} any more", id=receipt.id, path=self._connection.path),
                code="already_closed",
                hint="two running tills must not have the same cash number; start this one again",
                cashier=TWICE,
            )

    def remember(self, receipt: Receipt) -> None:
        """What `put` wrote is on the disk. Asks the disk nothing: whatever failed now would be told as not written."""
        same = self._known is not None and self._known.id == receipt.id
        self._revision = self._revision + 1 if same else self._begun
        self._known, self._counted = receipt, counted(receipt)

    def forget(self) -> None:
        """No receipt is open here."""
        self._known = None
        self._rows = {}

    def rows(self, receipt: Receipt) -> list[Row]:
        """The positions as rows of Goodsitem."""
        opcode = receipt.kind.opcode
        return [self._row(position, opcode) for position in receipt.positions]

    def _row(self, position: Position, opcode: int) -> Row:
        ready = self._rows.get(position.n)
        return ready[1] if ready and ready[0] is position else row(position, opcode)

    def get_ready(self) -> None:
        """Use idle time to make the rows that closing will write."""
        if self._known:
            opcode = self._known.kind.opcode
            self._rows = {p.n: (p, self._row(p, opcode)) for p in self._known.positions}


def _longer(known: Receipt, receipt: Receipt) -> bool:
    """Whether positions joined, and no other one changed."""
    return receipt.positions[: len(known.positions)] == known.positions


def _same_head(known: Receipt, receipt: Receipt) -> bool:
    """Whether what is on the disk of the receipt besides its positions still holds."""
    return counted(receipt) and same_head(known, receipt)


def hold_returned(connection: Connection, receipt: Receipt) -> None:
    """Hold the positions of the sale that this receipt gives back, and no others. Raises AlreadyReturned."""
    if receipt.sale is None:
        return
    wanted = {p.sale_position for p in receipt.positions if p.sale_position is not None and p.refused is None}
    held = connection.all("SELECT saleposition FROM returnedposition WHERE uuid = ?", (receipt.id,))
    for (n,) in held:
        if n not in wanted:
            connection.change("DELETE FROM returnedposition WHERE uuid = ? AND saleposition = ?", (receipt.id, n))
    for n in sorted(wanted):
        if not connection.change(_HOLD, (int(receipt.sale), n, receipt.id)):
            raise AlreadyReturned(recorded("position {n} of the sale is given back by another receipt", n=n))


def release(connection: Connection, cashcode: str, receipt: Receipt, returned: bool) -> None:
    """The receipt is open no more: forget its row and its marks, and with `returned` its hold on the sale."""
    connection.change("DELETE FROM openreceipt WHERE cashcode = ? AND uuid = ?", (cashcode, receipt.id))
    connection.change("DELETE FROM openposition WHERE uuid = ?", (receipt.id,))
    connection.change("DELETE FROM openmark WHERE uuid = ?", (receipt.id,))
    let_go(connection, receipt.id)
    if returned and receipt.sale is not None:
        connection.change("DELETE FROM returnedposition WHERE uuid = ?", (receipt.id,))

"""Goods that a file would make wrong: found at its end, put back as they were, and named (docs/adr/0034).

What was before the file is read through a second connection, which does not see what the transaction has written. An
article goes back as a whole, its card and its barcodes, since half of it would be goods that nobody ever meant; a
barcode that was not there before is left out, and the rest of its article is loaded.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final, NamedTuple

from ncash.language import phrase
from ncash.store.dictionaries import goods_rows
from ncash.store.dictionaries.delivery import Delivery
from ncash.store.imports.report import Fault, RecordPlace
from ncash.store.sqlite.connection import Connection

_FOUND: Final = (
    "SELECT b.barcode, b.code, " + goods_rows.PRICE + " > 0 OR COALESCE(t.zeroprice, 0), " + goods_rows.UNIT + ", "
    "w.number, w.line "
)
_OF_TOUCHED: Final = (
    _FOUND + "FROM temp.touched w CROSS JOIN Barcodes b ON b.code = w.code " + goods_rows.WITH + "WHERE "
    + goods_rows.WRONG
)  # fmt: skip
_OF_ALL: Final = (
    _FOUND + "FROM Barcodes b " + goods_rows.WITH + "LEFT JOIN temp.touched w ON w.code = b.code WHERE "
    + goods_rows.WRONG
)  # fmt: skip
_RIGHT: Final = "SELECT 1 FROM Barcodes b " + goods_rows.WITH + "WHERE b.barcode = ? AND NOT " + goods_rows.WRONG
_OWNER: Final = "SELECT b.code FROM Barcodes b JOIN tmc t ON t.code = b.code WHERE b.barcode = ?"
_CARD: Final = "SELECT " + goods_rows.CARD + " FROM tmc WHERE code = ?"
_BARCODES: Final = "SELECT " + goods_rows.BARCODE + " FROM Barcodes WHERE code = ?"
_PRICE: Final = "SELECT " + goods_rows.PRICED + " FROM price WHERE barcode = ? AND ofcard = ?"
_NEEDED: Final = (
    "SELECT DISTINCT " + goods_rows.UNIT + " FROM Barcodes b " + goods_rows.WITH + "WHERE u.code IS NULL AND b.code = ?"
)
_UNIT: Final = "SELECT code, name, flag, frunit FROM units WHERE code = ?"
_ORPHANS: Final = (
    "SELECT b.barcode, b.code, w.number, w.line FROM temp.touched w JOIN Barcodes b ON b.code = w.code "
    "WHERE NOT EXISTS (SELECT 1 FROM tmc t WHERE t.code = b.code)"
)
_TWINS: Final = "SELECT MIN(barcode), MAX(barcode) FROM Barcodes GROUP BY gtin HAVING COUNT(*) > 1"
_EMPTY: Final = "DELETE FROM tmc WHERE code = ?1 AND NOT EXISTS (SELECT 1 FROM Barcodes WHERE code = ?1)"
_DROP: Final = "DELETE FROM Barcodes WHERE barcode = ?"
_DROP_ALL: Final = "DELETE FROM Barcodes WHERE code = ?"
_DROP_PRICE: Final = "DELETE FROM price WHERE barcode = ? AND ofcard = ?"
_BRINGS_PRICE: Final = (
    "accepted is a price above 0, of the card, the barcode or addPrice, or options.priceoptions.zeroprice = true"
)
_BRINGS_UNIT: Final = "accepted is a unit that addUnit brings, or no measurecode for goods sold by pieces"
_AGAIN: Final = "it stays as it was; correct it in the back office and import the file again"


_COUNTED: Final = "SELECT COUNT(*), MIN(b.barcode) FROM Barcodes b " + goods_rows.WITH + "WHERE " + goods_rows.WRONG


def counted(connection: Connection) -> tuple[int, str]:
    """How many goods a till could not sell, for want of a price or a unit, and one of their barcodes."""
    count, barcode = connection.one(_COUNTED) or (0, "")
    return int(count), barcode or ""


class WrongGoods(NamedTuple):
    """Goods that would come out wrong."""

    barcode: str
    code: str
    priced: bool
    unit: str | None
    place: RecordPlace

    def fault(self) -> Fault:
        """It as a line of the report."""
        lack = phrase(
            "names the unit {unit}, which nobody brought: {brings_unit}", unit=self.unit, brings_unit=_BRINGS_UNIT
        )
        if not self.priced:
            lack = phrase("has no price: {brings_price}", brings_price=_BRINGS_PRICE)
        number, line = self.place
        reason = phrase("barcode {barcode} of card {code} {lack}", barcode=self.barcode, code=self.code, lack=lack)
        return Fault(number, line, reason, self.barcode, next=_AGAIN)


def settle(delivery: Delivery) -> None:
    """End a delivery: find its prices, put wrong goods back, tell what stands oddly beside another."""
    delivery.prices_found()
    connection, report = delivery.connection, delivery.report
    with closing(Connection(connection.path)) as before:
        wrong = list(_wrong(delivery, before))
        for one in wrong:
            report.fault(one.fault())
        report.kept += len(wrong)
        owed = _owed(delivery, before)
        if wrong or owed:
            _PuttingBack(connection, before).put_back(wrong, owed)
    for barcode, code, number, line in connection.each(_ORPHANS):
        report.note(
            phrase("barcode {barcode} waits for card {code}, which nobody brought", barcode=barcode, code=code),
            RecordPlace(number, line),
        )
    for one, other in connection.each(_TWINS):
        report.note(
            phrase(
                "barcodes {one} and {other} are one GTIN: each is found by the text that is scanned",
                one=one,
                other=other,
            )
        )


def _wrong(delivery: Delivery, before: Connection) -> Iterator[WrongGoods]:
    """What would come out wrong by this delivery. Goods that it leaves as wrong as they were are not its matter."""
    statement = _OF_TOUCHED if delivery.wide is None else _OF_ALL
    for barcode, code, priced, unit, number, line in delivery.connection.each(statement):
        if number is not None:
            yield WrongGoods(barcode, code, bool(priced), unit, place=RecordPlace(number, line))
        elif before.one(_RIGHT, (barcode,)):
            yield WrongGoods(barcode, code, bool(priced), unit, place=delivery.wide or RecordPlace())


def _owed(delivery: Delivery, before: Connection) -> set[str]:
    """Cards that were there before, and would be gone because their record was faulty."""
    now = delivery.connection
    cards = {code for code in delivery.owed if now.one(_CARD, (code,)) is None and before.one(_CARD, (code,))}
    for barcode in delivery.owed_barcodes:
        if now.one(_OWNER, (barcode,)) is None and (owner := before.one(_OWNER, (barcode,))):
            cards.add(owner[0])
    return cards


class _PuttingBack:
    """Puts goods back into a transaction as they were before it."""

    def __init__(self, now: Connection, before: Connection) -> None:
        self._now = now
        self._before = before

    def _owner(self, barcode: str) -> str | None:
        found = self._before.one(_OWNER, (barcode,))
        return found[0] if found else None

    def put_back(self, wrong: Iterable[WrongGoods], cards: set[str]) -> None:
        """The wrong goods, and these cards."""
        left: dict[str, None] = {}
        for one in wrong:
            owner = self._owner(one.barcode)
            if owner is not None:
                cards.add(owner)
            self._now.change(_DROP, (one.barcode,))
            self._price(one.barcode, 0)
            left[one.code] = None
        self._close(cards)
        for code in cards:
            self._clear(code)
        for code in cards:
            self._article(code)
            for (unit,) in self._now.all(_NEEDED, (code,)):
                self._unit(unit)
        for code in left:
            if code not in cards and self._before.one(_CARD, (code,)) is None:
                self._now.change(_EMPTY, (code,))

    def _close(self, cards: set[str]) -> None:
        """Add the cards whose barcodes have moved to one of these: what goes back there must find its old card."""
        waiting = list(cards)
        while waiting:
            for row in self._now.all(_BARCODES, (waiting.pop(),)):
                owner = self._owner(row[0])
                if owner is not None and owner not in cards:
                    cards.add(owner)
                    waiting.append(owner)

    def _clear(self, code: str) -> None:
        for row in self._now.all(_BARCODES, (code,)):
            self._price(row[0], 0)
        self._now.change(_DROP_ALL, (code,))

    def _article(self, code: str) -> None:
        card = self._before.one(_CARD, (code,))
        if card is not None:
            self._now.change(goods_rows.PUT_CARD, card)
            self._price(code, 1)
        for row in self._before.all(_BARCODES, (code,)):
            if self._now.change(goods_rows.ADD_BARCODE, row):
                self._price(row[0], 0)

    def _price(self, name: str, ofcard: int) -> None:
        self._now.change(_DROP_PRICE, (name, ofcard))
        if found := self._before.one(_PRICE, (name, ofcard)):
            self._now.change(goods_rows.PUT_PRICE, found)

    def _unit(self, code: str) -> None:
        if found := self._before.one(_UNIT, (code,)):
            self._now.change("INSERT OR IGNORE INTO units (code, name, flag, frunit) VALUES (?, ?, ?, ?)", found)

"""What a file brings into the goods tables, inside one transaction; it knows which record brought which goods.

At the end the goods that would come out wrong are put back (ncash.store.dictionaries.wrong_goods).
"""

from typing import Final, NamedTuple

from ncash.language import phrase
from ncash.model.mark import gtin14
from ncash.store.dictionaries import goods_rows
from ncash.store.imports.report import Fault, RecordPlace, Report
from ncash.store.sqlite.connection import Connection, Row

_TOUCHED: Final = (
    "CREATE TEMP TABLE touched (code TEXT PRIMARY KEY, number INTEGER NOT NULL, line INTEGER NOT NULL) WITHOUT ROWID"
)
_SAID: Final = (
    "CREATE TEMP TABLE said (barcode TEXT PRIMARY KEY, number INTEGER NOT NULL, line INTEGER NOT NULL) WITHOUT ROWID"
)
_TOUCH: Final = "INSERT OR REPLACE INTO temp.touched (code, number, line) VALUES (?, ?, ?)"
_SAY: Final = "INSERT OR REPLACE INTO temp.said (barcode, number, line) VALUES (?, ?, ?)"
_OWNER: Final = "SELECT code FROM Barcodes WHERE barcode = ?"
_OWNERS: Final = "SELECT barcode, code FROM Barcodes WHERE gtin = ? ORDER BY barcode <> ?, barcode"
CARD: Final = "SELECT 1 FROM tmc WHERE code = ?"
_ANY_PRICE: Final = "SELECT 1 FROM price LIMIT 1"
_UNPRICE: Final = "DELETE FROM price WHERE gtin = ? AND ofcard = 0"
_UNPRICE_CARD: Final = (
    "DELETE FROM price WHERE barcode = ?1 AND "
    "(ofcard = 1 OR NOT EXISTS (SELECT 1 FROM Barcodes b WHERE b.gtin = price.gtin))"
)
"""Said of a card by its code, in the place of a barcode too."""
_UNPRICE_BARCODES: Final = (
    "DELETE FROM price WHERE ofcard = 0 AND barcode IN (SELECT barcode FROM Barcodes WHERE code = ?)"
)
_TOUCH_PRICED: Final = (
    "INSERT OR REPLACE INTO temp.touched (code, number, line) "
    "SELECT b.code, s.number, s.line FROM temp.said s JOIN Barcodes b ON b.barcode = s.barcode"
)
_UNPLACED: Final = (
    "SELECT p.barcode, p.ofcard, p.price, p.minprice, p.minretailprice, s.number, s.line FROM price p "
    "LEFT JOIN temp.said s ON s.barcode = p.barcode "
    "WHERE p.ofcard = 0 AND NOT EXISTS (SELECT 1 FROM Barcodes b WHERE b.barcode = p.barcode)"
)
_UNPLACED_CARDS: Final = (
    "SELECT p.barcode, t.number, t.line FROM price p JOIN temp.touched t ON t.code = p.barcode "
    "WHERE p.ofcard = 1 AND NOT EXISTS (SELECT 1 FROM tmc c WHERE c.code = p.barcode)"
)
"""Of those that this file brought."""
_DROP_BARCODE: Final = "DELETE FROM Barcodes WHERE barcode = ? AND code = COALESCE(?, code)"
_BARCODES_OF: Final = "DELETE FROM Barcodes WHERE code = ?"
_ONE_CARD: Final = "; a barcode is of one card: if the first one is right, correct the file and import it again"
_NEXT_PRICE: Final = "bring the goods: the price waits for them"


class Article(NamedTuple):
    """A card with its barcodes, as rows."""

    code: str
    card: Row
    barcodes: tuple[Row, ...]
    priced: bool
    """It says a price of its own."""


class Delivery:
    """Changes goods inside an open transaction."""

    def __init__(self, connection: Connection, report: Report) -> None:
        self.connection = connection
        self.report = report
        self.wide: RecordPlace | None = None
        """A record that may have made any goods wrong: it took units or prices away."""
        self.owed: dict[str, RecordPlace] = {}
        """Cards that a faulty record named, and no record since."""
        self.owed_barcodes: dict[str, RecordPlace] = {}
        """Barcodes that one named."""
        self._prices = connection.one(_ANY_PRICE) is not None
        connection.change(_TOUCHED)
        connection.change(_SAID)

    def _touch(self, code: str, place: RecordPlace) -> None:
        self.connection.change(_TOUCH, (code, *place))

    def article(self, article: Article, place: RecordPlace) -> None:
        """A card and its barcodes, in the place of those that it had."""
        self.connection.change(goods_rows.PUT_CARD, article.card)
        if self._prices and article.priced:
            self.connection.change(_UNPRICE_CARD, (article.code,))
            self.connection.change(_UNPRICE_BARCODES, (article.code,))
        self.connection.change(_BARCODES_OF, (article.code,))
        for row in article.barcodes:
            self._barcode(row, place, article.priced)
        self._touch(article.code, place)
        self.owed.pop(article.code, None)

    def barcode(self, row: Row, place: RecordPlace) -> None:
        """One barcode of a card."""
        self._barcode(row, place, priced=False)
        self._touch(row[1], place)

    def _barcode(self, row: Row, place: RecordPlace, priced: bool) -> None:
        barcode, code, price = row[0], row[1], row[3]
        if not self.connection.change(goods_rows.ADD_BARCODE, row):
            owner = self.connection.one(_OWNER, (barcode,))
            if owner and owner[0] != code:
                self.report.note(
                    phrase(
                        "barcode {barcode} moved from card {owner} to card {code}{one_card}",
                        barcode=barcode,
                        owner=owner[0],
                        code=code,
                        one_card=_ONE_CARD,
                    ),
                    place,
                )
                self._touch(owner[0], place)
            self.connection.change(goods_rows.PUT_BARCODE, row)
        if self._prices and (priced or price):
            self.connection.change(_UNPRICE, (gtin14(barcode),))
        self.owed_barcodes.pop(barcode, None)

    def price(self, row: Row, place: RecordPlace) -> None:
        """What addPrice says of a barcode or a card; whose it is, is looked up at the end of the file."""
        barcode, ofcard = row[0], row[1]
        if ofcard:
            self._touch(barcode, place)
        else:
            self.connection.change(_UNPRICE, (gtin14(barcode),))
            self.connection.change(_SAY, (barcode, *place))
        self.connection.change(goods_rows.PUT_PRICE, row)
        self._prices = True

    def delete_article(self, code: str, place: RecordPlace) -> bool:
        """Whether there was such a card."""
        self.connection.change(_UNPRICE_BARCODES, (code,))
        self.connection.change(_UNPRICE_CARD, (code,))
        self.connection.change(_BARCODES_OF, (code,))
        self._touch(code, place)
        self.owed.pop(code, None)
        return self.connection.change("DELETE FROM tmc WHERE code = ?", (code,)) > 0

    def delete_barcode(self, barcode: str, code: str | None, place: RecordPlace) -> bool:
        """Whether there was such a barcode, in these digits or with other zeros before them."""
        for known, owner in self.connection.all(_OWNERS, (gtin14(barcode), barcode)):
            if self.connection.change(_DROP_BARCODE, (known, code)):
                self._touch(owner, place)
                self.owed_barcodes.pop(barcode, None)
                return True
        return False

    def delete_price(self, barcode: str | None, code: str | None, place: RecordPlace) -> bool:
        """Whether addPrice had said a price of these goods."""
        gone = 0
        if barcode is not None:
            owners = self.connection.all(_OWNERS, (gtin14(barcode), barcode))
            for _, owner in owners:
                self._touch(owner, place)
            gone = self.connection.change(_UNPRICE, (gtin14(barcode),))
            code = code if owners else code or barcode
        if code is not None:
            self._touch(code, place)
            gone += self.connection.change(_UNPRICE_CARD, (code,))
        return gone > 0

    def clear(self, statements: tuple[str, ...], place: RecordPlace, wide: bool) -> None:
        """Empty tables; `wide` when goods of any card may need what is gone."""
        for statement in statements:
            self.connection.change(statement)
        if wide:
            self.wide = place
        if goods_rows.NO_CARDS in statements:
            self.owed.clear()
        if goods_rows.NO_BARCODES in statements:
            self.owed_barcodes.clear()

    def owe(self, code: str | None, barcode: str | None, place: RecordPlace) -> None:
        """A faulty record named these goods: they stay as they are, or as they were."""
        if code is not None:
            self.owed[code] = place
        elif barcode is not None:
            self.owed_barcodes[barcode] = place

    def prices_found(self) -> None:
        """Give each price to the goods that it names now, written with other zeros or by their card; it may have come
        in an earlier file, and waited."""
        if not self._prices:
            return
        self.connection.change(_TOUCH_PRICED)
        for *row, number, line in self.connection.all(_UNPLACED):
            barcode = row[0]
            owners = self.connection.all(_OWNERS, (gtin14(barcode), barcode))
            if owners:
                name, owner, ofcard = owners[0][0], owners[0][1], 0
            elif self.connection.one(CARD, (barcode,)):
                name, owner, ofcard = barcode, barcode, 1
            else:
                self._waits("barcode", barcode, number, line)
                continue
            if number is not None:
                self._touch(owner, RecordPlace(number, line))
            self.connection.change(_UNPRICE, (gtin14(barcode),))
            self.connection.change(goods_rows.PUT_PRICE, (name, ofcard, *row[2:]))
        for code, number, line in self.connection.all(_UNPLACED_CARDS):
            self._waits("inventcode", code, number, line)

    def _waits(self, field: str, name: str, number: int | None, line: int | None) -> None:
        """Nothing is named so. The price stays for goods that come later; what this file said is a fault."""
        if number is not None and line is not None:
            reason = phrase(
                "addPrice.price.{field} {name} names no goods: accepted is a barcode or a code of a card",
                field=field,
                name=name,
            )
            self.report.fault(Fault(number, line, reason, name if field == "barcode" else "", next=_NEXT_PRICE))

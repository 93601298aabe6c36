"""A reading of the back office's records that is as simple as can be: dictionaries, no database, no text.

A record that cannot be read is passed over. A price that addPrice said goes before that of the barcode or card that it
was said of, until they say one of their own; a word about a barcode goes before one about its card; 0 says nothing,
unless the card has zeroprice. What a price or a deletion names is a barcode, with any zeros before it, or else a card.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Goods(NamedTuple):
    """Goods as a till sees them."""

    code: str
    price: int
    """Kopecks."""
    dept: str
    unit: str
    tmctype: int
    zeroprice: bool


class Record(NamedTuple):
    """One record of a file: what it says, and whether that can be read."""

    name: str
    given: dict[str, Any]
    faulty: bool = False


class Card(NamedTuple):
    price: int | None
    dept: str
    unit: str | None
    zeroprice: bool


class Barcode(NamedTuple):
    code: str
    price: int | None
    tmctype: int


def digits(barcode: str) -> str:
    """A barcode as it is compared."""
    return barcode.zfill(14) if barcode.isdecimal() and len(barcode) <= 14 else barcode


@dataclass
class Dictionary:
    """What the records have made."""

    cards: dict[str, Card] = field(default_factory=dict)
    barcodes: dict[str, Barcode] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)
    """Said of barcodes by addPrice."""
    card_prices: dict[str, int] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)

    def copy(self) -> "Dictionary":
        """One of its own; rows are only ever replaced."""
        return Dictionary(*(type(one)(one) for one in vars(self).values()))

    def read(self, records: list[Record]) -> None:
        """Carry out what can be read; a price of what is no barcode at the end is one of a card."""
        for record in records:
            if not record.faulty:
                getattr(self, record.name)(record.given)
        for name in [one for one in self.prices if one not in self.barcodes]:
            stored = self.stored(name)
            if stored is not None:
                self.prices[stored] = self.prices.pop(name)
            elif name in self.cards:
                self.card_prices[name] = self.prices.pop(name)

    def stored(self, name: str) -> str | None:
        """The barcode that a name stands for."""
        same = [known for known in self.barcodes if digits(known) == digits(name)]
        return name if name in same else min(same, default=None)

    def unsaid(self, *names: str) -> None:
        """Forget what addPrice said of these barcodes."""
        gone = {digits(name) for name in names}
        self.prices = {name: price for name, price in self.prices.items() if digits(name) not in gone}

    def unsaid_card(self, code: str) -> None:
        """The same of a card, which may have been named where a barcode stands."""
        self.card_prices.pop(code, None)
        if self.stored(code) is None:
            self.prices.pop(code, None)

    def addInventItem(self, given: dict[str, Any]) -> None:
        code = given["inventcode"]
        priced = given["price"] is not None and (given["price"] > 0 or given["zeroprice"])
        if priced:
            self.unsaid_card(code)
            self.unsaid(*(barcode for barcode, row in self.barcodes.items() if row.code == code))
        self.barcodes = {barcode: row for barcode, row in self.barcodes.items() if row.code != code}
        self.cards[code] = Card(given["price"], given["deptcode"], given["measurecode"], given["zeroprice"])
        for barcode, price, tmctype in given["barcodes"]:
            self.barcodes[barcode] = Barcode(code, price, tmctype)
            if priced or price:
                self.unsaid(barcode)

    def addBarcode(self, given: dict[str, Any]) -> None:
        self.barcodes[given["barcode"]] = Barcode(given["code"], given["price"], given["tmctype"])
        if given["price"]:
            self.unsaid(given["barcode"])

    def addPrice(self, given: dict[str, Any]) -> None:
        if "inventcode" in given:
            self.card_prices[given["inventcode"]] = given["price"]
        else:
            self.unsaid(given["barcode"])
            self.prices[given["barcode"]] = given["price"]

    def deletePrice(self, given: dict[str, Any]) -> None:
        if self.stored(given["barcode"]) is None:
            self.card_prices.pop(given["barcode"], None)
        self.unsaid(given["barcode"])

    def deleteInventItem(self, given: dict[str, Any]) -> None:
        code = given["inventcode"]
        self.unsaid(*(barcode for barcode, row in self.barcodes.items() if row.code == code))
        self.unsaid_card(code)
        self.barcodes = {barcode: row for barcode, row in self.barcodes.items() if row.code != code}
        self.cards.pop(code, None)

    def deleteBarcode(self, given: dict[str, Any]) -> None:
        self.barcodes.pop(self.stored(given["barcode"]) or "", None)

    def addUnit(self, given: dict[str, Any]) -> None:
        self.units.add(given["unitCode"])

    def clearUnit(self, given: dict[str, Any]) -> None:
        self.units.clear()

    def clearPrice(self, given: dict[str, Any]) -> None:
        self.prices.clear()
        self.card_prices.clear()

    def clearBarcode(self, given: dict[str, Any]) -> None:
        self.barcodes.clear()

    def clearInventory(self, given: dict[str, Any]) -> None:
        self.cards.clear()
        self.barcodes.clear()
        self.clearPrice(given)

    def goods(self, barcode: str) -> Goods | None:
        """What stands under this very barcode."""
        row = self.barcodes.get(barcode)
        card = self.cards.get(row.code) if row else None
        if row is None or card is None:
            return None
        said = (self.prices.get(barcode), row.price, self.card_prices.get(row.code), card.price)
        price = next((one for one in said if one is not None and (one > 0 or card.zeroprice)), 0)
        return Goods(row.code, price * 100, card.dept, card.unit or "", row.tmctype, card.zeroprice)

    def right(self, barcode: str) -> bool:
        """Whether a till could sell these goods as they are meant."""
        goods = self.goods(barcode)
        return goods is not None and (goods.price > 0 or goods.zeroprice) and goods.unit in {"", *self.units}

"""Goods and the white list of an Artix database: what this shop has not got yet."""

from collections.abc import Callable
from typing import Any, Final

from ncash.language import phrase
from ncash.model.codes import code
from ncash.model.mark import trimmed
from ncash.store.dictionaries.aif_articles import KEPT, SWITCHES
from ncash.store.dictionaries.delivery import CARD, Article, Delivery
from ncash.store.imports.kinds import BARCODE
from ncash.store.imports.report import RecordPlace
from ncash.support.takeover import tables as theirs
from ncash.support.takeover.reading import TableReader, TableReport

_BARCODE: Final = "SELECT 1 FROM Barcodes WHERE barcode = ?"
_LIST: Final = (
    "INSERT OR IGNORE INTO Excisemarkwhite (excisemarkid, barcode, shopcode, excisetype, cis) VALUES (?, ?, ?, ?, ?)"
)


class ArtixGoods:
    """Takes cards first, then barcodes, then the main barcodes that stand in no row of their own."""

    def __init__(self, reading: TableReader, delivery: Delivery, reads: Callable[[str], str | None]) -> None:
        self._reading = reading
        self._delivery = delivery
        self._reads = reads
        self._fresh: dict[str, tuple[str | None, int]] = {}
        """Cards of this file: main barcode and its kind."""

    def take(self) -> None:
        """Every table of goods that is there."""
        self._reading.table("tmc", theirs.TMC, self._card)
        self._reading.table("barcodes", theirs.BARCODES, self._barcode)
        for card, (main, kind) in self._fresh.items():
            if main is not None and self._absent(_BARCODE, main):
                self._delivery.barcode((main, card, None, None, 1, None, kind, None, None, None), RecordPlace())
        self._reading.table("excisemarkwhite", theirs.WHITE, self._white)

    def _absent(self, statement: str, key: str) -> bool:
        return self._delivery.connection.one(statement, (key,)) is None

    def _card(self, row: dict[str, Any], number: int, table: TableReport) -> None:
        card = row["code"] or row["bcode"]
        if card is None:
            self._reading.fault(table, number, "neither code nor bcode")
            return
        main = _readable(row["bcode"])
        if card in self._fresh:
            self._another(row, card, main, number, table)
        elif not self._absent(CARD, card):
            table.known += 1
        else:
            self._fresh[card] = (main, row["tmctype"] or 0)
            self._delivery.article(Article(card, _row(row, card, main), (), priced=False), RecordPlace(number))
            table.taken += 1

    def _another(self, row: dict[str, Any], card: str, main: str | None, number: int, table: TableReport) -> None:
        """A second row of one card is a barcode with a name and price of its own."""
        if main is None or not self._absent(_BARCODE, main):
            table.known += 1
            return
        own = (
            main, card, row["name"], row["price"], row["cquant"] or 1, row["measure"], row["tmctype"] or 0,
            row["quantdefault"], row["minprice"], row["minretailprice"],
        )  # fmt: skip
        self._delivery.barcode(own, RecordPlace(number))
        table.taken += 1

    def _barcode(self, row: dict[str, Any], number: int, table: TableReport) -> None:
        if not self._absent(_BARCODE, row["barcode"]):
            table.known += 1
            return
        own = (
            row["barcode"], row["code"], row["name"], row["price"], row["cquant"] or 1, row["measure"],
            row["tmctype"] or 0, row["quantdefault"], row["minprice"], row["minretailprice"],
        )  # fmt: skip
        self._delivery.barcode(own, RecordPlace(number))
        table.taken += 1

    def _white(self, row: dict[str, Any], number: int, table: TableReport) -> None:
        mark = trimmed(row["excisemarkid"])
        identity = code.identity(mark, self._reads)
        if identity is None:
            self._reading.fault(
                table,
                number,
                phrase("{mark!r} is no mark: accepted is {accepted}", mark=mark[:40], accepted=code.ACCEPTED),
            )
            return
        values = (mark, row["barcode"], row["shopcode"], row["excisetype"], identity)
        if self._delivery.connection.change(_LIST, values):
            table.taken += 1
        else:
            table.known += 1


def _readable(text: str | None) -> str | None:
    try:
        return None if text is None else str(BARCODE.read(text))
    except ValueError:
        return None


def _row(row: dict[str, Any], card: str, main: str | None) -> tuple[Any, ...]:
    """A row of tmc as ours (goods_rows.CARD)."""
    return (
        card, main, row["name"] or card, row["rtext"], row["articul"], row["price"] or 0, row["minprice"],
        row["minretailprice"], row["dcode"] or "1", row["measure"], row["taxgroup"], row["groupcode"], row["cquant"],
        row["quantdefault"], row["tmctype"], *(row[name] or 0 for name in SWITCHES), *(row[name] for name in KEPT),
        row["isinventitem"] or 0, row["options"], row["zeroprice"] or 0,
    )  # fmt: skip

"""An importer's honesty as a law: what a file leaves in Dictionaries is what a simple reading of it says, or what was
there before; nothing is at 0.00 that the dictionary does not let go at 0.00; what was left out is named."""

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from ncash.store.dictionaries.aif_load import load
from ncash.store.dictionaries.dictionaries import SqliteDictionaries, open_dictionaries
from ncash.store.imports.report import Report
from tests.sizes import sized

from .aif_draws import BARCODES, Drawn, Draws
from .aif_reference import Barcode, Card, Dictionary, Goods, Record

SHOPS: Final = sized(120, 10_000)
FILES: Final = 7
"""Files that come to one shop, one after the other."""
PARTS: Final = 4


class Known(NamedTuple):
    """What Dictionaries holds."""

    goods: dict[str, Goods | None]
    """By exactly this barcode."""
    cards: frozenset[str]


def look(dictionaries: SqliteDictionaries) -> Known:
    """What is there now."""
    found: dict[str, Goods | None] = {}
    for barcode in BARCODES:
        one = dictionaries.goods(barcode)
        exact = one is not None and one.barcode == barcode
        goods = Goods(one.code, one.price, one.dept, one.unit, one.tmctype, one.zeroprice) if one and exact else None
        found[barcode] = goods
    return Known(found, frozenset(code for (code,) in dictionaries.connection.all("SELECT code FROM tmc")))


def wrong(after: Dictionary) -> set[str]:
    """Goods that could not be sold as the file means them."""
    return {barcode for barcode in BARCODES if after.goods(barcode) is not None and not after.right(barcode)}


def named(records: list[Record]) -> set[str]:
    """Cards that a record named which cannot be read, and none since that can."""
    found: set[str] = set()
    for record in records:
        if record.name == "clearInventory":
            found.clear()
        elif record.name in ("addInventItem", "deleteInventItem"):
            (found.add if record.faulty else found.discard)(record.given["inventcode"])
    return found


def judge(drawn: Drawn, report: Report, before: Known, after: Known, meant: Dictionary) -> None:
    """Hold an import that was written against the law."""
    wanted = {barcode: meant.goods(barcode) for barcode in BARCODES}
    left_out = wrong(meant)
    for barcode in BARCODES:
        was = before.goods[barcode]
        assert after.goods[barcode] in (wanted[barcode], was), barcode
        if barcode in left_out:
            assert after.goods[barcode] == was, barcode
            assert was == wanted[barcode] or any(fault.barcode == barcode for fault in report.faults), barcode
        if was is not None and wanted[barcode] is None and was.code in named(drawn.records) - meant.cards.keys():
            assert after.goods[barcode] == was, f"{barcode} is lost with its faulty record"
    for code in after.cards - before.cards:
        own = [barcode for barcode, row in meant.barcodes.items() if row.code == code]
        assert not own or set(own) - left_out, f"card {code} has no goods of its own"
    if report.faulty == 0 or not (left_out or any(record.faulty for record in drawn.records)):
        assert after.goods == wanted


def whatever_comes(seed: int, folder: Path) -> int:
    """Files come to a shop; how many records they had."""
    draws, target, count = Draws(seed), folder / f"{seed}.sqlite", 0
    source = folder / f"{seed}.aif"
    open_dictionaries(target).close()
    dictionaries = open_dictionaries(target)
    for number in range(FILES):
        drawn, before, meant = draws.file(), look(dictionaries), kept(dictionaries)
        source.write_bytes(drawn.content)
        strict = draws.dice.random() < 0.1
        report = load(source, target, strict)
        after = look(dictionaries)
        try:
            assert report.faulty >= (1 if drawn.cut else sum(record.faulty for record in drawn.records))
            assert all(fault.number and fault.next for fault in report.faults)
            assert all(g is None or g.price > 0 or g.zeroprice for g in after.goods.values()), "at 0.00"
            assert report.written is not (drawn.cut or (strict and report.faulty > 0))
            if report.written:
                meant.read(drawn.records)
                judge(drawn, report, before, after, meant)
            else:
                assert after == before
        except AssertionError as error:
            content = drawn.content.decode("utf-8", "replace")
            raise AssertionError(f"seed {seed}, file {number}: {error}\n{content}\n{report.json()}") from error
        count += len(drawn.records)
    dictionaries.close()
    return count


def kept(dictionaries: SqliteDictionaries) -> Dictionary:
    """What is in Dictionaries now, for the simple reading to go on from."""
    read = dictionaries.connection.all
    found = Dictionary(units={code for (code,) in read("SELECT code FROM units")})
    for code, price, dept, unit, zeroprice in read("SELECT code, price, dept, measure, zeroprice FROM tmc"):
        found.cards[code] = Card(int(price), dept, unit, bool(zeroprice))
    for barcode, code, price, tmctype in read("SELECT barcode, code, price, tmctype FROM Barcodes"):
        found.barcodes[barcode] = Barcode(code, None if price is None else int(price), tmctype)
    for name, ofcard, price in read("SELECT barcode, ofcard, price FROM price"):
        (found.card_prices if ofcard else found.prices)[name] = int(price)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_what_a_file_leaves_is_what_it_says_or_what_was_there(part: int, tmp_path: Path) -> None:
    records = sum(whatever_comes(seed, tmp_path) for seed in range(part, SHOPS, PARTS))
    assert records > SHOPS * 20

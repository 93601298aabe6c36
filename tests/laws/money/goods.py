"""What the shop of these histories sells, and the units of it that have marks."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

GS: Final = "\x1d"


class Good(NamedTuple):
    """One barcode as the back office knows it."""

    barcode: str
    article: str
    name: str
    price: int
    """Kopecks, on the first day."""
    tmctype: int = 7
    unit: str = "1"
    pieces: int = 1
    ignoremarking: bool = False

    @property
    def fractional(self) -> bool:
        """Sold by weight."""
        return self.unit == "2"

    @property
    def marked(self) -> bool:
        """Sold with a mark."""
        return self.tmctype == 7 and not self.ignoremarking


GOODS: Final = (
    Good("4600000000015", "bread", "Хлеб", 4590, 0),
    Good("4600000000220", "matches", "Коробка спичек", 510, 0, pieces=10),
    Good("2100001", "apples", "Яблоки", 11000, 0, "2"),
    Good("2100002", "sand", "Песок", 410, 0, "2"),
    Good("2100003", "melon", "Арбуз", 39900, 0),
    Good("4699999910012", "milk", "Молоко", 8990),
    Good("4699999910029", "water", "Вода", 3900),
    Good("4699999910227", "water", "Вода 6 шт", 3700, pieces=6),
    Good("4699999910036", "beer", "Пиво", 9900),
    Good("4699999910081", "cheese", "Сыр", 65000, unit="2"),
    Good("2100777", "cheese", "Сыр с этикеткой", 63000, unit="2"),
    Good("4699999910111", "journal", "Журнал", 15000, 0),
    Good("4699999910333", "socks", "Носки", 19900, ignoremarking=True),
)
BY_BARCODE: Final = {good.barcode: good for good in GOODS}
UNITS: Final = (("1", "шт", "0"), ("2", "кг", "1"))
LABELS: Final = ("2100001012340", "2100001000010", "2100002000015", "2100002009990", "2100003020008", "2100003015005",
                 "2100777007505", "2100777000000", "2100777015009")  # fmt: skip
"""Weight labels: of apples, of sand that costs next to nothing, of whole and of cut melons, of cheese."""
MASKS: Final = r"""[MarkedGoods.Milk]
mask = "01(?<barcode>[0-9]{14})21.{6}\s*93.{4}(\s*3103(?<weight>\d{6}))?"
[MarkedGoods.Water]
mask = "01(?<barcode>[0-9]{14})21.{13}\s*93.{4}"
[MarkedGoods.Beer]
mask = "01(?<barcode>[0-9]{14})21.{7}(?<remove1>\x{001d}|\s*)93.{4}"
"""
RENDERINGS: Final = (GS, GS, "", " ", "\\u001d", "<GS>")


class Unit(NamedTuple):
    """One pack, bottle or piece with a mark of its own."""

    cis: str
    tail: tuple[str, ...]
    barcode: str
    """In the mark."""
    category: str

    def scanned(self, gs: str = GS) -> str:
        """The mark as a scanner gives it."""
        return gs.join((self.cis, *self.tail))


def _units() -> Iterator[Unit]:
    for n in range(6):
        yield Unit(f"01046999999100122159aB{n}c", (f"93dG{n}z",), "4699999910012", "Milk")
        yield Unit(f"010469999991002921SABR4xUi7kTq{n}", (f"93pG{n}e",), "4699999910029", "Water")
        yield Unit(f"010469999991003621uVw/Ab{n}", (f"93Tt{n}Z",), "4699999910036", "Beer")
    for n in range(3):
        yield Unit(f"010469999991022721PaCk4xUi7kTq{n}", (f"93pP{n}e",), "4699999910227", "Water")
        yield Unit(f"01046999999100812159Qw{n}r", (f"93yU{n}i", f"3103000{n + 1}50"), "4699999910081", "Milk")
        yield Unit(f"01046999999101112159Jr{n}l", (f"93zz{n}z",), "4699999910111", "Milk")
        yield Unit(f"010469999991033321SOCK4xUi7kTq{n}", (f"93so{n}k",), "4699999910333", "Water")
    yield Unit("01046999999199992159Nw0r", ("93no0e",), "4699999919999", "Milk")


STOCK: Final = tuple(_units())
BY_CIS: Final = {unit.cis: unit for unit in STOCK}
PACKED: Final = [unit for unit in STOCK if BY_BARCODE.get(unit.barcode, GOODS[0]).pieces > 1]


def weight_of(unit: Unit) -> Decimal | None:
    """Kilograms in the mark."""
    weights = [element for element in unit.tail if element.startswith("3103")]
    return Decimal(int(weights[0][4:])).scaleb(-3) if weights else None


def aif() -> str:
    """The goods as the back office sends them."""
    commands: list[dict[str, Any]] = [
        {"command": "addUnit", "unit": {"unitCode": code, "name": name, "fractional": flag, "frunit": "0"}}
        for code, name, flag in UNITS
    ]
    for article in dict.fromkeys(good.article for good in GOODS):
        own = [good for good in GOODS if good.article == article]
        barcodes = [
            {"barcode": g.barcode, "name": g.name, "price": f"{g.price / 100:.2f}", "tmctype": str(g.tmctype),
             "cquant": str(g.pieces)}
            for g in own
        ]  # fmt: skip
        options = {"inventitemoptions": {"ignoremarking": own[0].ignoremarking}}
        invent = {"inventcode": article, "barcode": own[0].barcode, "barcodes": barcodes, "name": own[0].name,
                  "price": f"{own[0].price / 100:.2f}", "measurecode": own[0].unit, "options": options}  # fmt: skip
        commands.append({"command": "addInventItem", "invent": invent})
    return "".join(json.dumps(command, ensure_ascii=False) + "\n---\n" for command in commands)

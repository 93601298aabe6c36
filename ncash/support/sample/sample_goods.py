"""The goods of a sample shop as an AIF file: some of every category, ordinary goods, two cashiers, a catalog.

The marks that fit them are listed in docs/integrator.md; GTINs of the operator's test catalogue are among them.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple


class SampleGoods(NamedTuple):
    """One article card of the sample."""

    code: str
    barcode: str
    name: str
    price: str
    tmctype: int = 7
    unit: str = "1"
    dept: str = "1"
    more: tuple[tuple[str, int, int], ...] = ()
    """Further barcodes: text, tmctype, pieces."""


UNITS: Final = (("1", "шт", False, 0), ("2", "кг", True, 11), ("3", "л", True, 41))

GOODS: Final = (
    SampleGoods("1", "4600000000015", "Хлеб дарницкий", "45.90", tmctype=0),
    SampleGoods("2", "3041094787443", "Сыр фасованный, вес в коде", "899.00", unit="2"),
    SampleGoods("3", "4670540176099", "Молоко 3,2% 930 мл", "89.90"),
    SampleGoods("4", "4602220006549", "Кефир 1% 900 г", "79.90"),
    SampleGoods("13", "8607405401894", "Сметана 20% 300 г", "119.90"),
    SampleGoods("5", "4699999900013", "Вода питьевая 0,5 л", "39.00", more=(("4699999900020", 7, 6),)),
    SampleGoods("6", "4699999900037", "Пиво светлое 0,45 л", "99.00"),
    SampleGoods("7", "4699999900044", "Шампунь 400 мл", "310.00"),
    SampleGoods("8", "4699999900051", "Фотоаппарат", "25990.00"),
    SampleGoods("9", "4699999900068", "Икра лососёвая 140 г", "990.00"),
    SampleGoods("10", "4699999900075", "Ботинки", "5490.00"),
    SampleGoods("11", "4699999900082", "Вода минеральная 1,5 л (отдел без токена)", "69.00", dept="9"),
    SampleGoods("12", "2103321", "Сыр с весовой этикеткой", "650.00", unit="2", more=(("4607042430633", 7, 1),)),
)
CASHIERS: Final = (("1", "Кассир", "10"), ("2", "Старший кассир", "20"))
CATALOG: Final = ("2", "Весовой сыр", ("12",))


def _invent(goods: SampleGoods) -> dict[str, Any]:
    barcodes = [{"barcode": goods.barcode, "tmctype": goods.tmctype}]
    barcodes += [{"barcode": text, "tmctype": tmctype, "cquant": pieces} for text, tmctype, pieces in goods.more]
    return {
        "inventcode": goods.code,
        "barcode": goods.barcode,
        "barcodes": barcodes,
        "name": goods.name,
        "price": goods.price,
        "deptcode": goods.dept,
        "measurecode": goods.unit,
    }


def commands() -> Iterator[dict[str, Any]]:
    """The commands of the file in their order."""
    for code, name, fractional, frunit in UNITS:
        unit = {"unitCode": code, "name": name, "fractional": fractional, "frunit": frunit}
        yield {"command": "addUnit", "unit": unit}
    for goods in GOODS:
        yield {"command": "addInventItem", "invent": _invent(goods)}
    code, name, articles = CATALOG
    yield {"command": "addCatalog", "catalog": {"code": code, "name": name}}
    for article in articles:
        yield {"command": "addCatalogItem", "catalogitem": {"catalogcode": code, "inventcode": article}}
    for user, title, role in CASHIERS:
        roles = [{"rolecode": role, "rule": 1}]
        yield {"command": "addMCashUser", "mcashuser": {"code": user, "name": title, "login": user, "roleusers": roles}}


def aif() -> str:
    """The whole file."""
    body = "".join(json.dumps(command, ensure_ascii=False) + "\n---\n" for command in commands())
    return f"### data begin ###\n{body}### data end ###\n"

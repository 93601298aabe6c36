"""Article cards for tests, brought to a shop as its back office would: by a dictionary file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ncash.settings.host import Databases
from ncash.store.dictionaries.aif_load import load
from ncash.system import files

UNITS: Final = {"шт": (False, 0), "кг": (True, 11), "л": (True, 41)}


def load_goods(shop: Path, goods: Sequence[Mapping[str, Any]]) -> None:
    """Load these cards into the shop folder: `barcode`, `name`, `price` in rubles as text, and where wanted `code`,
    `tmctype`, `dept`, `unit` (шт, кг, л) and `catalogs`. Raises ValueError for a card that the dictionary refuses."""
    source = shop / "goods.aif"
    body = "".join(json.dumps(command, ensure_ascii=False) + "\n---\n" for command in _commands(goods))
    files.replace(source, f"### data begin ###\n{body}### data end ###\n".encode())
    report = load(source, shop / "data" / Databases.defaults().dictionaries)
    if report.faulty:
        raise ValueError("; ".join(f"{fault.barcode}: {fault.reason}" for fault in report.faults))


def _commands(goods: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for name, (fractional, frunit) in UNITS.items():
        yield {
            "command": "addUnit",
            "unit": {"unitCode": name, "name": name, "fractional": fractional, "frunit": frunit},
        }
    for number, card in enumerate(goods, 1):
        code, barcode, tmctype = str(card.get("code", number)), card["barcode"], card.get("tmctype", 0)
        yield {
            "command": "addInventItem",
            "invent": {
                "inventcode": code, "barcode": barcode, "barcodes": [{"barcode": barcode, "tmctype": tmctype}],
                "name": card["name"], "price": card["price"], "deptcode": card.get("dept", "1"),
                "measurecode": card.get("unit", "шт"),
            },
        }  # fmt: skip
        for catalog in card.get("catalogs", ()):
            yield {"command": "addCatalog", "catalog": {"code": catalog, "name": catalog}}
            yield {"command": "addCatalogItem", "catalogitem": {"catalogcode": catalog, "inventcode": code}}

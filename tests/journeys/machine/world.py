"""The world of the machine: a shop folder, CRPT as a port that answers from a table, books read beside the till."""

import json
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from ncash.emulators.crpt import TOKEN
from ncash.emulators.crpt.inside import InsideCrpt
from ncash.model.mark import cis
from ncash.model.ports import HttpError, Outside
from ncash.store.dictionaries.aif_load import load
from ncash.testing import DrivenTill, FrozenClock, SeededRandom, shop_folder

URL = "http://127.0.0.1:9"
INI = f"""[MarkedGoods]
enableMarkVerifyCrpt = true
markVerifyCrptUrl = {URL}
xapikey = "[-1:{TOKEN}]"
ignoreCrptStatusValid = ask
ignoreCrptStatusUtilised = allow
addWithoutScanMark = true
addWithoutScanMarkInBackBySale = true
allowNotMatchingBarcodes = true
allowChangeQuantity = true
kegLitres = 1
[MarkedGoods.PackagedBeer]
goodsTypes = 8
"""
BEER: dict[str, Any] = {
    "inventcode": "80", "barcode": "4699999920202", "name": "Пиво разливное", "price": "200.00", "measurecode": "3",
    "barcodes": [{"barcode": "4699999920202", "tmctype": 8}],
}  # fmt: skip
FACTS: dict[str, dict[str, Any] | None] = {
    "good": {},
    "asked about": {"valid": False},
    "passed": {"utilised": False},
    "refused": {"isBlocked": True},
    "sold elsewhere": {"sold": True},
    "not answered": None,
}


class ScriptedCrpt(InsideCrpt):
    """CRPT that says of each code what the machine wants."""

    def __init__(self) -> None:
        super().__init__(URL, lambda number: f"00000000-0000-4000-8000-{number:012}")
        self.facts: dict[str, str] = {}

    def fields(self, code: str) -> dict[str, Any]:
        """By the table. Raises HttpError for a code that is not answered."""
        found = FACTS[self.facts.get(cis(code), "good")]
        if found is None:
            raise HttpError("connect", "no connection")
        return found


@cache
def template() -> Path:
    """A shop whose checks are made, made once a process."""
    shop = Path(tempfile.mkdtemp(prefix="ncash-machine-")) / "shop"
    shop_folder(shop)
    (shop / "conf/ncash.ini.d/99-machine.ini").write_text(INI, encoding="utf-8")
    beer = shop.with_name("beer.aif")
    beer.write_text(json.dumps({"command": "addInventItem", "invent": BEER}) + "\n---\n", encoding="utf-8")
    load(beer, shop / "data/Dictionaries.sqlite")
    return shop


class World:
    """A till and what stands beside it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ncash-machine-"))
        shop = self.folder / "shop"
        shutil.copytree(template(), shop)
        self.crpt = ScriptedCrpt()
        self.till = DrivenTill(shop / "conf", shop / "data", Outside(FrozenClock(), SeededRandom(), self.crpt))
        self._books = sqlite3.connect(shop / "data/Documents.sqlite")

    def rows(self, document: str) -> list[tuple[Any, ...]]:
        """Positions of a document as they stand in Goodsitem."""
        statement = (
            "SELECT posnum, bcode, cquant, price, summ, excisemark, cis, opcode FROM Goodsitem "
            "WHERE documentid = ? ORDER BY posnum"
        )
        return self._books.execute(statement, (int(document),)).fetchall()

    def doctype(self, document: str) -> tuple[int, float]:
        """Kind and sum of a document."""
        found: tuple[int, float] = self._books.execute(
            "SELECT doctype, docsum FROM document WHERE documentid = ?", (int(document),)
        ).fetchone()
        return found

    def close(self) -> None:
        """End the till and forget its folder."""
        self._books.close()
        self.till.close()
        shutil.rmtree(self.folder)

"""Shop folders for cases: configuration files from the case, databases copied from templates that are made once."""

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ncash.store.dictionaries import aif_load, whitelist
from ncash.store.documents import open_documents
from ncash.testing import ShopDatabase

from .cases import Case, CaseError, shop

FIRST: Final = "given.ini"
"""The `ini` of the whole file of cases; the case's own is markedgoods.ini and comes after it."""
GOODS_KEYS: Final = frozenset(
    {"barcode", "name", "price", "article", "unit", "dept", "tmctype", "pieces", "catalogs", "minprice", "options"}
)
MASKS: Final = r"""[MarkedGoods.Milk]
mask = "\s*01(?<barcode>[0-9]{14})(21.{13}\s*(17\d{6}|7003\d{10})|21.{6}|21.{8})\s*93.{4}(\s*3103(?<weight>\d{6}))?"
[MarkedGoods.Camera]
mask = "01(?<barcode>[0-9]{14})21.{20}\s*91.{4}\s*92.{44}"
[MarkedGoods.Common]
mask = "01(?<barcode>[0-9]{14})21.{13}\s*91.{4}\s*92.{44}"
[MarkedGoods.Water]
mask = "01(?<barcode>[0-9]{14})21.{13}\s*93.{4}\s*"
[MarkedGoods.PackagedBeer]
mask = "01(?<barcode>[0-9]{14})21.{7}(\x{001d}|\s*)93.{4}(335[0-6]{1}[0-9]{6}){0,1}\s*"
[MarkedGoods.Seafood]
mask = "01(?<barcode>[0-9]{14})21.{6}\s*91.{4}\s*92.{44}"
[MarkedGoods.Shoes]
mask = "01(?<barcode>[0-9]{14})21.{13}(240[a-zA-Z0-9]{4}|\s+)?91.{4}92.{84,95}"
"""
BASE: Final = {
    "ncash.ini": "[Cash]\nshopcode = 1\ncashcode = 1\n",
    "bcode.ini": "[BCode]\n21???????????=BBBBBBBQQ.QQQX\n",
    "masks.ini": MASKS,
    "plugins.ini": "[plugins]\nmarkedgoods = on\n",
}
"""What every shop has; a case may bring a file of the same name instead."""


def texts(case: Case, urls: Mapping[str, str]) -> dict[str, str]:
    """The configuration files of a case by name."""
    files = dict(BASE)
    for given, name in ((case.given.get("common_ini"), FIRST), (case.given.get("ini"), "markedgoods.ini")):
        if isinstance(given, str):
            files[name] = given
        elif given:
            files |= given
    return {name: _placed(text, urls) for name, text in files.items()}


def _placed(text: str, urls: Mapping[str, str]) -> str:
    text = re.sub(r"\$([a-z_]+)", lambda found: urls.get(found[1], found[0]), text)
    return text if text.endswith("\n") else text + "\n"


def without(files: Mapping[str, str], setting: str, line: int) -> dict[str, str] | None:
    """The same files without the line-th live line of a setting (from 0); None when there are not so many."""
    found = [
        (name, number)
        for name, text in files.items()
        for number, content in enumerate(text.split("\n"))
        if re.match(rf"\s*{setting}\s*=", content)
    ]
    if line >= len(found):
        return None
    name, gone = found[line]
    kept = [content for number, content in enumerate(files[name].split("\n")) if number != gone]
    return {**files, name: "\n".join(kept)}


def write(conf: Path, files: Mapping[str, str]) -> None:
    """Write the files of a conf folder."""
    (conf / "ncash.ini.d").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (conf / name if name == "ncash.ini" else conf / "ncash.ini.d" / name).write_text(text, encoding="utf-8")


def goods_of(case: Case) -> list[dict[str, Any]]:
    """Goods of the standing shop and of the case; a later row for a barcode holds."""
    rows: dict[str, dict[str, Any]] = {}
    for row in [*shop()["goods"], *case.given.get("goods", [])]:
        unknown = row.keys() - GOODS_KEYS
        if unknown:
            raise CaseError(f"{case.id}: goods: unknown key {min(unknown)!r}; accepted are {sorted(GOODS_KEYS)}")
        rows[row["barcode"]] = {"article": row["barcode"], **row}
    return list(rows.values())


def aif(case: Case) -> Iterator[dict[str, Any]]:
    """The case's dictionary as commands of the back office."""
    for unit in shop()["units"]:
        yield {"command": "addUnit", "unit": unit}
    articles: dict[str, list[dict[str, Any]]] = {}
    for row in goods_of(case):
        articles.setdefault(row["article"], []).append(row)
    for code, rows in articles.items():
        yield {"command": "addInventItem", "invent": _article(code, rows)}
    catalogs = {(c, row["article"]): c for row in goods_of(case) for c in row.get("catalogs", ())}
    for catalog in dict.fromkeys(catalogs.values()):
        yield {"command": "addCatalog", "catalog": {"code": catalog, "name": f"Каталог {catalog}"}}
    for catalog, article in catalogs:
        yield {"command": "addCatalogItem", "catalogitem": {"catalogcode": catalog, "inventcode": article}}
    for user in [*shop()["cashiers"], *case.given.get("cashiers", [])]:
        roles = [{"rolecode": role, "rule": 1} for role in user.get("roles", ())]
        person = {"code": user["code"], "name": user["name"], "login": user["code"], "roleusers": roles}
        yield {"command": "addMCashUser", "mcashuser": person}


def _article(code: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    units = {unit["name"]: unit["unitCode"] for unit in shop()["units"]}
    barcodes = [
        {
            "barcode": row["barcode"],
            "name": row["name"],
            "price": _price(row),
            "tmctype": row.get("tmctype", "7"),
            "cquant": row.get("pieces", "1"),
        }
        for row in rows
    ]
    return {
        "inventcode": code,
        "barcode": first["barcode"],
        "barcodes": barcodes,
        "name": first["name"],
        "price": _price(first),
        "minprice": first.get("minprice"),
        "deptcode": first.get("dept", "1"),
        "measurecode": units[first.get("unit", "шт")],
        "options": _options(first.get("options", {})),
    }


def _options(given: Mapping[str, str]) -> dict[str, Any]:
    priced = {name: value for name, value in given.items() if name == "zeroprice"}
    return {"inventitemoptions": {n: v for n, v in given.items() if n not in priced}, "priceoptions": priced}


def _unprice(dictionaries: Path, barcodes: list[str]) -> None:
    """Goods without a price, as databases of before may hold them; no import leaves such goods behind."""
    with ShopDatabase(dictionaries).changing() as database:
        for barcode in barcodes:
            database.execute("UPDATE tmc SET price = 0 WHERE bcode = ?", (barcode,))
            database.execute("UPDATE Barcodes SET price = 0 WHERE barcode = ?", (barcode,))


def _price(row: Mapping[str, Any]) -> str:
    return "1.00" if row["price"] == "none" else str(row["price"])


class Templates:
    """Databases made once for each different set of goods and copied into the folders of the cases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        open_documents(folder / "Documents.sqlite", "1", "1").close()

    def data(self, case: Case, folder: Path) -> None:
        """Make the data folder of a case."""
        folder.mkdir(parents=True)
        shutil.copy(self._folder / "Documents.sqlite", folder)
        shutil.copy(self._dictionaries(case), folder / "Dictionaries.sqlite")

    def _dictionaries(self, case: Case) -> Path:
        body = "".join(json.dumps(command, ensure_ascii=False) + "\n---\n" for command in aif(case))
        marks = io.StringIO()
        csv.writer(marks).writerows([mark] for mark in case.given.get("whitelist", ()))
        name = hashlib.sha256((body + marks.getvalue()).encode()).hexdigest()[:24]
        made = self._folder / f"{name}.sqlite"
        if not made.exists():
            source, listed = self._folder / f"{name}.aif", self._folder / f"{name}.csv"
            source.write_text(body, encoding="utf-8")
            listed.write_text(marks.getvalue(), encoding="utf-8", newline="")
            fresh = made.with_suffix(".new")
            report = aif_load.load(source, fresh, strict=True)
            if not report.written:
                raise CaseError(f"{case.id}: goods cannot be loaded: {report.faults}")
            _unprice(fresh, [row["barcode"] for row in goods_of(case) if row["price"] == "none"])
            if case.given.get("whitelist"):
                whitelist.load(listed, fresh, strict=True)
            fresh.rename(made)
        return made

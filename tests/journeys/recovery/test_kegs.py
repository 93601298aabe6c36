"""Kegs in books that were damaged, and what reconcile sees of them: content bounds a keg, not one sale."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.ports import Outside
from ncash.store.dictionaries.aif_load import load
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, shop_folder, violations

from .conftest import Command
from .test_backup import spoil

CIS: Final = "0104699999920202215uVw/Ab"
KEG: Final = f"{CIS}\x1d93Tt1Z"
BEER: Final = {
    "inventcode": "80", "barcode": "4699999920202", "name": "Пиво разливное", "price": "200.00", "measurecode": "3",
    "barcodes": [{"barcode": "4699999920202", "tmctype": 8}],
}  # fmt: skip
SALES: Final = ("0.5", "0.4", "0.25")
KEGS: Final = "SELECT cis, mark, code, content, gone, source FROM keg"
PORTIONS: Final = (
    "SELECT g.cis, g.excisemark, g.cquant, g.frunit, json_extract(g.extra, '$.keg') FROM Goodsitem g "
    "JOIN document d ON d.documentid = g.documentid WHERE d.doctype IN (1, 25) ORDER BY d.documentid"
)


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as running:
        running.script(KEG, groupIds=[15], innerUnitCount=30_000, soldUnitCount=10_000)
        yield running


@pytest.fixture
def folder(tmp_path: Path, crpt: Emulator) -> Path:
    """Two portions are in the copy; a third one and a return of the first are not."""
    own = {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": crpt.url, "xapikey": f"[-1:{TOKEN}]"}
    shop = tmp_path / "shop"
    shop_folder(shop, {"MarkedGoods": own})
    served = shop / "conf" / "ncash.ini.d" / "80-shop.ini"
    served.write_text("[MarkedGoods.PackagedBeer]\ngoodsTypes = 8\n", encoding="utf-8")
    source = tmp_path / "beer.aif"
    source.write_text(f"{json.dumps({'command': 'addInventItem', 'invent': BEER})}\n---\n", encoding="utf-8")
    load(source, shop / "data" / "Dictionaries.sqlite")
    with opened(shop, crpt, "2027-01-15T09:00:00+03:00") as till:
        for litres in SALES[:2]:
            poured(till, litres)
    assert run(["backup", "--conf", str(shop / "conf"), "--data", str(shop / "data")]) == 0
    with opened(shop, crpt, "2027-01-15T15:00:00+03:00") as till:
        poured(till, SALES[2])
        till.send("open", kind="return_by_sale", sale="1")
        till.send("scan", data=KEG)
        till.send("choose", positions=[])
        assert till.send("close")["ok"]
    return shop


def opened(shop: Path, crpt: Emulator, at: str) -> DrivenTill:
    outside = Outside(FrozenClock(at), SeededRandom(at), FencedHttp(*crpt.site_urls))
    return DrivenTill(shop / "conf", shop / "data", outside)


def poured(till: DrivenTill, litres: str) -> dict[str, Any]:
    till.send("open", cashier="1")
    till.send("scan", data=KEG)
    answer = till.send("quantity", value=litres)
    if answer["screen"]:
        return answer
    assert till.send("close")["ok"]
    return answer


def rows(folder: Path, statement: str) -> list[Any]:
    return ShopDatabase(folder / "data" / "Documents.sqlite").rows(statement)


def planted(folder: Path, statement: str) -> set[str]:
    assert ShopDatabase(folder / "data" / "Documents.sqlite").change(statement) > 0
    return {one.invariant for one in violations(folder / "data", folder / "conf")}


def test_portions_of_one_keg_are_no_double_sale(folder: Path, crpt: Emulator) -> None:
    assert violations(folder / "data", folder / "conf") == []
    assert rows(folder, KEGS) == [(CIS, KEG, "80", 30_000, 10_000, "crpt")]
    assert [row[2] for row in rows(folder, PORTIONS)] == [0.5, 0.4, 0.25, 0.5]


@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        ("I1", "UPDATE keg SET content = 10649"),
        ("I1", "DELETE FROM keg"),
        ("I6", f"INSERT INTO kegportion (uuid, posnum, cis, volume, back) VALUES ('gone', 1, '{CIS}', 500, 0)"),
    ],
)
def test_what_is_wrong_with_a_keg_is_found(folder: Path, invariant: str, statement: str) -> None:
    assert planted(folder, statement) == {invariant}


def test_a_keg_that_gave_all_it_had_is_no_violation(folder: Path) -> None:
    assert planted(folder, "UPDATE keg SET content = 10650") == set()


@pytest.mark.parametrize("table", ["keg", "workshift", "Goodsitem"])
def test_damaged_books_know_their_kegs_again(folder: Path, crpt: Emulator, command: Command, table: str) -> None:
    before = sorted(row[:4] for row in rows(folder, PORTIONS))
    spoil(folder / "data" / "Documents.sqlite", table)
    assert command("rebuild", "--yes")[1]["missing"] == []
    assert sorted(row[:4] for row in rows(folder, PORTIONS)) == before
    assert rows(folder, KEGS) == [(CIS, KEG, "80", 30_000, 10_000, "crpt")]
    assert violations(folder / "data", folder / "conf") == []
    with opened(folder, crpt, "2027-01-15T18:00:00+03:00") as till:
        (short,) = poured(till, "19.351")["screen"]
        assert (short["key"], "19.350 л" in short["text"]) == ("KegEmpty", True)
        assert poured_after(till, "19.35") == []


def poured_after(till: DrivenTill, litres: str) -> list[Any]:
    """An answer to the question that is on the screen still."""
    answer = till.send("quantity", value=litres)
    screen: list[Any] = answer["screen"]
    return screen


def test_without_any_copy_the_drive_and_the_journal_know_it(folder: Path, command: Command) -> None:
    shutil.rmtree(folder / "data" / "backup")
    spoil(folder / "data" / "Documents.sqlite", "document")
    assert command("rebuild", "--yes")[1]["missing"] == []
    assert [row[2] for row in rows(folder, PORTIONS)] == [0.5, 0.4, 0.25, 0.5]
    assert {one.invariant for one in violations(folder / "data", folder / "conf")} <= {"I4", "I5"}

"""Units sold while their whole code was their key (before ADR 35) are known by it, with separators and without."""

import shutil
from pathlib import Path

import pytest

from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, shop_folder

PARTS = ("01046705401760992159aB1cd78", "93dGVz", "240ABCDEFGH")
CIS, CODE = PARTS[0], "\x1d".join(PARTS)
MASK = '[MarkedGoods.Long]\nmask = "01(?<barcode>[0-9]{14})21.{9}\\s*93.{4}\\s*240.{8}"\n'


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop in which the unit was sold, its key as it was then."""
    folder = tmp_path_factory.mktemp("former") / "shop"
    shop_folder(folder)
    (folder / "conf" / "ncash.ini.d" / "long.ini").write_text(MASK, encoding="utf-8")
    with till_of(folder, "then") as till:
        till.send("open")
        assert till.send("scan", data=CODE)["receipt"]["positions"][0]["cis"] == CIS
        assert till.send("close")["document"]
    books = ShopDatabase(folder / "data" / "Documents.sqlite")
    assert books.change("UPDATE Goodsitem SET cis = ?", "".join(PARTS)) == 1
    return folder


def till_of(folder: Path, seed: str) -> DrivenTill:
    return DrivenTill(folder / "conf", folder / "data", Outside(FrozenClock(), SeededRandom(seed), FencedHttp()))


@pytest.mark.parametrize("separator", ["\x1d", "", "\\u001d", " "])
def test_a_unit_sold_under_its_whole_code_is_not_sold_again_and_comes_back(
    template: Path, tmp_path: Path, separator: str
) -> None:
    folder, code = tmp_path / "shop", separator.join(PARTS)
    shutil.copytree(template, folder)
    with till_of(folder, "now") as till:
        till.send("open")
        refused = till.send("scan", data=code)
        assert [one["key"] for one in refused["screen"]] == ["AlreadyRegistered"]
        till.send("cancel")
        till.send("open", kind="return_by_sale", sale="1")
        assert till.send("scan", data=code)["receipt"]["positions"][0]["cis"] == CIS
        till.send("choose", positions=[])
        assert till.send("close")["document"]
        till.send("open")
        assert till.send("scan", data=code)["receipt"]["positions"], "a unit that came back may be sold"
        again = till.send("scan", data=CODE)
        assert [one["key"] for one in again["screen"]] == ["AlreadyRegistered"]


def test_a_unit_sold_under_its_whole_code_is_paid_back_as_it_was_paid(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(template, folder)
    with ShopDatabase(folder / "data" / "Dictionaries.sqlite").changing() as goods:
        goods.execute("UPDATE Barcodes SET price = 999")
        goods.execute("UPDATE tmc SET price = 999")
    with till_of(folder, "back") as till:
        till.send("open", kind="return")
        (position,) = till.send("scan", data=CODE)["receipt"]["positions"]
        assert (position["price"], position["cis"]) == ("89.90", CIS)
        assert till.send("close")["document"]

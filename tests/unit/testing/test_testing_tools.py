"""What ncash.testing gives authors of plugins beside the till: waiting, shop folders, a look at the databases."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ncash.model.ports import Outside
from ncash.settings import host
from ncash.shop.shop import configuration
from ncash.support.sample import new_shop
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, eventually, shop_folder

BREAD = "4600000000015"


def test_what_comes_is_given_as_soon_as_it_is_there() -> None:
    answers: list[Any] = [None, 0, "", "here", "later"]
    assert eventually(lambda: answers.pop(0)) == "here"
    assert answers == ["later"]


def test_an_assertion_and_a_missing_entry_mean_not_yet() -> None:
    rows: list[dict[str, str]] = [{}, {"state": "open"}, {"state": "closed"}]

    def closed() -> dict[str, str]:
        row = rows.pop(0)
        assert row["state"] == "closed"
        return row

    assert eventually(closed) == {"state": "closed"}


def test_what_never_comes_is_an_error_that_tells_the_last_answer() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.01 s; at last: \[\]"):
        eventually(list, 0.01)
    with pytest.raises(AssertionError, match="at last: KeyError"):
        eventually(lambda: dict[str, str]()["state"], 0.01)


def test_an_error_that_does_not_mean_not_yet_is_not_waited_out() -> None:
    with pytest.raises(ZeroDivisionError):
        eventually(lambda: 1 // 0)


def test_a_look_is_taken_after_the_last_pause_too() -> None:
    looks = iter([False, True])
    assert eventually(lambda: next(looks), patience=0.0005)


def tree(folder: Path) -> dict[str, bytes]:
    """Text files by their places."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("goods", [True, False])
def test_a_shop_folder_is_what_init_makes(tmp_path: Path, goods: bool) -> None:
    values = {"MarkedGoods": {"enableMarkVerifyCrpt": "true"}, "Cash": {"shopcode": "7"}}
    pairs = {("MarkedGoods", "enableMarkVerifyCrpt"): "true", ("Cash", "shopcode"): "7"}
    new_shop.make(tmp_path / "made", goods, pairs)
    copied = shop_folder(tmp_path / "copied", values, goods=goods)
    assert tree(copied) == tree(tmp_path / "made")
    for name in ("Documents.sqlite", "Dictionaries.sqlite"):
        both = [ShopDatabase(folder / "data" / name) for folder in (tmp_path / "made", copied)]
        if both[0].path.exists():
            schema = [one.rows("SELECT name, sql FROM sqlite_master ORDER BY name") for one in both]
            assert schema[0] == schema[1]
        assert both[0].path.exists() == both[1].path.exists()


def test_two_shop_folders_share_nothing(tmp_path: Path) -> None:
    one = shop_folder(tmp_path / "one", files={"70-own.ini": "[Cash]\nshopcode = 9\n"})
    other = shop_folder(tmp_path / "other")
    assert configuration(one / "conf").section(host.Cash).shopcode == "9"
    assert configuration(other / "conf").section(host.Cash).shopcode == "1"
    with DrivenTill(one / "conf", one / "data", Outside(FrozenClock(), SeededRandom(), FencedHttp())) as till:
        till.send("open")
        till.send("scan", data=BREAD)
        assert till.send("close")["document"]
    books = [ShopDatabase(folder / "data" / "Documents.sqlite") for folder in (one, other)]
    assert [database.value("SELECT COUNT(*) FROM document") for database in books] == [1, 0]


def test_a_shop_that_is_there_is_left_alone(tmp_path: Path) -> None:
    shop_folder(tmp_path / "shop")
    with pytest.raises(FileExistsError, match="holds a shop already"):
        shop_folder(tmp_path / "shop")


def test_the_templates_go_when_the_process_ends_and_not_when_a_forked_one_does(tmp_path: Path) -> None:
    code = (
        "import os, sys, tempfile\nfrom pathlib import Path\nfrom ncash.testing import shop_folder\n"
        "folder = Path(sys.argv[1])\nshop_folder(folder / 'one')\n"
        "if os.fork() == 0:\n    sys.exit(0)\nos.wait()\n"
        "assert list(folder.glob('ncash-templates-*'))\nshop_folder(folder / 'two')\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=env, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_database_is_read_and_changed_beside_the_till(tmp_path: Path) -> None:
    shop = shop_folder(tmp_path / "shop")
    goods = ShopDatabase(shop / "data" / "Dictionaries.sqlite")
    found = "SELECT bcode, price FROM tmc WHERE bcode = ?"
    assert goods.row(found, BREAD) == (BREAD, 45.9)
    goods.change("UPDATE tmc SET price = ? WHERE bcode = ?", 46.5, BREAD)
    assert goods.records(found, BREAD) == [{"bcode": BREAD, "price": 46.5}]
    assert goods.value("SELECT price FROM tmc WHERE bcode = ?", BREAD) == 46.5
    with suppress(ZeroDivisionError), goods.changing() as database:
        assert database.execute("DELETE FROM tmc").rowcount > 1
        raise ZeroDivisionError
    assert goods.rows(found, BREAD) == [(BREAD, 46.5)]


def test_one_row_and_one_column_are_not_taken_for_granted(tmp_path: Path) -> None:
    goods = ShopDatabase(shop_folder(tmp_path / "shop") / "data" / "Dictionaries.sqlite")
    with pytest.raises(LookupError, match="0 rows, one was expected"):
        goods.row("SELECT barcode FROM Barcodes WHERE barcode = 'no'")
    with pytest.raises(LookupError, match="2 columns, one was expected"):
        goods.value("SELECT barcode, price FROM Barcodes WHERE barcode = ?", BREAD)

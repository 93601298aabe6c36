"""A unit that comes back is paid back once, whatever way it comes and whatever lies in between."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ncash.store.dictionaries.aif_load import load
from ncash.store.documents_schema import DOCUMENTS
from ncash.testing import DrivenTill, ShopDatabase

from .shop import BREAD, CHEESE, MILK, Shop, item, milk, refused, sold, texts

RECORDED = Path(__file__).parents[2] / "contract" / "store" / "recorded" / "documents_7.sql"
WATER = "010469999990001321dEmO-WaTeR{:03}\x1d93aBcD"


@pytest.fixture
def till(shop: Shop) -> Any:
    """Till 1, where a return needs no mark."""
    shop.setting(addWithoutScanMarkInBackBySale="true", allowChangeQuantity="true")
    with shop.till() as till:
        yield till


def back(till: DrivenTill, sale: str, *positions: int) -> dict[str, Any]:
    """Positions of a sale, given back without their marks; the receipt stays open."""
    answer = till.send("open", kind="return_by_sale", sale=sale)
    assert answer["ok"], answer
    answer = till.send("choose", positions=list(positions))
    while answer["dialog"]:
        answer = till.send("press", button="without_mark")
    return answer


def card(shop: Shop, *, barcode: str = MILK, code: str = "3", **fields: Any) -> None:
    """The back office sends another card."""
    invent = {
        "inventcode": code,
        "barcode": barcode,
        "barcodes": [{"barcode": barcode, **fields.pop("of", {})}],
        **fields,
    }
    path = shop.folder / "more.aif"
    path.write_text(json.dumps({"command": "addInventItem", "invent": invent}) + "\n---\n", encoding="utf-8")
    assert load(path, shop.folder / "data/Dictionaries.sqlite", strict=True).written


def rows(shop: Shop, statement: str) -> list[Any]:
    return ShopDatabase(shop.folder / "data/Documents.sqlite").rows(statement)


def test_put_aside_without_its_mark_a_unit_is_checked_again_like_any_other(shop: Shop, till: DrivenTill) -> None:
    sale = sold(till, milk(1), milk(2))["document"]["id"]
    back(till, sale, 1, 2)
    receipt = till.send("defer")["receipt"]["id"]
    with shop.till("2") as other:
        other.send("open", kind="return")
        assert texts(other.send("scan", data=milk(1))) == []
        assert other.send("close")["document"]
        answer = till.send("restore", receipt=receipt)
        assert (texts(answer), refused(answer)) == (["AlreadyRegistered", "PositionRefused"], [1])
        assert texts(till.send("close")) == ["ReceiptRefused"]
        other.send("open", kind="return")
        assert texts(other.send("scan", data=milk(2))) == ["AlreadyRegistered"]
        other.send("cancel")
    assert till.send("storno", position=1)["dialog"] is None
    assert till.send("close")["document"]["doctype"] == 25
    assert rows(shop, "SELECT cis, excisemark FROM Goodsitem WHERE opcode = 58 ORDER BY 1") == [
        (milk(1)[:24], milk(1)), (milk(2)[:24], None)
    ]  # fmt: skip


def test_a_refused_unit_of_a_return_that_came_back_may_be_scanned_after_all(shop: Shop, till: DrivenTill) -> None:
    sale = sold(till, milk(1), BREAD)["document"]["id"]
    back(till, sale, 1)
    receipt = till.send("defer")["receipt"]["id"]
    shop.setting(addWithoutScanMarkInBackBySale="false")
    till.send("reload")
    answer = till.send("restore", receipt=receipt)
    assert (texts(answer), refused(answer)) == (["WithoutMarkForbidden", "PositionRefused"], [1])
    answer = till.send("scan", data=milk(1))
    assert (refused(answer), answer["receipt"]["positions"][0]["excisemark"]) == ([], milk(1))
    assert till.send("close")["document"]


def test_a_return_that_is_open_on_one_till_holds_its_unit_against_another(shop: Shop, till: DrivenTill) -> None:
    sale = sold(till, milk(1), BREAD)["document"]["id"]
    assert back(till, sale, 1)["receipt"]["positions"][0]["cis"] == milk(1)[:24]
    with shop.till("2") as other:
        other.send("open", kind="return")
        answer = other.send("scan", data=milk(1))
        assert (texts(answer), answer["receipt"]["positions"]) == (["AlreadyRegistered"], [])
        other.send("cancel")
        till.send("storno", position=1)
        other.send("open", kind="return")
        assert other.send("scan", data=milk(1))["receipt"]["positions"]
        answer = till.send("state")
        assert answer["receipt"]["positions"] == []
        other.send("cancel")
    till.send("cancel")


def test_after_a_crash_the_unit_is_held_and_checked_again(shop: Shop, till: DrivenTill) -> None:
    sale = sold(till, milk(1))["document"]["id"]
    back(till, sale, 1)
    till.restart()
    with shop.till("2") as other:
        other.send("open", kind="return")
        assert texts(other.send("scan", data=milk(1))) == ["AlreadyRegistered"]
        other.send("cancel")
    closed = till.send("close")
    assert closed["document"]["doctype"] == 25
    made = [check["check"] for check in closed["receipt"]["positions"][0]["checks"] if check["verdict"]]
    assert made == ["match", "receipt", "uniqueness"]


@pytest.mark.parametrize("today", [{"tmctype": 0}, {"tmctype": 7, "cquant": 6}])
def test_what_the_card_says_today_changes_nothing_of_what_was_sold(
    shop: Shop, till: DrivenTill, today: dict[str, int]
) -> None:
    sale = sold(till, milk(1), milk(2), BREAD)["document"]["id"]
    card(shop, name="Молоко другое", price="10.00", measurecode="2", of=today)
    till.send("open", kind="return_by_sale", sale=sale)
    assert till.send("choose", positions=[1])["dialog"]["key"] == "ScanMark"
    (position,) = till.send("scan", data=milk(1))["receipt"]["positions"]
    assert (position["name"], position["price"], position["quantity"]) == ("Молоко 3,2% 930 мл", "89.90", "1.000")
    till.send("close")
    assert rows(shop, "SELECT DISTINCT cis, marked, tmctype, frunit, fractional FROM Goodsitem WHERE opcode = 58") == [
        (milk(1)[:24], 1, 7, 0, 0)
    ]
    assert texts(back(till, sale, 2)) == []
    till.send("close")
    till.send("open", kind="return")
    refusal = "AlreadyRegistered" if today["tmctype"] else "MarkDataMissing"
    assert texts(till.send("scan", data=milk(2))) == [refusal]
    till.send("cancel")


def test_ordinary_goods_come_back_as_such_although_they_are_marked_today(shop: Shop, till: DrivenTill) -> None:
    sale = sold(till, BREAD)["document"]["id"]
    card(shop, barcode=BREAD, code="1", name="Хлеб", price="99.00", of={"tmctype": 7})
    till.send("open", kind="return_by_sale", sale=sale)
    (position,) = till.send("choose", positions=[1])["receipt"]["positions"]
    assert (position["marked"], position["price"]) == (False, "45.90")
    assert till.send("close")["document"]


def test_a_card_that_forbids_returns_forbids_them_by_sale_too(shop: Shop, till: DrivenTill) -> None:
    sale = sold(till, BREAD)["document"]["id"]
    forbidden = {"inventitemoptions": {"disableinventback": True}}
    card(shop, barcode=BREAD, code="1", name="Хлеб", price="45.90", of={"tmctype": 0}, options=forbidden)
    till.send("open", kind="return_by_sale", sale=sale)
    assert texts(till.send("choose", positions=[1])) == ["ReturnForbidden"]
    till.send("cancel")


def test_a_return_that_waited_pays_what_the_latest_sale_took(shop: Shop, till: DrivenTill) -> None:
    """Put aside at one price, the unit was returned and sold again at another one meanwhile."""
    sold(till, milk(1))
    till.send("open", kind="return")
    assert till.send("scan", data=milk(1))["receipt"]["total"] == "89.90"
    waiting = till.send("defer")["receipt"]["id"]
    till.send("open", kind="return")
    till.send("scan", data=milk(1))
    till.send("close")
    brought = shop.bring(shop.file(item(MILK, price=20, excisemark=milk(1)))).receipt
    till.send("restore", receipt=brought.id)
    assert till.send("close")["receipt"]["total"] == "20.00"
    answer = till.send("restore", receipt=waiting)
    assert (refused(answer), answer["receipt"]["total"]) == ([], "20.00")
    assert till.send("close")["document"]


def test_an_unknown_unit_that_waited_is_paid_as_it_was_sold_meanwhile(shop: Shop, till: DrivenTill) -> None:
    till.send("open", kind="return")
    assert till.send("scan", data=milk(1))["receipt"]["total"] == "89.90"
    waiting = till.send("defer")["receipt"]["id"]
    brought = shop.bring(shop.file(item(MILK, price=20, excisemark=milk(1)))).receipt
    till.send("restore", receipt=brought.id)
    assert till.send("close")["receipt"]["total"] == "20.00"
    assert till.send("restore", receipt=waiting)["receipt"]["total"] == "20.00"
    till.send("cancel")


def test_a_weight_that_was_made_less_stays_less_when_the_return_comes_back(shop: Shop, till: DrivenTill) -> None:
    cheese = "0103041094787443215Qbag!\x1d93Zjqw\x1d3103000750"
    sale = sold(till, cheese)["document"]["id"]
    assert rows(shop, "SELECT bcode, cquant FROM Goodsitem") == [(CHEESE, 0.75)]
    for kind in ({"kind": "return_by_sale", "sale": sale}, {"kind": "return"}):
        till.send("open", **kind)
        till.send("scan", data=cheese)
        till.send("press", button="cancel")
        assert till.send("quantity", position=1, value="0.5")["receipt"]["total"] == "449.50"
        waiting = till.send("defer")["receipt"]["id"]
        answer = till.send("restore", receipt=waiting)
        assert (refused(answer), answer["receipt"]["total"]) == ([], "449.50")
        assert till.send("quantity", position=1, value="0.751")["error"]["code"] == "quantity"
        till.send("cancel")


@pytest.fixture
def older(shop: Shop) -> Shop:
    """Books of version 7, in which units were given back without their marks."""
    path = shop.folder / "data/Documents.sqlite"
    path.unlink()
    for name, drive in (("fiscal-emulator", "drive_1"), ("fiscal-emulator-2", "drive_2")):
        shutil.copy(RECORDED.with_suffix(f".{drive}.jsonl"), shop.folder / "data" / f"{name}.jsonl")
    with closing(sqlite3.connect(path)) as books:
        books.executescript(RECORDED.read_text(encoding="utf-8"))
    shop.setting(addWithoutScanMarkInBackBySale="true", enableMarkVerifyCrpt="false")
    return shop


def test_units_that_an_older_program_left_stuck_are_free_again(older: Shop) -> None:
    with older.till() as till:
        assert rows(older, "PRAGMA user_version") == [(DOCUMENTS.version,)]
        assert rows(older, "SELECT documentid, posnum, cis, category FROM Goodsitem WHERE opcode = 58") == [
            (5, 1, WATER.format(1).split("\x1d")[0], "Water"), (6, 1, None, None),
            (7, 1, WATER.format(2).split("\x1d")[0], "Water"),
        ]  # fmt: skip
        till.send("open", kind="return")
        assert texts(till.send("scan", data=WATER.format(1))) == ["AlreadyRegistered"]
        assert texts(till.send("scan", data=WATER.format(2))) == []
        till.send("cancel")
        till.send("open")
        assert texts(till.send("scan", data=WATER.format(1))) == []
        assert texts(till.send("scan", data=WATER.format(2))) == ["AlreadyRegistered"]
        till.send("cancel")


def test_returns_that_an_older_program_put_aside_or_left_open_know_their_units(older: Shop) -> None:
    with older.till() as till, older.till("2") as other:
        assert other.greeting["receipt"]["positions"][0]["cis"] is None
        (waiting,) = [json.loads(text)["id"] for (text,) in rows(older, "SELECT receipt FROM deferredreceipt")]
        answer = till.send("restore", receipt=waiting)
        (position,) = answer["receipt"]["positions"]
        assert (position["cis"], position["refused"]) == (WATER.format(4).split("\x1d")[0], None)
        assert till.send("close")["document"]["doctype"] == 25
        closed = other.send("close")
        assert closed["document"]["doctype"] == 25
        assert closed["receipt"]["positions"][0]["cis"] == WATER.format(5).split("\x1d")[0]
        till.send("open", kind="return")
        for n in (4, 5):
            assert texts(till.send("scan", data=WATER.format(n))) == ["AlreadyRegistered"]
        till.send("cancel")

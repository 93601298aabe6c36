"""`ncash import artix`: what a shop had before, the till knows from its first receipt on."""

import base64
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase

from .artix_shop import GS, MILK, coded, made, mark, sold, together

Import = Callable[..., tuple[int, dict[str, Any]]]
_TILLS = count()
CARD = {"bcode": MILK, "code": "5", "name": "Молоко Artix", "measure": 1, "price": 80.0, "dcode": 1, "op_mode": 64}
BARCODE = {"code": "5", "barcode": MILK, "name": "Молоко Artix", "price": 80.0, "tmctype": 7, "packingprice": 1.0}
UNIT = {"code": 1, "name": "шт", "flag": 0, "frunit": 0}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """An empty data folder beside a conf folder with the sample's categories."""
    run(["init", str(tmp_path / "made")])
    (tmp_path / "made" / "conf").rename(tmp_path / "conf")
    (tmp_path / "data").mkdir()
    (tmp_path / "artix").mkdir()
    return tmp_path


@pytest.fixture
def imported(shop: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Runs the command on databases of the folder `artix`, or on others; exit code and report."""

    def told(*paths: Path) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data"), "--json"]
        code = run(["import", "artix", *map(str, paths or (shop / "artix",)), *folders])
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, said

    return told


def till(shop: Path) -> DrivenTill:
    outside = Outside(FrozenClock(), SeededRandom(f"till {next(_TILLS)}"), FencedHttp())
    return DrivenTill(shop / "conf", shop / "data", outside)


def goods_too(shop: Path) -> None:
    made(shop / "artix" / "dictionaries.db", units=[UNIT], tmc=[CARD], barcodes=[BARCODE])


def keys(answer: dict[str, Any]) -> list[str]:
    return [text["key"] for text in answer["screen"]]


def table(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for file in told["files"] for one in file["tables"] if one["name"] == name)


@pytest.mark.parametrize(
    "written",
    [
        mark("1"), mark("1").replace(GS, ""), mark("1").replace(GS, "\\u001d"), mark("1").replace(GS, " "),
        mark("1").partition(GS)[0], f"  {mark('1')}\n", f"]d2{mark('1')}", f"\xe8{mark('1')}", coded(mark("1")),
        mark("1").replace("01", "(01)", 1).replace("215", "(21)5", 1), coded(mark("1")).rstrip("="),
        base64.urlsafe_b64encode(mark("1").encode()).decode() + "\n",
    ],
)  # fmt: skip
def test_a_unit_sold_there_is_not_sold_again_however_its_mark_was_written(
    shop: Path, imported: Import, written: str
) -> None:
    goods_too(shop)
    made(shop / "artix" / "documents.db", **sold(1, written))
    assert imported()[0] == 0
    with till(shop) as one:
        one.send("open")
        assert keys(one.send("scan", data=mark("1"))) == ["AlreadyRegistered"]
        assert keys(one.send("scan", data=mark("2"))) == []


def test_a_damaged_mark_beside_the_code_in_base64_does_not_hide_it(shop: Path, imported: Import) -> None:
    goods_too(shop)
    documents = sold(1, "04670540176099", "\ufffd\ufffd")
    for line, code in zip(documents["Goodsitem"], (coded(mark("1")), coded("Пример")), strict=True):
        line |= {"markingcode": code}
    made(shop / "artix" / "documents.db", **documents)
    code, told = imported()
    assert (code, told["faulty"], told["marks"]["sold"]) == (1, 1, 1)
    with till(shop) as one:
        one.send("open")
        assert keys(one.send("scan", data=mark("1"))) == ["AlreadyRegistered"]


def test_what_was_done_last_there_counts(shop: Path, imported: Import) -> None:
    goods_too(shop)
    documents = together(
        sold(1, mark("1"), mark("2"), mark("3"), mark("4"), mark("5")), sold(2, mark("2"), mark("3"), doctype=2),
        sold(3, mark("3"), doctype=1), sold(4, mark("4"), doctype=25), sold(5, mark("6"), doctype=7),
        sold(6, mark("7"), doctype=1, closed=0), sold(7, mark("8"), doctype=16), sold(8, mark("9"), opcode=51),
    )  # fmt: skip
    made(shop / "artix" / "documents.db", **documents)
    code, told = imported()
    assert (code, told["marks"]) == (0, {"sold": 3, "returned": 2})
    assert table(told, "goodsitem")["left"] == {"annulled or not closed": 2, "doctype 16": 1, "opcode 51": 1}
    with till(shop) as one:
        one.send("open")
        said = {n: keys(one.send("scan", data=mark(str(n)))) for n in range(1, 10)}
        assert [n for n, found in said.items() if found] == [1, 3, 5]
        one.send("cancel")
        one.send("open", kind="return")
        assert keys(one.send("scan", data=mark("1"))) == []
        assert keys(one.send("scan", data=mark("2"))) == ["AlreadyRegistered"]


def test_a_position_whose_receipt_says_nothing_sure_is_a_fault(shop: Path, imported: Import) -> None:
    documents = together(sold(1, mark("1")), sold(2, mark("2"), doctype=2, opcode=50), sold(3, mark("3")), sold(4, ""))
    documents["document"][0] |= {"doctype": "sale"}
    del documents["document"][2:]
    made(shop / "artix" / "documents.db", **documents)
    code, told = imported()
    assert (code, told["faulty"], told["marks"]) == (1, 4, {"sold": 0, "returned": 0})
    said = [fault["reason"].partition(": ")[2] for fault in told["faults"]]
    unknown = "whether the unit was sold is not known"
    assert said == [
        "document, row 1: document.doctype is 'sale': accepted is a whole number",
        f"goodsitem, row 1: document 1 is not there or cannot be read: {unknown}",
        f"goodsitem, row 2: opcode 50 in a document of doctype 2: {unknown}",
        f"goodsitem, row 3: document 3 is not there or cannot be read: {unknown}",
    ]
    assert table(told, "goodsitem")["left"] == {"faulty": 3, "no mark": 1}


@pytest.mark.parametrize(
    "times", [("31.12.2025 20:00:00", "01.01.2026 10:00:00"), ("2026-11-01T09:00", "2026-11-01 10:00")]
)
def test_the_later_of_two_times_is_found_however_they_are_written(
    shop: Path, imported: Import, times: tuple[str, str]
) -> None:
    documents = together(sold(2, mark("1"), timeend=times[0]), sold(1, mark("1"), doctype=2, timeend=times[1]))
    made(shop / "artix" / "documents.db", **documents)
    assert imported()[1]["marks"] == {"sold": 0, "returned": 1}


def test_a_view_is_read_as_a_table(shop: Path, imported: Import) -> None:
    path = made(shop / "artix" / "documents.db", **sold(1, mark("1")))
    with ShopDatabase(path).changing() as database:
        database.execute("ALTER TABLE Goodsitem RENAME TO old")
        database.execute("CREATE VIEW Goodsitem AS SELECT * FROM old")
    assert imported()[1]["marks"]["sold"] == 1


def test_the_code_in_base64_stands_for_a_mark_that_is_missing(shop: Path, imported: Import) -> None:
    goods_too(shop)
    documents = sold(1, "", "", "", "")
    for line, code in zip(documents["Goodsitem"], (coded(mark("1")), coded("Пример"), mark("3"), None), strict=True):
        line |= {"excisemark": None, "markingcode": code}
    made(shop / "artix" / "documents.db", **documents)
    code, told = imported()
    assert (code, told["marks"]["sold"]) == (0, 2)
    assert table(told, "goodsitem")["left"] == {"a marking code that is no mark": 1, "no mark": 1}


def test_they_are_no_documents_of_this_shop(shop: Path, imported: Import, capsys: pytest.CaptureFixture[str]) -> None:
    goods_too(shop)
    made(shop / "artix" / "documents.db", **sold(1, mark("1")))
    imported()
    with till(shop) as one:
        one.send("open")
        one.send("scan", data=mark("2"))
        closed = one.send("close")
        assert (closed["document"]["number"], closed["document"]["id"]) == (1, "1")
        report = one.send("shift", do="close")["report"]
        assert (report["sales"]["count"], report["marked"]) == (1, 1)
    capsys.readouterr()
    assert run(["reconcile", "--conf", str(shop / "conf"), "--data", str(shop / "data")]) == 0
    exported = next((shop / "data" / "exchange").glob("sale*.json")).read_text(encoding="utf-8")
    assert mark("1").partition(GS)[0] not in exported
    with till(shop) as one:
        one.send("open", kind="return")
        assert keys(one.send("scan", data=mark("1"))) == []
        one.send("close")
        one.send("open")
        assert keys(one.send("scan", data=mark("1"))) == []


def test_goods_people_catalogs_and_the_white_list_are_taken(shop: Path, imported: Import) -> None:
    path = made(
        shop / "artix" / "dictionaries.db",
        units=[UNIT, {"code": 2, "name": "кг", "flag": 1, "frunit": 11}],
        tmc=[CARD, {"bcode": "2000", "code": "9", "name": "Сыр", "measure": 2, "price": 500.0, "dcode": 2}],
        barcodes=[BARCODE, {"code": "5", "barcode": "111", "cquant": 6.0, "tmctype": 7}],
        mol=[{"code": "1", "name": "Кассир", "login": "1", "password": "secret"}],
        roleuser=[{"usercode": "1", "rolecode": 4, "rule": 1}],
        excisemarkwhite=[
            {"excisemarkid": mark("1"), "barcode": MILK, "serialnumber": "x"},
            {"excisemarkid": "не марка"},
        ],
        hotkey=[{"hotkeyname": "Пиво"}],
    )
    with ShopDatabase(path).changing() as database:
        database.execute("CREATE TABLE catalogs (catalogid INT, catalogname TEXT)")
        database.execute("CREATE TABLE inventcatalog (tmccode TEXT, catalogId INT)")
        database.execute("INSERT INTO catalogs VALUES (3, 'Молочное')")
        database.execute("INSERT INTO inventcatalog VALUES ('5', 3)")
    code, told = imported()
    assert (code, told["faulty"]) == (1, 1)
    assert "excisemarkwhite, row 2: 'не марка' is no mark" in told["faults"][0]["reason"]
    assert told["files"][0]["left"] == {"hotkey": 1}
    assert table(told, "mol")["columns"] == {"password": 1}
    assert table(told, "tmc")["columns"] == {"op_mode": 1}
    assert table(told, "barcodes")["columns"] == {"packingprice": 1}
    found = ShopDatabase(shop / "data" / "Dictionaries.sqlite")
    assert {name: found.rows(f"SELECT * FROM {name}") for name in ("catalog", "catalogitem", "mol")} == {
        "catalog": [("3", "Молочное")],
        "catalogitem": [("3", "5")],
        "mol": [("1", "Кассир", "1", None)],
    }
    assert b"secret" not in (shop / "data" / "Dictionaries.sqlite").read_bytes()
    with till(shop) as one:
        one.send("open", cashier="1")
        position = one.send("scan", data="2000")["receipt"]["positions"][0]
        assert (position["name"], position["price"]) == ("Сыр", "500.00")
        assert one.send("scan", data=MILK)["dialog"]["key"] == "ScanMark"


def test_goods_that_would_come_out_wrong_are_left_and_listed(shop: Path, imported: Import) -> None:
    cards = [
        {**CARD, "price": 0.0}, {**CARD, "bcode": "22", "code": "22", "measure": 77, "price": 5.0},
        {**CARD, "bcode": "33", "code": "33", "price": 7.0},
    ]  # fmt: skip
    made(shop / "artix" / "d", units=[UNIT], tmc=cards, barcodes=[{**BARCODE, "price": 0.0}])
    code, told = imported()
    assert (code, told["kept"]) == (1, 2)
    assert sorted(fault["barcode"] for fault in told["faults"]) == ["22", MILK]
    with till(shop) as one:
        one.send("open")
        assert keys(one.send("scan", data="22")) == keys(one.send("scan", data=MILK)) == ["BarcodeNotFound"]
        assert keys(one.send("scan", data="33")) == []


def test_a_second_run_takes_what_is_new_and_nothing_twice(shop: Path, imported: Import) -> None:
    goods_too(shop)
    path = made(shop / "artix" / "documents.db", **sold(1, mark("1")))
    imported()
    before = [dump(shop / "data" / name) for name in ("Dictionaries.sqlite", "Documents.sqlite")]
    code, told = imported()
    assert (code, told["loaded"]) == (0, {})
    assert [table(told, name)["known"] for name in ("tmc", "barcodes", "units", "goodsitem")] == [1, 1, 1, 1]
    assert [dump(shop / "data" / name) for name in ("Dictionaries.sqlite", "Documents.sqlite")] == before
    made(path, **sold(2, mark("1"), doctype=2))
    assert imported()[1]["marks"] == {"sold": 0, "returned": 1}


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def test_what_this_shop_has_stays_as_it_is(shop: Path, imported: Import) -> None:
    goods_too(shop)
    imported()
    aif = shop / "pos.aif"
    card = {"inventcode": "5", "barcode": MILK, "tmctype": 7, "name": "Молоко", "price": 99, "measurecode": "1"}
    aif.write_text(json.dumps({"command": "addInventItem", "invent": card}) + "\n---\n", encoding="utf-8")
    assert run(["dict", "import", str(aif), "--data", str(shop / "data"), "--conf", str(shop / "conf")]) == 0
    made(shop / "artix" / "documents.db", **sold(1, mark("1")))
    imported()
    with till(shop) as one:
        one.send("open")
        assert one.send("scan", data=mark("2"))["receipt"]["positions"][0]["price"] == "99.00"


def test_missing_columns_are_tolerated(shop: Path, imported: Import) -> None:
    with ShopDatabase(shop / "artix" / "small.sqlite").changing() as database:
        database.execute("CREATE TABLE document (documentid INT, doctype INT)")
        database.execute("CREATE TABLE goodsitem (documentid INT, excisemark TEXT)")
        database.execute("INSERT INTO document VALUES (1, 1)")
        database.execute("INSERT INTO goodsitem VALUES (1, ?)", (mark("1"),))
        database.execute("CREATE TABLE tmc (code TEXT, price REAL)")
        database.execute("INSERT INTO tmc VALUES ('777', 5)")
        database.execute("CREATE TABLE barcodes (barcode TEXT, code TEXT)")
        database.execute("INSERT INTO barcodes VALUES ('777', '777')")
    code, told = imported()
    assert (code, told["marks"]["sold"], told["loaded"]) == (0, 1, {"barcodes": 1, "goodsitem": 1, "tmc": 1})


@pytest.mark.parametrize("content", [None, b"", b"text", b"SQLite format 3\x00" + b"?" * 8000])
def test_what_is_no_database_of_artix_takes_nothing(
    shop: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shop / "artix" / "documents.db"
    if content is not None:
        path.write_bytes(content)
    folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
    assert run(["import", "artix", str(path), *folders]) == 2
    assert str(path) in capsys.readouterr().err


def test_a_file_without_its_tables_and_ones_own_are_refused(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goods_too(shop)
    other = made(shop / "other", hotkey=[])
    folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
    assert run(["import", "artix", str(shop / "artix"), str(other), *folders]) == 2
    assert "has no table that is known: hotkey" in capsys.readouterr().err
    assert ShopDatabase(shop / "data" / "Dictionaries.sqlite").value("SELECT COUNT(*) FROM tmc") == 0
    assert run(["import", "artix", str(shop / "data" / "Dictionaries.sqlite"), *folders]) == 2
    assert "is this shop's own database" in capsys.readouterr().err


def test_the_report_is_readable(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goods_too(shop)
    made(shop / "artix" / "documents.db", workshift=[{"shiftnum": 1}], **sold(1, mark("1"), ""))
    folders = ["--conf", str(shop / "conf"), "--data", str(shop / "data")]
    assert run(["import", "artix", str(shop / "artix"), *folders]) == 0
    said = capsys.readouterr().out
    assert "goodsitem: rows 2, taken 1, known 0; left: no mark 1; columns left: bcode 2" in said
    assert "tables left: workshift 1" in said
    assert said.splitlines()[-1] == "units known as sold there: 1, as taken back: 0"


def test_a_rebuild_keeps_the_marks_of_the_former_program(shop: Path, imported: Import) -> None:
    goods_too(shop)
    made(shop / "artix" / "documents.db", **sold(1, mark("1")))
    imported()
    books = shop / "data" / "Documents.sqlite"
    books.rename(shop / "data" / "documents.damaged-20270115T090000Z.sqlite")
    assert run(["rebuild", "--yes", "--conf", str(shop / "conf"), "--data", str(shop / "data")]) == 0
    with till(shop) as one:
        one.send("open")
        assert keys(one.send("scan", data=mark("1"))) == ["AlreadyRegistered"]

"""What the back office gets when a shift is closed, and what happens when it cannot be written."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.ports import Outside
from ncash.model.receipt import Position, Receipt
from ncash.system import files
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, shop_folder

MILK, BREAD = "01046705401760992150001\x1d93dGVz", "4600000000015"
BREAD_BY_MARK = "0104600000000015215'W9Um\x1d93dGVz"
CHEESE = "2103321055451"
CHEESE_MARK = "010460704243920021nqmQ&IjzWJ+T*93dGVs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    values = {"allowUnmarked": "true", "allowNotMatchingBarcodes": "true", "addWithoutScanMarkInBackBySale": "true",
              "addWithoutScanMarkMarkingCode": "Пример"}  # fmt: skip
    return shop_folder(tmp_path / "shop", {"MarkedGoods": values})


def opened(folder: Path, cash: str | None = None, at: str = "2027-01-15T12:00:00+03:00") -> DrivenTill:
    outside = Outside(FrozenClock(at), SeededRandom(f"{at}{cash}"), FencedHttp())
    return DrivenTill(folder / "conf", folder / "data", outside, cash)


@pytest.fixture
def till(folder: Path) -> Iterator[DrivenTill]:
    with opened(folder) as till:
        yield till


def sold(till: DrivenTill, *scans: str, kind: str = "sale", **close: Any) -> dict[str, Any]:
    till.send("open", kind=kind, cashier="1")
    for scan in scans:
        till.send("scan", data=scan)
    return till.send("close", **close)


def parted(text: str) -> dict[str, list[Any]]:
    """A file as the vendor's readers take it apart."""
    found = {}
    for name in ("sales data", "shift info", "securitylog info"):
        begin, end = f"### {name} begin ###\n", f"### {name} end ###\n"
        body = text.partition(begin)[2].partition(end)[0]
        found[name] = [json.loads(part + "}") for part in body.split("}---") if part.strip()]
    return found


def exported(folder: Path) -> list[dict[str, list[Any]]]:
    return [parted(path.read_text("utf-8")) for path in sorted((folder / "data" / "exchange").glob("*.json"))]


def test_closing_a_shift_writes_its_sales(folder: Path, till: DrivenTill) -> None:
    sold(till, BREAD, MILK, payments=[{"type": "cash", "amount": "100.00"}, {"type": "card", "amount": "35.80"}])
    answer = till.send("shift", do="close")
    path = folder / "data" / "exchange" / "sale2027.01.15_12-00-00.json"
    assert answer["exported"] == [str(path)]
    found = parted(path.read_text("utf-8"))
    [document] = found["sales data"]
    told = ("docNum", "docType", "shift", "cashCode", "shopCode", "userCode", "closed")
    assert [document[key] for key in told] == [1, 1, 1, "1", "1", "1", 1]
    assert [document[key] for key in ("docSum", "sumcash", "sumnoncash", "sumother")] == [135.8, 100.0, 35.8, 0.0]
    assert document["timeEnd"] == "2027-01-15T12:00:00+03:00"
    assert document["frdocnum"] == 2
    assert [p["type"] for p in document["moneyPositions"]] == ["cash", "card"]
    [shift] = found["shift info"]
    assert (shift["shift"], shift["sales"], shift["marked"]) == (1, {"count": 1, "sum": "135.80"}, 1)
    assert shift["closed"] == "2027-01-15T12:00:00+03:00"
    assert found["securitylog info"] == []


def test_a_marked_position_has_all_its_marking_fields(folder: Path, till: DrivenTill) -> None:
    sold(till, CHEESE, CHEESE_MARK)
    till.send("shift", do="close")
    [position] = exported(folder)[0]["sales data"][0]["inventPositions"]
    assert position["barCode"] == "2103321"
    assert position["quant"] == 5.545
    assert position["excisemark"] == CHEESE_MARK
    assert position["excisetype"] == "MARKEDGOODS"
    assert position["additionalbarcode"] == "4607042439200"
    assert base64.b64decode(position["markingcode"]).decode() == CHEESE_MARK
    assert (position["marked"], position["tmctype"], position["opCode"]) == (True, 7, 50)


def test_ordinary_goods_sold_by_their_mark_are_ordinary_and_keep_the_mark(folder: Path, till: DrivenTill) -> None:
    sold(till, BREAD_BY_MARK)
    till.send("shift", do="close")
    [position] = exported(folder)[0]["sales data"][0]["inventPositions"]
    assert (position["marked"], position["tmctype"]) == (False, 0)
    assert (position["excisetype"], position["markingcode"]) == (None, None)
    assert position["excisemark"] == BREAD_BY_MARK


def test_returns_and_annulled_receipts_are_told_apart(folder: Path, till: DrivenTill) -> None:
    sale = sold(till, MILK)["document"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[1])
    till.send("press", button="without_mark")
    till.send("close")
    till.send("open", kind="return")
    till.send("scan", data=BREAD)
    till.send("cancel")
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("storno", position=1)
    till.send("scan", data=BREAD)
    till.send("cancel")
    till.send("shift", do="close")
    documents = exported(folder)[0]["sales data"]
    assert [(d["docType"], d["closed"]) for d in documents] == [(1, 1), (25, 1), (8, 0), (7, 0)]
    back = documents[1]
    assert (back["linkeddocumentid"], back["inventPositions"][0]["salePosNum"]) == (int(sale), 1)
    assert back["inventPositions"][0]["opCode"] == 58
    assert back["inventPositions"][0]["markingcode"] == "0J/RgNC40LzQtdGA"
    assert back["inventPositions"][0]["excisemark"] is None
    assert [p["posNum"] for p in documents[3]["inventPositions"]] == [2]


def test_a_value_never_looks_like_the_end_of_a_document(folder: Path) -> None:
    path = folder / "conf" / "ncash.ini.d" / "zz.ini"
    path.write_text('[MarkedGoods]\naddWithoutScanMarkMarkingCode = "x}---y"\n[Cash]\nshopcode = }---\n', "utf-8")
    with opened(folder) as till:
        sold(till, BREAD)
        till.send("shift", do="close")
    text = next((folder / "data" / "exchange").iterdir()).read_text("utf-8")
    assert parted(text)["sales data"][0]["shopCode"] == "}---"


def test_an_earlier_file_is_never_written_over(folder: Path, till: DrivenTill) -> None:
    for _ in range(3):
        sold(till, BREAD)
        till.send("shift", do="close")
    names = [path.name for path in sorted((folder / "data" / "exchange").iterdir())]
    assert names == [f"sale2027.01.15_12-00-0{second}.json" for second in range(3)]
    assert [f["shift info"][0]["shift"] for f in exported(folder)] == [1, 2, 3]


def test_two_tills_that_close_in_one_second_write_two_files(folder: Path) -> None:
    tills = [opened(folder, cash) for cash in ("1", "2")]
    for till in tills:
        sold(till, BREAD)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda till: till.send("shift", do="close"), tills))
    assert sorted(f["shift info"][0]["cashcode"] for f in exported(folder)) == ["1", "2"]
    for till in tills:
        till.close()


def test_a_name_is_given_to_one_of_many_writers(tmp_path: Path) -> None:
    path = tmp_path / "one"

    def write(n: int) -> int:
        try:
            files.create(path, str(n).encode())
        except FileExistsError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(64))) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["one"]


def test_an_export_that_fails_closes_the_shift_and_stays_in_sight(folder: Path, till: DrivenTill) -> None:
    exchange = folder / "data" / "exchange"
    exchange.write_text("a file where the folder should be", "utf-8")
    sold(till, BREAD)
    answer = till.send("shift", do="close")
    assert (answer["ok"], answer["report"]["closed"], answer["exported"]) == (True, "2027-01-15T12:00:00+03:00", [])
    assert [(text["kind"], text["key"]) for text in answer["screen"]] == [("error", "ExportFailed")]
    assert "смены 1" in answer["screen"][0]["text"]
    assert answer["export_error"]["code"] == "export"
    assert str(exchange) in answer["export_error"]["text"]
    for later in (answer, till.send("state"), till.restart(), till.send("open")):
        assert "ExportFailed" in [text["key"] for text in later["notices"]]
    till.send("scan", data=BREAD)
    till.send("close")
    exchange.unlink()
    answer = till.send("shift", do="close")
    assert len(answer["exported"]) == 2
    assert [text["key"] for text in answer["notices"]] == []
    assert [f["shift info"][0]["shift"] for f in exported(folder)] == [1, 2]


def test_the_command_repeats_what_failed_and_the_notice_goes(folder: Path, till: DrivenTill, tmp_path: Path) -> None:
    (folder / "data" / "exchange").write_text("", "utf-8")
    sold(till, BREAD)
    till.send("shift", do="close")
    folders = ["--conf", str(folder / "conf"), "--data", str(folder / "data")]
    assert run(["sales", "export", *folders]) == 2
    assert [text["key"] for text in till.send("state")["notices"]] == ["ExportFailed"]
    assert run(["sales", "export", "--out", str(tmp_path / "stick"), *folders]) == 0
    assert till.send("state")["notices"] == []
    assert len(list((tmp_path / "stick").glob("sale*.json"))) == 1


def test_the_command_writes_an_open_shift_and_closing_writes_it_again(
    folder: Path, till: DrivenTill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--conf", str(folder / "conf"), "--data", str(folder / "data")]
    assert run(["sales", "export", *folders]) == 2
    assert "has had no shift yet" in capsys.readouterr().err
    sold(till, BREAD)
    assert run(["sales", "export", "--json", "--out", str(tmp_path / "out"), *folders]) == 0
    told = json.loads(capsys.readouterr().out)
    found = parted(Path(told["file"]).read_text("utf-8"))
    assert (told["shift"], found["shift info"][0]["closed"], len(found["sales data"])) == (1, None, 1)
    assert len(till.send("shift", do="close")["exported"]) == 1
    assert run(["sales", "export", "--shift", "7", *folders]) == 2
    assert "till 1 has no shift 7" in capsys.readouterr().err


def test_an_order_and_its_source_are_named(folder: Path, till: DrivenTill) -> None:
    path = folder / "order.json"
    inner = {"identifier": "web-9", "positions": [{"barcode": BREAD, "price": 40, "quant": 1}]}
    path.write_text(json.dumps({"shopcode": "1", "documentid": "c-77", "document": json.dumps(inner)}), "utf-8")
    run(["receipt", "import", str(path), "--conf", str(folder / "conf"), "--data", str(folder / "data"), "--json"])
    receipt = till.shop.documents.deferred()[0].id
    till.send("restore", receipt=receipt)
    till.send("close")
    till.send("shift", do="close")
    [document] = exported(folder)[0]["sales data"]
    assert (document["identifier"], document["sourceidentifier"], document["docSum"]) == ("web-9", "c-77", 40.0)


def test_a_discount_is_a_line_of_its_own(folder: Path, till: DrivenTill) -> None:
    """Written into the books themselves: a price is lowered only after an answer of CRPT."""
    books, now = till.shop.documents, "2027-01-15T12:00:00+03:00"
    cheap = Position(1, "1", "Хлеб", BREAD, Decimal(1), 4131, baseprice=4590, extra={"discount": "Скидка 10%"})
    books.open_shift(now, None)
    books.close_receipt(Receipt("r", positions=(cheap,)), [], now, {})
    till.send("shift", do="close")
    [document] = exported(folder)[0]["sales data"]
    assert [document[key] for key in ("docSum", "baseSum", "disc_abs", "disc_perc")] == [41.31, 45.9, 4.59, 10.0]
    [discount] = document["inventPositions"][0]["discountPositions"]
    assert (discount["name"], discount["sum"]) == ("Скидка 10%", 4.59)

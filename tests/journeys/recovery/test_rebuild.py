"""What a copy does not have is found in the damaged database beside it, in the journal and in the fiscal drive."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from ncash.cli.main import run
from ncash.emulators.crpt import TOKEN, Emulator
from ncash.model.mark import cis
from ncash.model.ports import Outside
from ncash.testing import DrivenTill, FencedHttp, FrozenClock, SeededRandom, ShopDatabase, shop_folder, violations

from .conftest import BREAD, Command
from .test_backup import spoil

MILK, MILK2, MILK3 = (f"0104670540176099215000{n}\x1d93dGVz" for n in (1, 2, 3))
DOCUMENTS: Final = "SELECT uuid, doctype, docsum, fiscal FROM document ORDER BY documentid"
JOURNAL: Final = "SELECT * FROM journal ORDER BY seq"
POSITIONS: Final = (
    "SELECT d.uuid, g.posnum, g.bcode, g.cquant, g.summ, g.cis, g.excisemark, g.tag1265, g.checks FROM document d "
    "JOIN Goodsitem g ON g.documentid = d.documentid ORDER BY d.documentid, g.posnum"
)


@pytest.fixture
def crpt() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, crpt: Emulator) -> Path:
    """The morning is in the copy, the afternoon is not: a checked sale, a return, a cancelled receipt."""
    own = {"enableMarkVerifyCrpt": "true", "markVerifyCrptUrl": crpt.url, "xapikey": f"[-1:{TOKEN}]",
           "allowNotMatchingBarcodes": "true"}  # fmt: skip
    shop_folder(tmp_path / "shop", {"MarkedGoods": own})
    day(tmp_path / "shop", crpt, "2027-01-15T09:00:00+03:00", morning)
    assert run(["backup", "--conf", str(tmp_path / "shop" / "conf"), "--data", str(tmp_path / "shop" / "data")]) == 0
    day(tmp_path / "shop", crpt, "2027-01-15T15:00:00+03:00", afternoon)
    return tmp_path / "shop"


def day(folder: Path, crpt: Emulator, at: str, part: Any) -> None:
    outside = Outside(FrozenClock(at), SeededRandom(at), FencedHttp(*crpt.site_urls))
    with DrivenTill(folder / "conf", folder / "data", outside) as till:
        part(till)


def morning(till: DrivenTill) -> None:
    till.send("open", cashier="1")
    till.send("scan", data=MILK)
    till.send("scan", data=BREAD)
    till.send("close", payments=[{"type": "card", "amount": "135.80"}])


def afternoon(till: DrivenTill) -> None:
    till.send("open", cashier="1")
    till.send("scan", data=BREAD)
    till.send("cancel")
    till.send("open", cashier="1")
    till.send("scan", data=MILK2)
    assert till.send("close")["ok"]
    till.send("open", kind="return_by_sale", sale="1")
    till.send("choose", positions=[2])
    assert till.send("close")["ok"]


def rows(folder: Path, statement: str) -> list[Any]:
    return ShopDatabase(folder / "data" / "Documents.sqlite").rows(statement)


def rebuilt(command: Command, *words: str) -> dict[str, Any]:
    code, answer = command("rebuild", "--yes", *words)
    assert code == 0, answer
    assert answer["missing"] == []
    return answer


def test_damaged_books_are_put_together_again(folder: Path, command: Command) -> None:
    before = rows(folder, DOCUMENTS), rows(folder, POSITIONS)
    spoil(folder / "data" / "Documents.sqlite", "workshift")
    answer = rebuilt(command)
    assert answer["base"].startswith("Documents-")
    assert (rows(folder, DOCUMENTS), rows(folder, POSITIONS)) == before
    assert {one["found"].startswith("documents.damaged-") for one in answer["entered"]} == {True}
    again = rebuilt(command)
    assert (answer["lines"] > 0, again["lines"], again["entered"], again["messages"]) == (True, 0, [], 0)
    assert violations(folder / "data", folder / "conf") == []


@pytest.mark.parametrize("step", ["UPDATE ON journalhead WHEN NEW.seq = OLD.seq + 1", "INSERT ON Goodsitem"])
def test_books_that_cannot_be_written_stay_as_they_were(folder: Path, command: Command, step: str) -> None:
    (copy,) = (folder / "data" / "backup").glob("*.sqlite")
    assert command("restore", str(copy), "--yes")[0] == 0
    books = ShopDatabase(folder / "data" / "Documents.sqlite")
    books.change(f"CREATE TRIGGER failing BEFORE {step} BEGIN SELECT RAISE(FAIL, 'no room'); END")
    before = rows(folder, JOURNAL), rows(folder, DOCUMENTS)
    code, answer = command("rebuild", "--yes")
    assert (code, "error" in answer) == (2, True)
    assert (rows(folder, JOURNAL), rows(folder, DOCUMENTS)) == before
    books.change("DROP TRIGGER failing")
    assert rebuilt(command)["lines"] > 0
    assert violations(folder / "data", folder / "conf") == []


def test_what_only_the_drive_and_the_journal_know_is_entered_from_them(folder: Path, command: Command) -> None:
    before = [row for row in rows(folder, POSITIONS) if row[5]]
    spoil(folder / "data" / "Documents.sqlite", "Goodsitem")
    answer = rebuilt(command)
    assert [one["found"] for one in answer["entered"]].count("fiscal-emulator.jsonl") >= 1
    marked = {row[5]: row for row in rows(folder, POSITIONS) if row[5]}
    sold = [row for row in before if row[5] in marked]
    assert len(sold) == len(before)
    for row in sold:
        assert (marked[row[5]][6:8], json.loads(marked[row[5]][8])) == (row[6:8], json.loads(row[8]))
    assert violations(folder / "data", folder / "conf") == []


def test_what_was_given_back_without_a_scan_is_known_again(folder: Path, command: Command, crpt: Emulator) -> None:
    """The return is in no database any more: the drive has its lines, the journal the sale and the unit."""
    (folder / "conf/ncash.ini.d/99-returns.ini").write_text(
        "[MarkedGoods]\naddWithoutScanMarkInBackBySale = true\n", encoding="utf-8"
    )

    def evening(till: DrivenTill) -> None:
        till.send("open", kind="return_by_sale", sale="1")
        till.send("choose", positions=[1])
        till.send("press", button="without_mark")
        assert till.send("close")["document"]["id"] == "5"

    day(folder, crpt, "2027-01-15T17:00:00+03:00", evening)
    with closing(sqlite3.connect(folder / "data" / "Documents.sqlite")) as connection:
        lost = connection.execute("SELECT uuid FROM document WHERE documentid = 5").fetchone()[0]
        for statement in ("DELETE FROM Goodsitem WHERE documentid = 5", "DELETE FROM moneyitem WHERE documentid = 5",
                          "DELETE FROM document WHERE documentid = 5"):  # fmt: skip
            connection.execute(statement)
        connection.execute("DELETE FROM returnedposition WHERE uuid = ?", (lost,))
        connection.commit()
    assert [one["receipt"] for one in rebuilt(command)["entered"]] == [lost]
    given = "SELECT g.cis, g.excisemark, g.saleposition, d.saledocumentid FROM document d JOIN Goodsitem g ON "
    assert rows(folder, f"{given} g.documentid = d.documentid WHERE d.uuid = '{lost}'") == [(cis(MILK), None, 1, 1)]

    def morning_after(till: DrivenTill) -> None:
        assert till.send("open", kind="return_by_sale", sale="1")["error"]["code"] == "sale"
        till.send("open", kind="return")
        assert [text["key"] for text in till.send("scan", data=MILK)["screen"]] == ["AlreadyRegistered"]
        till.send("cancel")

    day(folder, crpt, "2027-01-16T09:00:00+03:00", morning_after)
    assert violations(folder / "data", folder / "conf") == []


def test_without_any_copy_the_drive_is_the_book(folder: Path, command: Command) -> None:
    shutil.rmtree(folder / "data" / "backup")
    before = {row[0]: row[2] for row in rows(folder, DOCUMENTS) if row[1] != 7}
    (folder / "data" / "Documents.sqlite").write_bytes(b"\0" * 50_000)
    answer = rebuilt(command)
    assert answer["base"] == "empty books"
    assert {row[0]: row[2] for row in rows(folder, DOCUMENTS)} == before
    assert {one.invariant for one in violations(folder / "data", folder / "conf")} <= {"I4", "I5"}


def test_nothing_is_changed_without_yes(folder: Path, command: Command) -> None:
    with ShopDatabase(folder / "data" / "Documents.sqlite").changing() as connection:
        lost = connection.execute("SELECT uuid FROM document WHERE documentid = 3").fetchone()[0]
        connection.execute("DELETE FROM Goodsitem WHERE documentid = 3")
        connection.execute("DELETE FROM moneyitem WHERE documentid = 3")
        connection.execute("DELETE FROM document WHERE documentid = 3")
    code, answer = command("rebuild")
    assert (code, [one["receipt"] for one in answer["entered"]]) == (1, [lost])
    assert len(rows(folder, DOCUMENTS)) == 3
    assert [one["receipt"] for one in rebuilt(command)["entered"]] == [lost]
    assert command("rebuild") == (0, command("rebuild")[1])


def test_a_document_that_cannot_be_entered_is_listed(folder: Path, command: Command) -> None:
    path = folder / "data" / "fiscal-emulator.jsonl"
    last = json.loads(path.read_text("ascii").splitlines()[-1])
    strange = {**last, "number": last["number"] + 1, "receipt": "00000000-0000-4000-8000-000000000000", "total": 1}
    path.write_text(path.read_text("ascii") + json.dumps(strange) + "\n", "ascii")
    code, answer = command("rebuild", "--yes")
    [missing] = answer["missing"]
    assert (code, missing["receipt"], missing["total"], missing["number"]) == (
        1, strange["receipt"], "0.01", strange["number"]
    )  # fmt: skip


def test_nothing_is_rebuilt_while_a_till_runs(folder: Path, crpt: Emulator, command: Command) -> None:
    def meanwhile(till: DrivenTill) -> None:
        code, answer = command("rebuild", "--yes")
        assert (code, answer["error"]["code"]) == (2, "running")

    day(folder, crpt, "2027-01-15T18:00:00+03:00", meanwhile)


def test_a_till_goes_on_after_it(folder: Path, crpt: Emulator, command: Command) -> None:
    spoil(folder / "data" / "Documents.sqlite", "moneyitem")
    rebuilt(command)

    def evening(till: DrivenTill) -> None:
        till.send("open", cashier="1")
        assert till.send("scan", data=MILK)["decision"]["verdict"] in ("allow", "deny")
        till.send("scan", data=BREAD)
        assert till.send("close")["ok"]

    day(folder, crpt, "2027-01-15T20:00:00+03:00", evening)
    assert violations(folder / "data", folder / "conf", but=["I1"]) == []


def evening(till: DrivenTill) -> None:
    till.send("open", cashier="1")
    till.send("scan", data=MILK3)
    till.send("scan", data=BREAD)
    till.send("quantity", position=2, value="3")


def test_a_receipt_that_was_open_is_open_again_and_its_mark_is_checked_again(
    folder: Path, crpt: Emulator, command: Command
) -> None:
    day(folder, crpt, "2027-01-15T18:00:00+03:00", evening)
    spoil(folder / "data" / "Documents.sqlite", "moneyitem")
    assert len(rebuilt(command)["reopened"]) == 1
    assert rebuilt(command)["reopened"] == []
    asked = len(crpt.checks())

    def night(till: DrivenTill) -> None:
        receipt = till.greeting["receipt"]
        assert [(p["quantity"], p["excisemark"]) for p in receipt["positions"]] == [("1.000", MILK3), ("3.000", None)]
        assert [text["key"] for text in till.greeting["screen"]] == ["ReceiptRestored"]
        answer = till.send("close")
        assert (answer["document"]["doctype"], len(crpt.checks()) - asked) == (1, 1)

    day(folder, crpt, "2027-01-15T20:00:00+03:00", night)
    assert violations(folder / "data", folder / "conf") == []
    assert rebuilt(command)["reopened"] == []


def test_a_receipt_whose_document_was_ordered_is_settled_when_it_is_back(
    folder: Path, crpt: Emulator, command: Command
) -> None:
    def ordered(till: DrivenTill) -> None:
        evening(till)
        till.shop.register.faults.add("busy", 1000, times=1)
        assert till.send("close")["error"]["code"] == "unsettled"

    day(folder, crpt, "2027-01-15T18:00:00+03:00", ordered)
    spoil(folder / "data" / "Documents.sqlite", "moneyitem")
    assert len(rebuilt(command)["reopened"]) == 1

    def night(till: DrivenTill) -> None:
        faults = till.shop.register.faults
        work = faults.peek("at_work")
        faults.remove("at_work")
        faults.add("at_work", work.value, times=1)
        answer = till.send("open")
        assert [text["key"] for text in answer["screen"]] == ["FiscalAdopted"]

    day(folder, crpt, "2027-01-15T20:00:00+03:00", night)
    assert violations(folder / "data", folder / "conf") == []


def closed_behind_the_copy(folder: Path, crpt: Emulator, command: Command, lost: str) -> None:
    """A receipt is open in the copy and closed in the books, which are damaged where `lost` stands."""
    day(folder, crpt, "2027-01-15T18:00:00+03:00", evening)
    assert command("backup")[0] == 0
    day(folder, crpt, "2027-01-15T19:00:00+03:00", lambda till: till.send("close"))
    spoil(folder / "data" / "Documents.sqlite", lost)


def test_a_receipt_that_is_open_in_the_copy_and_was_closed_later_is_not_open(
    folder: Path, crpt: Emulator, command: Command
) -> None:
    closed_behind_the_copy(folder, crpt, command, "workshift")
    assert rebuilt(command)["reopened"] == []
    assert rows(folder, "SELECT uuid FROM openreceipt") == []
    assert violations(folder / "data", folder / "conf") == []


def test_a_receipt_that_is_open_in_the_copy_alone_is_closed_with_the_document_of_the_drive(
    folder: Path, crpt: Emulator, command: Command
) -> None:
    closed_behind_the_copy(folder, crpt, command, "moneyitem")
    rebuilt(command)

    def night(till: DrivenTill) -> None:
        assert [text["key"] for text in till.send("close")["screen"]] == ["FiscalAdopted"]

    day(folder, crpt, "2027-01-15T20:00:00+03:00", night)
    assert violations(folder / "data", folder / "conf") == []


def test_an_open_receipt_that_cannot_be_read_is_named(folder: Path, crpt: Emulator, command: Command) -> None:
    day(folder, crpt, "2027-01-15T18:00:00+03:00", evening)
    ShopDatabase(folder / "data" / "Documents.sqlite").change(
        "UPDATE openposition SET position = substr(position, 1, 9)"
    )
    spoil(folder / "data" / "Documents.sqlite", "moneyitem")
    answer = rebuilt(command)
    assert (answer["reopened"], "its rows cannot be read" in answer["notes"][-1]) == ([], True)

"""Another document stands where the receipt's should be: the till stops, the supervisor decides, the till does it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ncash.cli.main import run
from ncash.model.fiscal.register import FiscalLine, FiscalOrder
from ncash.model.receipt import Kind, Payment
from ncash.testing import DrivenTill, ShopDatabase

from .conftest import BREAD, MILK, Shop


def stopped(shop: Shop, till: DrivenTill) -> None:
    """The order was lost in the register, and somebody else's document has its number."""
    till.send("open")
    till.send("scan", data=BREAD)
    shop.faults.add("busy", "50", times=1)
    assert till.send("close")["error"]["code"] == "unsettled"
    shop.faults.remove("at_work")
    foreign(till)
    assert till.send("close")["error"]["code"] == "stopped"


def foreign(till: DrivenTill) -> None:
    """Another program uses the register."""
    line = FiscalLine("Чужое", "1", Decimal("1.000"), 0, 1000, 1000, "1", 1)
    till.shop.register.register(
        FiscalOrder("foreign", Kind.SALE, "", (line,), (Payment("cash", 1000),), "2027-01-15T12:05:00+03:00")
    )


def settle(shop: Shop, *words: str) -> int:
    folders = ["--conf", str(shop.folder / "conf"), "--data", str(shop.folder / "data")]
    return run(["receipt", "settle", *words, *folders])


def journal(shop: Shop) -> list[dict[str, Any]]:
    lines = shop.rows("SELECT line FROM journal WHERE kind IN ('settle', 'ruling') ORDER BY seq")
    return [json.loads(line) for (line,) in lines]


def test_both_documents_are_shown(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    with shop.till() as till:
        assert settle(shop) == 0
        assert capsys.readouterr().out == "nothing stands between the books and the register\n"
        stopped(shop, till)
        assert settle(shop) == 0
        told = capsys.readouterr().out
        assert "expected document 2" in told
        assert "in the drive: document 2, sale 10.00 of 2027-01-15T12:05:00+03:00" in told
        assert settle(shop, "--json") == 0
        assert json.loads(capsys.readouterr().out)["intent"]["found"]["number"] == 2


@pytest.mark.parametrize(("word", "number", "made"), [("--adopt", 2, 1), ("--drop", 3, 2)])
def test_the_running_till_carries_the_decision_out(shop: Shop, word: str, number: int, made: int) -> None:
    with shop.till() as till:
        stopped(shop, till)
        assert settle(shop, word, "--reason", "сверено с лентой") == 0
        answer = till.send("close")
        assert answer["document"]["fiscal"]["number"] == number
        assert till.send("open")["notices"] == till.greeting["notices"]
    assert len(shop.receipts()) == made
    assert shop.rows("SELECT uuid FROM fiscalintent") == []
    stop, ruling, done = journal(shop)
    assert (stop["verdict"], ruling["verdict"], done["verdict"]) == ("stop", word[2:], word[2:])
    assert ruling["why"] == done["why"] == "сверено с лентой"
    assert ruling["who"] == done["who"] != ""


def test_the_decision_is_carried_out_after_a_restart(shop: Shop) -> None:
    with shop.till() as till:
        stopped(shop, till)
        assert till.restart()["notices"][-1]["key"] == "FiscalUnsettled"
        assert settle(shop, "--drop", "--reason", "чужой чек") == 0
        assert till.send("cancel")["document"]["doctype"] == 7


@pytest.mark.parametrize("words", [("--adopt",), ("--adopt", "--drop", "--reason", "x"), ("--drop", "--reason", "x")])
def test_a_decision_nobody_asked_for_is_refused(shop: Shop, words: tuple[str, ...]) -> None:
    with shop.till() as till:
        if len(words) != 3:
            stopped(shop, till)
        assert settle(shop, *words) == 2
        assert shop.rows("SELECT ruling FROM fiscalintent WHERE ruling IS NOT NULL") == []


def test_a_document_whose_receipt_is_lost_here_waits_for_the_supervisor_too(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    def story(till: DrivenTill) -> None:
        till.send("open")
        till.send("scan", data=BREAD)
        assert till.send("scan", data=MILK)["decision"]["verdict"] == "allow"
        till.send("close")

    assert shop.killed("close.registered", story)
    ShopDatabase(shop.folder / "data" / "Documents.sqlite").change("DELETE FROM openreceipt")
    capsys.readouterr()
    with shop.till() as till:
        assert till.send("open")["error"]["code"] == "stopped"
        assert (settle(shop, "--json"), "dGVz" in capsys.readouterr().out) == (0, False)
        assert settle(shop, "--adopt", "--reason", "x") == 0
        assert till.send("open")["error"]["code"] == "stopped"
        assert settle(shop, "--drop", "--reason", "x") == 0
        assert till.send("open")["ok"] is True


def test_it_is_decided_once(shop: Shop) -> None:
    with shop.till() as till:
        stopped(shop, till)
        assert settle(shop, "--drop", "--reason", "x") == 0
        assert settle(shop, "--adopt", "--reason", "y") == 2


def late(shop: Shop, till: DrivenTill, leave: str) -> None:
    """The document of a receipt came when that was annulled or put aside."""
    till.send("open")
    till.send("scan", data=BREAD)
    shop.faults.add("late", 1000, times=1)
    shop.faults.add("silent_before", times=1)
    assert till.send("close")["document"] is None
    assert till.send(leave)["ok"]
    till.shop.register.catch_up()
    assert till.send("open")["error"]["code"] == "stopped"


@pytest.mark.parametrize(
    ("leave", "told"), [("cancel", "the receipt is annulled"), ("defer", "the receipt is put aside")]
)
def test_what_became_of_the_receipt_is_shown_with_its_late_document(
    shop: Shop, capsys: pytest.CaptureFixture[str], leave: str, told: str
) -> None:
    with shop.till() as till:
        late(shop, till, leave)
        capsys.readouterr()
        assert settle(shop) == 0
        shown = capsys.readouterr().out
        assert (told in shown, "in the drive: document 2, sale 45.90" in shown) == (True, True)
        assert settle(shop, "--adopt", "--reason", "the buyer has it") == 0
        assert [text["key"] for text in till.send("open")["screen"]] == ["FiscalAdopted"]
    shop.agree(1)


def test_a_document_of_nobody_is_adopted_by_no_receipt(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    with shop.till() as till:
        till.send("open")
        till.send("scan", data=BREAD)
        till.send("close")
        foreign(till)
        assert till.send("shift", do="close")["error"]["code"] == "stopped"
        capsys.readouterr()
        assert settle(shop, "--adopt", "--reason", "x") == 2
        assert "belongs to no receipt of this till" in capsys.readouterr().err
        assert settle(shop, "--drop", "--reason", "a correction by hand") == 0
        assert till.send("shift", do="close")["report"]["sales"]["count"] == 1

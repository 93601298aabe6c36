"""Receipts made elsewhere: restored, checked mark by mark, sold at their own prices."""

import pytest

from ncash.testing import DrivenTill

from .shop import BREAD, GS, MILK, Shop, deferred, item, milk, refused, sold, texts


def test_restoring_opens_the_shift_that_the_receipt_is_closed_in(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(BREAD)))
    till.send("restore", receipt=brought.receipt.id)
    till.send("close")
    assert till.send("shift", do="x")["report"]["sales"] == {"count": 1, "sum": "80.00"}


def test_a_receipt_made_elsewhere_is_sold_at_its_own_price(shop: Shop, till: DrivenTill) -> None:
    path = shop.file(
        item(MILK, excisemark=milk(1), price=79.5, name="Молоко с сайта"), item(BREAD, 3, 40), document={"sum": 199.5}
    )
    brought = shop.bring(path)
    answer = till.send("restore", receipt=brought.receipt.id)
    first, second = answer["receipt"]["positions"]
    assert (first["name"], first["price"], first["excisemark"]) == ("Молоко с сайта", "79.50", milk(1))
    assert first["cis"] == milk(1).partition(GS)[0]
    assert [step["check"] for step in first["checks"] if not step["skipped"]][-2:] == ["uniqueness", "register"]
    assert (second["quantity"], second["amount"]) == ("3.000", "120.00")
    assert till.send("close")["receipt"]["total"] == "199.50"


def test_a_separator_that_was_not_escaped_in_the_inner_text_is_kept(shop: Shop, till: DrivenTill) -> None:
    path = shop.file(item(MILK, excisemark=milk(1)))
    path.write_text(path.read_text("utf-8").replace("\\\\u001d", "\\u001d"), "utf-8")
    answer = till.send("restore", receipt=shop.bring(path).receipt.id)
    assert answer["receipt"]["positions"][0]["excisemark"] == milk(1)


def test_a_mark_from_elsewhere_that_was_sold_here_is_refused(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(MILK, excisemark=milk(1)), item(BREAD)))
    sold(till, milk(1))
    answer = till.send("restore", receipt=brought.receipt.id)
    assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
    assert "1 'Молоко" in answer["screen"][1]["text"]
    till.send("storno", position=1)
    till.send("scan", data=milk(1))
    assert till.send("close")["receipt"]["total"] == "80.00"


def test_a_code_from_elsewhere_that_no_mask_reads_is_refused(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(MILK, excisemark="MILK-0001")))
    answer = till.send("restore", receipt=brought.receipt.id)
    assert texts(answer) == ["ScanErrorRepeat", "PositionRefused"]


def test_a_mark_of_other_goods_is_refused(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item("4602220006549", excisemark=milk(1))))
    assert texts(till.send("restore", receipt=brought.receipt.id)) == ["ScanErrorRepeat", "PositionRefused"]


@pytest.mark.parametrize(("allow", "outcome"), [("false", ["MarkDataMissing", "PositionRefused"]), ("true", [])])
def test_a_mark_of_ordinary_goods_follows_allowunmarked(shop: Shop, allow: str, outcome: list[str]) -> None:
    shop.setting(allowUnmarked=allow)
    code = "0104600000000015215'W9Um" + GS + "93dGVz"
    brought = shop.bring(shop.file(item(BREAD, excisemark=code)))
    with shop.till() as till:
        answer = till.send("restore", receipt=brought.receipt.id)
        assert texts(answer) == outcome
        assert answer["receipt"]["positions"][0]["excisemark"] == code


def test_the_kind_of_input_does_not_matter_to_a_mark_that_no_scanner_sent(shop: Shop) -> None:
    shop.setting(permittedInput="2")
    brought = shop.bring(shop.file(item(MILK, excisemark=milk(1))))
    with shop.till() as till:
        assert refused(till.send("restore", receipt=brought.receipt.id)) == []


def test_a_refused_mark_is_looked_at_again_when_it_is_scanned(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, milk(1))
    sale = sold(till, milk(1))["document"]["id"]
    till.send("restore", receipt=receipt)
    waiting = till.send("defer")["receipt"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("scan", data=milk(1))
    till.send("press", button="cancel")
    assert till.send("close")["document"]["doctype"] == 25
    assert refused(till.send("restore", receipt=waiting)) == []
    assert till.send("close")["document"]


def test_marked_goods_without_a_mark_wait_for_it(shop: Shop, till: DrivenTill) -> None:
    brought = shop.bring(shop.file(item(MILK, 2)))
    answer = till.send("restore", receipt=brought.receipt.id)
    assert texts(answer) == ["AwaitingMark", "AwaitingMark"]
    assert refused(till.send("scan", data=milk(1))) == [2]
    assert refused(till.send("scan", data=milk(2))) == []
    assert till.send("close")["receipt"]["total"] == "160.00"

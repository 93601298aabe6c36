"""Receipts that were put aside: every mark is checked again before it is sold."""

from ncash.testing import DrivenTill

from .shop import BREAD, Shop, deferred, milk, refused, sold, texts


def test_a_deferred_receipt_comes_back_with_its_marks_checked_again(till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), BREAD)
    answer = till.send("restore", receipt=receipt)
    assert [p["excisemark"] for p in answer["receipt"]["positions"]] == [milk(1), None]
    assert [step["skipped"] for step in answer["decision"]["checks"] if step["check"] == "input"] == [
        "restored receipt"
    ]
    assert refused(answer) == []
    closed = till.send("close")
    assert closed["document"]["number"] == 1
    assert closed["receipt"]["total"] == "135.80"


def test_the_mark_of_a_deferred_receipt_is_free_until_it_is_restored(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), milk(2), BREAD)
    assert sold(till, milk(1))["document"]
    answer = till.send("restore", receipt=receipt)
    assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
    assert refused(answer) == [1]
    blocked = till.send("close")
    assert (blocked["document"], texts(blocked)) == (None, ["ReceiptRefused"])
    till.send("storno", position=1)
    assert till.send("scan", data=milk(1))["receipt"]["positions"][0]["n"] == 2
    assert till.send("close")["document"]["number"] == 2


def test_a_mark_in_another_tills_receipt_is_refused_and_the_rest_is_restored(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), milk(2))
    with shop.till("2") as other:
        other.send("open")
        other.send("scan", data=milk(1))
        answer = till.send("restore", receipt=receipt)
        assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
        assert refused(answer) == [1]
        other.send("cancel")
    again = till.send("scan", data=milk(1))
    assert refused(again) == []
    assert till.send("close")["document"]


def test_a_receipt_is_restored_by_one_till_only(shop: Shop, till: DrivenTill) -> None:
    receipt = deferred(till, BREAD)
    with shop.till("2") as other:
        assert other.send("restore", receipt=receipt)["ok"]
        answer = till.send("restore", receipt=receipt)
        assert (answer["ok"], answer["error"]["code"], answer["receipt"]) == (False, "receipt", None)
        assert till.send("open")["ok"]


def test_a_restored_receipt_survives_the_end_of_the_till_with_its_refusals(till: DrivenTill) -> None:
    receipt = deferred(till, milk(1), BREAD)
    sold(till, milk(1))
    till.send("restore", receipt=receipt)
    assert refused(till.restart()) == [1]
    assert till.send("close")["document"] is None


def test_a_restored_receipt_can_be_put_aside_again_and_cancelled(till: DrivenTill) -> None:
    receipt = deferred(till, milk(1))
    till.send("restore", receipt=receipt)
    assert till.send("defer")["receipt"]["id"] == receipt
    till.send("restore", receipt=receipt)
    assert till.send("cancel")["document"]["doctype"] == 7
    assert till.send("restore", receipt=receipt)["error"]["code"] == "receipt"
    assert sold(till, milk(1))["document"]


def test_a_deferred_return_by_sale_keeps_what_it_gives_back(till: DrivenTill) -> None:
    sale = sold(till, milk(1), BREAD)["document"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    receipt = till.send("defer")["receipt"]["id"]
    answer = till.send("restore", receipt=receipt)
    assert [p["bcode"] for p in answer["receipt"]["positions"]] == [BREAD]
    assert till.send("close")["document"]["doctype"] == 25


def test_what_was_given_back_meanwhile_is_refused_in_a_deferred_return(till: DrivenTill) -> None:
    sale = sold(till, milk(1), BREAD)["document"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    receipt = till.send("defer")["receipt"]["id"]
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[2])
    till.send("close")
    answer = till.send("restore", receipt=receipt)
    assert texts(answer) == ["PositionRefused"]
    assert refused(answer) == [1]
    assert till.send("close")["document"] is None

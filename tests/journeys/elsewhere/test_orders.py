"""Orders: scanned into a receipt, their marks are scanned and checked at the till."""

from typing import Any

import pytest

from ncash.errors import UserError
from ncash.support.exchange.online_checks import ImportedReceipt
from ncash.testing import DrivenTill, violations

from .shop import BREAD, CHEESE, MILK, Shop, item, milk, refused, sold, texts


def order(shop: Shop, *positions: dict[str, Any]) -> ImportedReceipt:
    return shop.bring(shop.file(*positions, name="order-7"), order=True)


def test_an_order_joins_the_receipt_it_is_scanned_into(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK, 1, 75), item(BREAD, 2, 40))
    till.send("open")
    till.send("scan", data=BREAD)
    answer = till.send("scan", data="order-7")
    assert texts(answer) == ["AwaitingMark"]
    assert [p["n"] for p in answer["receipt"]["positions"]] == [1, 2, 3]
    assert refused(answer) == [2]
    assert till.send("close")["document"] is None
    answer = till.send("scan", data=milk(1))
    assert (refused(answer), answer["receipt"]["positions"][1]["price"]) == ([], "75.00")
    assert till.send("close")["receipt"]["total"] == "200.90"
    till.send("open")
    assert texts(till.send("scan", data="order-7")) == ["BarcodeNotFound"]


def test_the_goods_of_an_order_may_be_scanned_before_their_mark(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    assert till.send("scan", data=MILK)["dialog"]["key"] == "ScanMark"
    answer = till.send("scan", data=milk(1))
    assert (len(answer["receipt"]["positions"]), refused(answer)) == (1, [])


def test_a_mark_beyond_the_order_is_a_position_of_its_own(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    till.send("scan", data=milk(1))
    answer = till.send("scan", data=milk(2))
    assert [p["price"] for p in answer["receipt"]["positions"]] == ["80.00", "89.90"]


def test_an_order_in_a_receipt_that_is_put_aside_stays_with_it(shop: Shop, till: DrivenTill) -> None:
    """What the shop's books say of it, every journey asks at its end."""
    order(shop, item(MILK), item(BREAD))
    till.send("open")
    till.send("scan", data="order-7")
    waiting = till.send("defer")["receipt"]["id"]
    till.send("open")
    assert texts(till.send("scan", data="order-7")) == ["BarcodeNotFound"]
    till.send("cancel")
    assert violations(shop.folder / "data") == []
    till.send("restore", receipt=waiting)
    till.send("scan", data=milk(1))
    assert till.send("close")["document"]


PACK, PIECE = "4699999900020", "4699999900013"
PACK_MARK, PIECE_MARK = "010469999990002021dEmO-PaCk0001\x1d93aBcD", "010469999990001321dEmO-WaTeR001\x1d93aBcD"


def test_a_pack_that_was_ordered_waits_for_the_mark_of_a_pack(shop: Shop) -> None:
    shop.setting(allowSaleMarkedSet="true")
    order(shop, item(PACK, 12, 37), item(PIECE, 1, 39))
    with shop.till() as till:
        till.send("open", channel="self_checkout")
        answer = till.send("scan", data="order-7")
        assert [p["quantity"] for p in answer["receipt"]["positions"]] == ["6.000", "6.000", "1.000"]
        assert refused(till.send("scan", data=PIECE_MARK)) == [1, 2]
        assert refused(till.send("scan", data=PACK_MARK)) == [2]
        assert till.send("scan", data=PIECE)["dialog"]["key"] == "ScanMark"
        answer = till.send("scan", data=PIECE_MARK.replace("WaTeR001", "WaTeR002"))
        assert (refused(answer), [p["quantity"] for p in answer["receipt"]["positions"]]) == (
            [2], ["6.000", "6.000", "1.000", "1.000"]
        )  # fmt: skip
        till.send("storno", position=2)
        assert till.send("close")["receipt"]["total"] == "300.00"


@pytest.mark.parametrize(
    ("position", "fault"),
    [
        (item(PACK, 1, 37, excisemark=PACK_MARK), "a pack of 6"),
        (item(PACK, 7, 37), "packs of 6"),
        (item("2103321", "0.001", 4), "come to 0.00"),
    ],
)
def test_a_quantity_that_the_barcode_cannot_have_brings_nothing(
    shop: Shop, position: dict[str, Any], fault: str
) -> None:
    with pytest.raises(UserError, match=fault):
        order(shop, position)


def test_the_weight_in_the_mark_counts_and_not_the_one_ordered(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(CHEESE, 0.5, 900))
    till.send("open")
    till.send("scan", data="order-7")
    answer = till.send("scan", data="0103041094787443215Qbag!\x1d93Zjqw\x1d3103000353")
    assert [(p["quantity"], p["price"]) for p in answer["receipt"]["positions"]] == [("0.353", "900.00")]


def test_a_refused_mark_leaves_the_order_waiting(shop: Shop, till: DrivenTill) -> None:
    sold(till, milk(1))
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    answer = till.send("scan", data=milk(1))
    assert texts(answer) == ["AlreadyRegistered", "PositionRefused"]
    assert refused(till.send("scan", data=milk(2))) == []


def test_a_receipt_takes_one_order(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(BREAD))
    shop.bring(shop.file(item(BREAD), name="order-8"), order=True)
    till.send("open")
    till.send("scan", data="order-7")
    for name in ("order-7", "order-8"):
        answer = till.send("scan", data=name)
        assert texts(answer) == ["OrderInReceipt"]
        assert "order-7" in answer["screen"][0]["text"]
        assert len(answer["receipt"]["positions"]) == 1


def test_an_order_belongs_to_one_receipt_at_a_time(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(BREAD))
    till.send("open")
    till.send("scan", data="order-7")
    with shop.till("2") as other:
        other.send("open")
        assert texts(other.send("scan", data="order-7")) == ["BarcodeNotFound"]
        till.send("cancel")
        assert len(other.send("scan", data="order-7")["receipt"]["positions"]) == 1


def test_an_order_taken_out_of_the_receipt_can_be_scanned_again(shop: Shop, till: DrivenTill) -> None:
    order(shop, item(MILK))
    till.send("open")
    till.send("scan", data="order-7")
    assert till.send("storno", position=1)["receipt"]["positions"] == []
    assert texts(till.send("scan", data="order-7")) == ["AwaitingMark"]


@pytest.mark.parametrize("kind", ["return", "inventory"])
def test_an_order_is_sold_and_nothing_else(shop: Shop, till: DrivenTill, kind: str) -> None:
    order(shop, item(BREAD))
    till.send("open", kind=kind)
    assert texts(till.send("scan", data="order-7")) == ["BarcodeNotFound"]

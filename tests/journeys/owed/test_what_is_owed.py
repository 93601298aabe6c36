"""What a receipt owes the cash server, however it ends."""

import re
from typing import Any

import pytest

from ncash.testing import DrivenTill

from .conftest import AT, BREAD, CIS, CIS_TOO, WATER, WATER_TOO, Sell, Shop


def test_a_closed_sale_owes_one_sold_for_each_marked_position(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    answer = sell(till, WATER, BREAD, WATER_TOO)
    assert (answer["unsent"], shop.ops()) == (0, [])
    closed = till.send("close")
    assert (closed["unsent"], shop.ops()) == (2, [("sold", CIS), ("sold", CIS_TOO)])
    first = shop.owed()[0]
    assert first.route == shop.server.url
    assert first.body == {
        "id": first.body["id"], "op": "sold", "mark": WATER,
        "barcode": "4699999900013", "cashcode": "1", "shopcode": "1", "doctype": "sale",
        "documentid": answer["receipt"]["id"], "docnum": "1", "time": AT,
    }  # fmt: skip
    assert re.fullmatch(r"[0-9a-f-]{36}", first.body["id"])
    assert shop.send() == 2
    assert {one.result for one in shop.owed()} == {"applied"}
    assert shop.server.state(WATER).status == "SOLD"
    assert till.send("state")["unsent"] == 0


def test_a_storno_gives_the_reservation_up_in_the_same_transaction(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER, WATER_TOO)
    assert shop.server.state(WATER).status == "RESERVED_SALE"
    till.send("storno", position=1)
    till.send("scan", data=WATER)
    assert shop.ops() == [("unreserve", CIS)]
    assert shop.send() == 1
    assert (shop.server.state(WATER).status, shop.server.state(WATER_TOO).status) == (
        "UNRESERVED_SALE",
        "RESERVED_SALE",
    )
    till.send("close")
    assert shop.ops()[1:] == [("sold", CIS_TOO)]


@pytest.mark.parametrize("how", ["cancel", "defer"])
def test_an_annulled_and_a_deferred_receipt_let_go_of_every_mark(shop: Shop, sell: Sell, how: str) -> None:
    till = shop.till()
    sell(till, WATER, BREAD, WATER_TOO)
    till.send(how)
    assert shop.ops() == [("unreserve", CIS), ("unreserve", CIS_TOO)]
    shop.send()
    assert {shop.server.state(mark).status for mark in (WATER, WATER_TOO)} == {"UNRESERVED_SALE"}


def test_a_storno_of_the_whole_receipt_lets_go_of_every_mark(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER, WATER_TOO)
    till.send("storno", all=True)
    assert shop.ops() == [("unreserve", CIS), ("unreserve", CIS_TOO)]


def test_a_deferred_receipt_that_comes_back_reserves_again_and_may_let_go_again(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    receipt = sell(till, WATER)["receipt"]["id"]
    till.send("defer")
    till.send("restore", receipt=receipt)
    till.send("cancel")
    assert shop.ops() == [("unreserve", CIS), ("unreserve", CIS)]
    assert len({one.body["id"] for one in shop.owed()}) == 2
    shop.send()
    assert shop.server.state(WATER).status == "UNRESERVED_SALE"


def test_a_mark_that_another_till_took_meanwhile_is_let_go(shop: Shop, sell: Sell) -> None:
    first, second = shop.till(), shop.till("2")
    sell(first, WATER)
    shop.server.script(WATER, status="NOT_REGISTERED")
    refused = sell(second, WATER)
    assert [one["key"] for one in refused["screen"]] == ["AlreadyRegistered"]
    assert [(one.op, one.body["cashcode"]) for one in shop.owed()] == [("unreserve", "2")]


def test_returns_tell_that_the_unit_is_back(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER)
    sale = till.send("close")["document"]["id"]
    shop.send()
    sell(till, WATER, kind="return_by_sale", sale=sale)
    assert shop.server.state(WATER).status == "RESERVED_BACK"
    till.send("press", button="cancel")
    till.send("close")
    shop.send()
    assert [(one.op, one.body["doctype"]) for one in shop.owed()] == [("sold", "sale"), ("returned", "back_by_sale")]
    assert shop.server.state(WATER).status == "RETURNED"


def given_back(till: DrivenTill, sale: str) -> dict[str, Any]:
    """The first position of a sale, without its mark; the return stays open."""
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[1])
    return till.send("press", button="without_mark")


def test_a_unit_given_back_without_its_mark_is_told_and_may_be_sold_again(shop: Shop, sell: Sell) -> None:
    shop.ini("[MarkedGoods]", "addWithoutScanMarkInBackBySale = true", name="71-returns.ini")
    till = shop.till()
    sell(till, WATER)
    sale = till.send("close")["document"]["id"]
    shop.send()
    assert given_back(till, sale)["receipt"]["positions"][0]["excisemark"] is None
    assert shop.server.state(WATER).status == "RESERVED_BACK"
    till.restart()
    assert till.send("close")["document"]
    shop.send()
    assert [(one.op, one.key, one.body["mark"], one.body["doctype"]) for one in shop.owed()] == [
        ("sold", CIS, WATER, "sale"), ("returned", CIS, WATER, "back_by_sale")
    ]  # fmt: skip
    assert shop.server.state(WATER).status == "RETURNED"
    assert sell(till, WATER)["receipt"]["positions"][0]["excisemark"] == WATER
    till.send("close")
    shop.send()
    assert shop.server.state(WATER).status == "SOLD"


@pytest.mark.parametrize("how", ["cancel", "defer", "storno"])
def test_a_unit_that_is_not_given_back_after_all_is_let_go(shop: Shop, sell: Sell, how: str) -> None:
    shop.ini("[MarkedGoods]", "addWithoutScanMarkInBackBySale = true", name="71-returns.ini")
    till = shop.till()
    sell(till, WATER)
    sale = till.send("close")["document"]["id"]
    shop.send()
    given_back(till, sale)
    answer = till.send(how, **({"position": 1} if how == "storno" else {}))
    assert (answer["ok"], answer["dialog"]) == (True, None)
    shop.send()
    assert shop.ops() == [("sold", CIS), ("unreserve", CIS)]
    assert shop.server.state(WATER).status == "UNRESERVED_BACK"


def test_a_unit_that_another_till_holds_is_let_go_at_the_server(shop: Shop, sell: Sell) -> None:
    shop.ini("[MarkedGoods]", "addWithoutScanMarkInBackBySale = true", name="71-returns.ini")
    first, second = shop.till(), shop.till("2")
    sell(first, WATER)
    sale = first.send("close")["document"]["id"]
    shop.send()
    sell(second, WATER, kind="return")
    refused = given_back(first, sale)
    assert ([one["key"] for one in refused["screen"]], refused["receipt"]["positions"]) == (["AlreadyRegistered"], [])
    assert [(one.op, one.body["cashcode"]) for one in shop.owed()] == [("sold", "1"), ("unreserve", "1")]


def test_a_plain_return_is_told_without_a_reservation(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER, kind="return")
    assert [one.call for one in shop.server.journal] == []
    till.send("close")
    assert [(one.op, one.body["doctype"]) for one in shop.owed()] == [("returned", "back")]


def test_a_cancelled_return_by_sale_gives_its_reservation_up(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER)
    sale = till.send("close")["document"]["id"]
    shop.send()
    sell(till, WATER, kind="return_by_sale", sale=sale)
    till.send("cancel")
    shop.send()
    assert shop.ops() == [("sold", CIS), ("unreserve", CIS)]
    assert shop.server.state(WATER).status == "UNRESERVED_BACK"


def test_goods_sold_while_the_server_was_away_are_told_all_the_same(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    shop.server.off()
    assert sell(till, WATER)["screen"][0]["key"] == "ServerUnchecked"
    till.send("close")
    assert (shop.ops(), shop.send()) == ([("sold", CIS)], 0)
    shop.server.on()
    shop.clock.move(300)
    assert shop.send() == 1
    assert shop.server.state(WATER).status == "SOLD"


def test_what_was_never_reserved_is_not_given_up(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    shop.server.off()
    sell(till, WATER)
    till.send("cancel")
    assert shop.ops() == []


@pytest.mark.parametrize("kind", ["sale", "return", "inventory"])
def test_without_the_cash_server_nobody_is_owed_anything(shop: Shop, sell: Sell, kind: str) -> None:
    shop.ini("[MarkedGoods]", "enableMarkVerify = false", "scanMarkInInventory = true")
    till = shop.till()
    sell(till, WATER, kind=kind)
    till.send("close")
    assert shop.ops() == []


def test_a_category_with_a_server_of_its_own_owes_that_one(shop: Shop, sell: Sell) -> None:
    shop.ini("[MarkedGoods]", "enableMarkVerify = false", "[MarkedGoods.Water]", "enableMarkVerify = true",
             f"markVerifyUrl = {shop.server.root}")  # fmt: skip
    till = shop.till()
    sell(till, WATER)
    till.send("close")
    assert [one.route for one in shop.owed()] == [shop.server.url]


def test_a_question_that_is_cancelled_after_the_reservation_lets_go(shop: Shop, sell: Sell) -> None:
    package = shop.folder / "plugins/asking"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(ASKING, encoding="utf-8")
    shop.ini("[plugins]", "asking = on", "[Host]", "pluginsPath = ../plugins", name="99-asking.ini")
    till = shop.till()
    assert sell(till, WATER)["dialog"]["kind"] == "ask"
    assert (shop.server.state(WATER).status, shop.ops()) == ("RESERVED_SALE", [])
    till.send("press", button="cancel")
    assert shop.ops() == [("unreserve", CIS)]
    till.send("scan", data=WATER)
    till.send("cancel")
    assert shop.ops() == [("unreserve", CIS)] * 2
    shop.send()
    sell(till, WATER)
    till.send("press", button="continue")
    till.send("close")
    assert shop.ops()[2:] == [("sold", CIS)]


ASKING = """
from ncash.model.decision import Decision, Dialog, Step, Verdict
from ncash.plugin import hookimpl


class Plugin:
    @hookimpl
    def on_add_item(self, request):
        if request.mark is None or "asking" in request.confirmed:
            return None
        dialog = Dialog("ask", "Asking", "?", ("continue", "cancel"))
        return Decision(Verdict.ASK, (Step("asking", Verdict.ASK),), dialog=dialog, asks=frozenset({"asking"}))
"""


def test_goods_that_another_plugin_refuses_let_go(shop: Shop, sell: Sell) -> None:
    package = shop.folder / "plugins/denying"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    denying = ASKING.replace("Verdict.ASK", "Verdict.DENY").replace(", dialog=dialog", "")
    (package / "plugin.py").write_text(denying.replace("asking", "denying"), encoding="utf-8")
    shop.ini("[plugins]", "denying = on", "[Host]", "pluginsPath = ../plugins", name="99-denying.ini")
    till = shop.till()
    assert sell(till, WATER)["receipt"]["positions"] == []
    assert shop.ops() == [("unreserve", CIS)]


def test_the_shift_is_not_closed_in_the_dark(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER)
    till.send("close")
    assert till.send("shift", do="x")["report"]["unsent"] == 1
    assert till.send("shift", do="close")["report"]["unsent"] == 1
    shop.send()
    sell(till, BREAD)
    till.send("close")
    assert till.send("shift", do="close")["report"]["unsent"] == 0

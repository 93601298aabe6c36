"""Reservations live as long as their receipt does, and no sale is closed over one that was lost."""

from typing import Any

import pytest

from ncash.testing import eventually

from .conftest import BREAD, CIS, CIS_TOO, WATER, WATER_TOO, Sell, Shop


def renewals(shop: Shop) -> list[dict[str, Any]]:
    """Reservations of whole receipts so far."""
    return [dict(one.body) for one in shop.server.journal if one.call == "reserve" and one.body.get("marks")]


def test_a_receipt_that_stays_open_keeps_its_reservations(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    receipt = sell(till, WATER, BREAD, WATER_TOO)["receipt"]["id"]
    for n in range(1, 5):
        shop.clock.move(400)
        till.send("state")
        eventually(lambda n=n: len(renewals(shop)) == n)  # type: ignore[misc]
    assert all(one["documentid"] == receipt for one in renewals(shop))
    assert [one["mark"] for one in renewals(shop)[0]["marks"]] == [WATER, WATER_TOO]
    assert shop.server.state(WATER).status == "RESERVED_SALE"
    assert till.send("close")["document"]["doctype"] == 1


def test_a_receipt_that_came_back_after_a_crash_reserves_again_for_itself(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    receipt = sell(till, WATER)["receipt"]["id"]
    till.restart()
    eventually(lambda: len(renewals(shop)) == 1)
    assert renewals(shop)[0]["documentid"] == receipt
    assert till.send("close")["document"]["doctype"] == 1
    assert shop.ops() == [("sold", CIS)]


def test_nothing_is_renewed_for_what_left_the_receipt(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER, WATER_TOO)
    till.send("storno", position=1)
    till.send("scan", data=WATER)
    shop.clock.move(400)
    till.send("state")
    eventually(lambda: len(renewals(shop)) == 1)
    assert [one["mark"] for one in renewals(shop)[0]["marks"]] == [WATER_TOO]


def lost(shop: Shop, sell: Sell) -> Any:
    """A till whose reservation ran out and was taken by another one."""
    till = shop.till()
    sell(till, WATER, WATER_TOO)
    shop.clock.move(1_000)
    shop.server.script(WATER, status="RESERVED_SALE", reserve="RESERVED_SALE", cashcode="9", documentid="another")
    return till


def test_a_sale_is_not_closed_over_a_reservation_that_another_till_took(shop: Shop, sell: Sell) -> None:
    till = lost(shop, sell)
    refused = till.send("close")
    assert (refused["document"], refused["decision"]["verdict"]) == (None, "deny")
    assert refused["screen"][0]["text"].startswith("Позиция 1 ")
    assert refused["screen"][0]["text"].endswith("уже был зарезервирован")
    till.send("storno", position=1)
    till.send("scan", data=WATER)
    assert till.send("close")["document"]["doctype"] == 1
    assert shop.ops() == [("unreserve", CIS), ("sold", CIS_TOO)]


def test_a_reservation_that_was_lost_is_not_asked_for_when_its_receipt_is_gone(shop: Shop, sell: Sell) -> None:
    till = lost(shop, sell)
    till.send("close")
    till.send("cancel")
    before = len(renewals(shop))
    shop.clock.move(400)
    till.send("state")
    assert shop.send() == 2
    sell(till, WATER_TOO)
    shop.clock.move(400)
    till.send("state")
    eventually(lambda: len(renewals(shop)) > before)
    assert {one["mark"] for call in renewals(shop)[before:] for one in call["marks"]} == {WATER_TOO}


@pytest.mark.parametrize(("ignored", "closes"), [("true", True), ("false", False)])
def test_a_server_that_is_away_at_the_close_is_ignored_or_not(
    shop: Shop, sell: Sell, ignored: str, closes: bool
) -> None:
    shop.ini("[MarkedGoods]", f"ignoreMarkVerifyErrors = {ignored}", name="80-errors.ini")
    till = shop.till()
    sell(till, WATER)
    shop.clock.move(1_000)
    shop.server.off()
    answer = till.send("close")
    assert (answer["document"] is not None) is closes
    if not closes:
        assert "кассовом сервере" in answer["screen"][0]["text"]
        shop.server.on()
        assert till.send("close")["document"]["doctype"] == 1


def test_a_fresh_reservation_costs_the_close_no_call(shop: Shop, sell: Sell) -> None:
    till = shop.till()
    sell(till, WATER)
    before = len(shop.server.journal)
    till.send("close")
    assert len(shop.server.journal) == before

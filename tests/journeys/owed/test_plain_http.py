"""A cash server on another computer over plain http, the vendor's documented form: refused, or allowed by name.

0.0.0.0 stands for another computer: no address of the loopback, and the emulator hears it.
"""

from typing import Final

import pytest

from ncash.shop import sending
from ncash.shop.shop import configuration
from ncash.support.check.check import examine

from .conftest import CIS, WATER, Sell, Shop

STATUS: Final = "http://0.0.0.0:{}/CSrest/rest/sales/exciseMark/status"


def elsewhere(shop: Shop, *lines: str, form: str = STATUS) -> Shop:
    """The same server at an address of another computer."""
    shop.ini("[MarkedGoods]", "enableMarkVerify = true", f"markVerifyUrl = {form.format(shop.server.port)}", *lines)
    shop.fence(f"http://0.0.0.0:{shop.server.port}")
    return shop


@pytest.mark.parametrize("form", [STATUS, STATUS + "/", "http://0.0.0.0:{}", "HTTP://0.0.0.0:{}/"])
def test_where_the_shop_allows_it_marks_are_checked_and_the_queue_drains(shop: Shop, sell: Sell, form: str) -> None:
    till = elsewhere(shop, "markVerifyAllowPlainHttp = true", form=form).till()
    answer = sell(till, WATER)
    assert [entry["key"] for entry in answer["screen"]] == []
    assert "CashServerPlainHttp" in [notice["key"] for notice in answer["notices"]]
    till.send("close")
    assert shop.send() == 1
    assert [(one.op, one.result) for one in shop.owed()] == [("sold", "applied")]
    assert shop.server.state(WATER).status == "SOLD"


def test_where_it_does_not_check_says_so_the_goods_are_sold_with_a_trace_and_the_queue_keeps_them(
    shop: Shop, sell: Sell
) -> None:
    till = elsewhere(shop).till()
    (problem,) = examine(shop.folder / "conf").problems
    assert (problem.code, problem.file, problem.line) == ("MG075", "70-server.ini", 3)
    assert "markVerifyAllowPlainHttp = true" in problem.text
    answer = sell(till, WATER)
    assert "ServerUnchecked" in [entry["key"] for entry in answer["screen"]]
    till.send("close")
    assert (shop.send(), shop.ops(), shop.server.journal) == (0, [("sold", CIS)], ())
    elsewhere(shop, "markVerifyAllowPlainHttp = true")
    assert till.send("reload")["ok"]
    assert shop.send() == 1
    assert shop.server.state(WATER).status == "SOLD"


def test_a_route_written_with_a_slash_by_an_earlier_program_is_still_that_server(shop: Shop) -> None:
    config = configuration(elsewhere(shop, "markVerifyAllowPlainHttp = true").folder / "conf")
    route = STATUS.format(shop.server.port)
    known = [sending.account_of(config, written) for written in (route, route + "/")]
    assert known[0] == known[1]
    assert known[0] is not None
    assert known[0].plain is True

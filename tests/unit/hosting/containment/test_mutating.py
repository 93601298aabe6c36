"""Plugins that write into what they were given."""

from .conftest import BREAD, WATER, Shops, hook


def test_what_a_plugin_changes_in_a_request_stays_with_it(shops: Shops) -> None:
    body = [
        "for position in request.receipt.positions:",
        "    for mapping in (position.tags, position.extra, *position.checks):",
        "        mapping['evil'] = 'evil'",
        "request.facts['evil'] = 'evil'",
    ]
    till = shops.till(hook("on_add_item", *body))
    till.send("open")
    till.send("scan", data=BREAD)
    first = till.send("scan", data=WATER)
    assert shops.blamed(first)
    till.send("scan", data=BREAD)
    assert "evil" not in str(till.send("scan", data=BREAD)["receipt"])


def test_what_a_plugin_changes_in_a_receipt_that_came_back_stays_with_it(shops: Shops) -> None:
    body = ["for position in request.receipt.positions:", "    position.extra['evil'] = 'evil'"]
    till = shops.till(hook("on_close", *body))
    till.send("open")
    till.send("scan", data=WATER)
    till.restart()
    assert shops.blamed(till.send("close"))
    assert "evil" not in str(till.send("state")["receipt"])

"""Plugins that write into what they were given."""

import pytest

from ncash.model.decision import NOTHING

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


def test_what_a_plugin_writes_into_a_constant_is_taken_out_again(
    shops: Shops, capsys: pytest.CaptureFixture[str]
) -> None:
    body = ["from ncash.model.decision import NOTHING", "dict.update(NOTHING, evil='evil')"]
    till = shops.till(hook("on_add_item", *body))
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("cancel")
    assert "evil" not in str(till.send("open"))
    assert "a plugin wrote into the constant NOTHING" in capsys.readouterr().err
    assert not NOTHING


def test_what_a_plugin_changes_in_a_receipt_that_came_back_stays_with_it(shops: Shops) -> None:
    body = ["for position in request.receipt.positions:", "    position.extra['evil'] = 'evil'"]
    till = shops.till(hook("on_close", *body))
    till.send("open")
    till.send("scan", data=WATER)
    till.restart()
    assert shops.blamed(till.send("close"))
    assert "evil" not in str(till.send("state")["receipt"])

"""Plugins that do not answer: abandoned past their budget, broken until restart, their late answers void."""

import pytest

from ncash.testing import DrivenTill, eventually

from .conftest import BREAD, BUDGET, FIRST, LAST, WATER, WATER_TOO, Shops, hook, positions, sells


@pytest.fixture(autouse=True)
def impatience(shops: Shops) -> None:
    """The plugins of this module have little time."""
    shops.budget = BUDGET


HANG = "time.sleep(300)"
GATE = "while not (self.world.data / 'go').exists():", "    time.sleep(0.01)", "(self.world.data / 'gone').touch()"
"""Hangs until it is told to go on, and says that it did."""


@pytest.mark.parametrize("order", [FIRST, LAST])
@pytest.mark.parametrize("name", ["on_scan", "on_add_item", "on_notices", "on_price"])
def test_past_its_budget_a_plugin_is_broken_and_marked_goods_are_refused(shops: Shops, name: str, order: str) -> None:
    till = shops.till(hook(name, HANG), order)
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]
    refused = sells(till, WATER)
    assert (positions(refused), shops.blamed(refused), shops.named(refused)) == ([], True, True)
    evil = shops.evil(till)
    assert (evil["state"], evil["error"]) == ("broken", f"did not answer within {BUDGET:g} s")
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]


def test_a_plugin_that_hangs_at_the_greeting_is_left_behind(shops: Shops) -> None:
    till = shops.till(hook("on_notices", HANG))
    assert shops.named(till.greeting)
    assert [one["state"] for one in till.greeting["plugins"] if one["name"] == shops.name] == ["broken"]


def test_a_late_answer_changes_nothing(shops: Shops) -> None:
    body = *GATE, "return Decision(Verdict.ALLOW, effects=Effects(cis='evil', excisemark='evil', quantity=Decimal(7)))"
    till = shops.till(hook("on_add_item", *body))
    till.send("open")
    refused = till.send("scan", data=WATER)
    sold = till.send("scan", data=BREAD)
    (till.shop.data / "go").touch()
    eventually((till.shop.data / "gone").exists)
    after = till.send("state")
    assert (positions(refused), positions(sold)) == ([], ["Хлеб дарницкий"])
    assert after["receipt"] == sold["receipt"]


def count(till: DrivenTill, table: str) -> int:
    """Rows of a table of Documents."""
    statements = {"document": "SELECT COUNT(*) FROM document", "Goodsitem": "SELECT COUNT(*) FROM Goodsitem"}
    found = till.shop.documents.connection.one(statements[table])
    return int(found[0]) if found else 0


def test_a_close_is_carried_out_once_though_a_plugin_hangs_right_after_it(shops: Shops) -> None:
    empty = "if self.world.documents.open_receipt() is None and self.world.documents.shift():"
    till = shops.till(hook("on_notices", empty, f"    {HANG}", "return ()"))
    till.send("open")
    till.send("scan", data=BREAD)
    answer = till.send("close")
    assert (answer["ok"], answer["document"]["number"], answer["receipt"]["state"]) == (True, 1, "closed")
    assert (count(till, "document"), count(till, "Goodsitem")) == (1, 1)
    assert shops.evil(till)["state"] == "broken"
    fiscal = (till.shop.data / "fiscal-emulator.jsonl").read_text(encoding="utf-8")
    assert fiscal.count('"type": "receipt"') == 1


def test_a_scan_is_carried_out_once_though_a_plugin_hangs_right_after_it(shops: Shops) -> None:
    till = shops.till(hook("on_notices", "if self.world.documents.open_receipt() is not None:", f"    {HANG}"))
    till.send("open")
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]
    assert positions(till.send("state")) == ["Хлеб дарницкий"]


def test_a_plugin_that_hangs_when_it_is_told_of_a_close_silences_nobody_else(shops: Shops) -> None:
    shop = shops.plugin(hook("on_closed", HANG), FIRST)
    listener = shop / "plugins" / "zzz_listener"
    listener.mkdir()
    (listener / "__init__.py").write_text("", encoding="utf-8")
    told = (
        "        with open(self.world.data / 'told', 'a') as file:\n            file.write(f'{document.docnum}\\n')\n"
    )
    source = (
        (shop / "plugins" / shops.name / "plugin.py").read_text(encoding="utf-8").replace(f"        {HANG}\n", told)
    )
    (listener / "plugin.py").write_text(source, encoding="utf-8")
    ini = shop / "conf/ncash.ini.d/99-evil.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("[Host]", "zzz_listener = on\n[Host]"), encoding="utf-8")
    till = shops.running(shop)
    till.send("open")
    till.send("scan", data=BREAD)
    assert till.send("close")["document"]["number"] == 1
    assert (till.shop.data / "told").read_text(encoding="utf-8") == "1\n"


def test_a_hang_in_a_restored_receipt_leaves_it_restored_once(shops: Shops) -> None:
    calls = "self.calls = getattr(self, 'calls', 0) + 1", "if self.calls > 1:", f"    {HANG}"
    till = shops.till(hook("on_add_item", *calls))
    till.send("open")
    till.send("scan", data=WATER)
    deferred = till.send("defer")["receipt"]["id"]
    restored = till.send("restore", receipt=deferred)
    assert (restored["ok"], len(positions(restored))) == (True, 1)
    assert shops.name in restored["receipt"]["positions"][0]["refused"]
    assert till.send("close")["document"] is None
    again = till.restart()
    assert shops.name in again["receipt"]["positions"][0]["refused"]


def test_a_reload_brings_a_broken_plugin_back(shops: Shops) -> None:
    till = shops.till(hook("on_scan", "if scan.data == 'hang':", f"    {HANG}"))
    till.send("open")
    till.send("scan", data="hang")
    till.send("cancel")
    assert shops.evil(till)["state"] == "broken"
    assert till.send("reload")["ok"]
    assert positions(sells(till, WATER_TOO)) == ["Вода питьевая 0,5 л"]


def test_many_hanging_commands_in_a_row_leave_one_thread_each_plugin(shops: Shops) -> None:
    till = shops.till(hook("on_scan", HANG))
    till.send("open")
    for _ in range(50):
        assert till.send("scan", data=BREAD)["ok"]
    assert shops.evil(till)["failures"] == 1

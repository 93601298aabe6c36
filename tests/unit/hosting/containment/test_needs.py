"""What authors of plugins need: a card, a review of what was allowed, prices of a receipt, payments, shifts, time, a
store, messages and fields of their own, returns."""

import importlib
import json
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.model.decision import Decision, Effects, Step, Text, Verdict
from ncash.model.receipt import Position
from ncash.model.request import AddItem, Close, Pricing
from ncash.plugin import PriceOffer, Shift
from ncash.shop import sending
from ncash.shop.copies import make, of
from ncash.store.plugin_store import SqliteStore, place
from ncash.testing import DrivenTill, FrozenClock, ShopDatabase

from .conftest import BREAD, WATER, Shops, Stage, acting, hook, positions

NO = Decision(Verdict.DENY, (Step("stop", Verdict.DENY, "Stop"),), (Text("error", "Stop", "Партия отозвана"),))


def prices(answer: dict[str, Any]) -> list[str]:
    return [position["price"] for position in answer["receipt"]["positions"]]


def test_a_review_sees_what_was_published_and_only_strengthens(stage: Stage) -> None:
    seen: list[Decision] = []

    def reviews(request: AddItem, decision: Decision) -> Decision:
        seen.append(decision)
        return NO if request.goods and request.goods.marked else Decision(Verdict.ALLOW)

    till = stage.act("on_review", reviews)
    till.send("open")
    refused = till.send("scan", data=WATER)
    assert (positions(refused), refused["screen"][0]["key"]) == ([], "Stop")
    assert [check["check"] for check in refused["decision"]["checks"]][-1] == "stop"
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]
    assert [one.verdict for one in seen] == [Verdict.ALLOW, Verdict.ALLOW]
    assert all(not one.facts for one in seen)


def test_a_review_that_fails_sells_no_marked_goods(stage: Stage) -> None:
    def fails(request: AddItem, decision: Decision) -> Decision:
        raise ValueError

    till = stage.act("on_review", fails)
    till.send("open")
    assert stage.blamed(till.send("scan", data=WATER))
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]


def test_a_refusal_is_not_reviewed(stage: Stage) -> None:
    till = stage.act("on_review", lambda request, decision: pytest.fail("reviewed"))
    vars(stage.loaded.instance)["acts"]["on_add_item"] = lambda request: NO
    till.send("open")
    assert till.send("scan", data=BREAD)["screen"][0]["key"] == "Stop"
    assert stage.evil(till)["state"] == "ready"


def test_prices_are_made_again_when_the_receipt_changes(stage: Stage) -> None:
    def priced(position: Position, pricing: Pricing) -> PriceOffer | None:
        cheap = "card" in pricing.receipt.of(stage.name) or len(pricing.receipt.positions) > 2
        return PriceOffer(position.price - 590, "карта") if cheap else None

    card = Decision(Verdict.ALLOW, effects=Effects(receipt_extra={"card": "7"}))
    till = stage.act("on_price", priced)
    vars(stage.loaded.instance)["acts"]["on_unknown_scan"] = lambda request: card
    stage.loaded.started = stage.loaded.started._replace(reprices=True)
    till.shop.till.room.plugins._settle()
    till.send("open")
    assert prices(till.send("scan", data=BREAD)) == ["45.90"]
    assert prices(till.send("scan", data="CARD7")) == ["40.00"]
    assert prices(till.send("scan", data=BREAD)) == ["40.00", "40.00"]
    till.restart()
    assert till.send("state")["receipt"]["total"] == "80.00"
    stage.rest()


def acts(shops: Shops, till: DrivenTill, **hooks: Any) -> None:
    """The plugin of this till does so from now on."""
    vars(shops.instance(till))["acts"] = hooks


def test_payments_are_told_and_may_be_refused(shops: Shops) -> None:
    heard: list[tuple[str, int]] = []

    def pays(request: Close, payment: Any) -> Decision | None:
        heard.append((payment.type, payment.amount))
        assert payment in request.payments
        return NO if payment.type == "card" else None

    till = shops.till(acting())
    acts(shops, till, on_payment=pays)
    till.send("open")
    till.send("scan", data=BREAD)
    mixed = [{"type": "card", "amount": "40.00"}, {"type": "cash", "amount": "10.00"}]
    refused = till.send("close", payments=mixed)
    assert (refused["screen"][0]["key"], refused["receipt"]["state"]) == ("Stop", "open")
    assert heard == [("card", 4000), ("cash", 590)]
    assert till.send("close")["receipt"]["state"] == "closed"


def test_a_plugin_hears_of_shifts_once(shops: Shops) -> None:
    till = shops.till(acting())
    heard: list[Shift] = []
    vars(shops.instance(till))["acts"] = {"on_shift": heard.append}
    till.send("open")
    till.send("scan", data=BREAD)
    till.send("close")
    till.send("shift", do="x")
    till.send("shift", do="close")
    assert heard == [Shift(1, opened=True), Shift(1, opened=False)]


def test_a_tick_is_bounded_and_its_failure_is_named(shops: Shops) -> None:
    till = shops.till(acting())
    heard: list[None] = []
    vars(shops.instance(till))["acts"] = {"on_tick": lambda: heard.append(None)}
    assert (till.tick()["ok"], len(heard)) == (True, 1)
    vars(shops.instance(till))["acts"] = {"on_tick": lambda: 1 / 0}
    assert shops.named(till.tick())
    assert positions(sold(till)) == ["Хлеб дарницкий"]


def sold(till: Any) -> dict[str, Any]:
    till.send("open")
    answer: dict[str, Any] = till.send("scan", data=BREAD)
    till.send("cancel")
    return answer


def test_lines_of_a_plugin_are_printed_under_the_receipt(shops: Shops) -> None:
    till = shops.till(acting())
    acts(shops, till, on_close=lambda request: Decision(Verdict.ABSTAIN, slip=("Баллов: 7",)))
    till.send("open")
    till.send("scan", data=BREAD)
    closed = till.send("close")
    assert closed["receipt"]["state"] == "closed"
    papers = [path.read_bytes().decode("utf-8", "replace") for path in till.shop.data.rglob("*") if path.is_file()]
    assert any("Баллов: 7" in paper for paper in papers)


def test_a_returned_position_carries_what_the_plugin_kept_at_the_sale(shops: Shops) -> None:
    kept = Decision(Verdict.ABSTAIN, effects=Effects(extra={"bonus": 5}))
    till = shops.till(acting())
    acts(shops, till, on_add_item=lambda request: kept)
    till.send("open")
    till.send("scan", data=WATER)
    sale = till.send("close")["document"]["id"]
    heard: list[AddItem] = []
    acts(shops, till, on_return=heard.append)
    till.send("open", kind="return")
    till.send("scan", data=WATER)
    assert heard[-1].unit is not None
    assert dict(heard[-1].unit.of(shops.name)) == {"bonus": 5}
    receipt = till.shop.till.view.receipt
    assert receipt is not None
    assert dict(receipt.positions[0].of(shops.name)) == {"bonus": 5}
    till.send("cancel")
    till.send("open", kind="return_by_sale", sale=sale)
    till.send("choose", positions=[1])
    till.send("scan", data=WATER)
    assert heard[-1].sold is not None
    assert dict(heard[-1].sold.of(shops.name)) == {"bonus": 5}


GUARDING = "from ncash.plugin import Guards, Started, hookimpl\nclass Plugin:\n    @hookimpl\n"
GUARDS = "    def on_start(self, config, world): return Started(guards=Guards(departments=frozenset({'1'})))\n"


def test_what_a_plugin_guarded_is_not_sold_when_it_cannot_start_any_more(shops: Shops) -> None:
    shop = shops.plugin(GUARDING + GUARDS, head="")
    till = shops.running(shop)
    till.shop.announce()
    assert positions(sold(till)) == ["Хлеб дарницкий"]
    source = shop / "plugins" / shops.name / "plugin.py"
    for broken in ("raise SystemExit(0)\n", "def (\n"):
        source.write_text(broken, encoding="utf-8")
        sys.modules.pop(f"{shops.name}.plugin")
        importlib.invalidate_caches()
        till.restart()
        till.shop.announce()
        answer = sold(till)
        assert (positions(answer), answer["screen"][0]["key"]) == ([], "PluginGuards")
        sys.modules.setdefault(f"{shops.name}.plugin", sys)


class Drawer:
    """A store in a folder."""

    def __init__(self, data: Path) -> None:
        self.clock = FrozenClock()
        self.store = SqliteStore(data, "loyalty", self.clock)


def test_a_store_keeps_json_by_key_and_forgets_what_has_ended(tmp_path: Path) -> None:
    drawer = Drawer(tmp_path)
    store, clock = drawer.store, drawer.clock
    assert (store.get("a"), list(store.items()), place(tmp_path, "loyalty").exists()) == (None, [], False)
    store.change({"card/1": {"points": 5}, "card/2": [1, "ё"], "x": None})
    store.change({"soon": True}, until=clock.now().replace(year=clock.now().year + 1))
    assert dict(store.items("card/")) == {"card/1": {"points": 5}, "card/2": [1, "ё"]}
    clock.move(400 * 86_400.0)
    assert store.get("soon") is None
    store.change({"card/2": None})
    store.close()
    again = SqliteStore(tmp_path, "loyalty", clock)
    assert dict(again.items()) == {"card/1": {"points": 5}}
    again.close()


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), Decimal(1), "x" * 1_000_001])
def test_a_store_takes_all_of_a_change_or_nothing(tmp_path: Path, value: object) -> None:
    store = Drawer(tmp_path).store
    with pytest.raises(UserError):
        store.change({"a": 1, "b": value})
    assert store.get("a") is None
    store.close()


def test_a_rehearsal_writes_no_store(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path, "loyalty", FrozenClock(), read_only=True)
    with pytest.raises(UserError):
        store.change({"a": 1})
    assert list(tmp_path.iterdir()) == []


STORING = hook("on_add_item", "self.world.store.change({'seen': (self.world.store.get('seen') or 0) + 1})")
EXPORTING = hook("on_export", "return {'card': document.receipt.of(NAME).get('card'), 'number': document.docnum}")


def test_a_plugin_has_a_store_of_its_own_that_is_copied_with_the_books(shops: Shops) -> None:
    till = shops.till(STORING)
    for _ in range(2):
        sold(till)
    till.restart()
    sold(till)
    copy = make(of(till.shop.config, till.shop.data), FrozenClock().now())
    store = place(till.shop.data, shops.name)
    assert ShopDatabase(store).rows("SELECT key, value FROM stored") == [("seen", "3")]
    (copied,) = (copy.path.parent / "plugins").glob(f"{shops.name}*.sqlite")
    assert ShopDatabase(copied).rows("SELECT key, value FROM stored") == [("seen", "3")]


@pytest.mark.parametrize(
    ("result", "row"), [("delivered", "delivered"), ("refused", "refused"), ("retry", None), ("junk", None)]
)
def test_a_message_is_delivered_by_the_plugin_that_its_route_names(shops: Shops, result: str, row: str | None) -> None:
    said = hook("on_deliver", f"return DeliveryResult({result!r}, message.key)")
    owes = hook(
        "on_close",
        "message = Message(request.receipt.id, NAME + '/points', 'earned', 'card7', {'points': 5})",
        "return Decision(Verdict.ABSTAIN, messages=(message,))",
    )
    till = shops.running(shops.plugin(said + owes, head=HEAD_OF_NEEDS))
    till.send("open")
    till.send("scan", data=BREAD)
    assert till.send("close")["receipt"]["state"] == "closed"
    outside = till.shop.outside
    documents = till.shop.data / "Documents.sqlite"
    make_desk = sending.desks(documents, lambda: till.shop.config, outside.http, outside.clock, outside.random)
    with closing(make_desk()) as desk:
        done = desk.sender.round()
    books = ShopDatabase(till.shop.data / "Documents.sqlite")
    assert books.row("SELECT route, result FROM outbox") == (f"{shops.name}/points", row)
    assert (done.trouble == "") == (row is not None)


def test_fields_of_a_plugin_stand_in_the_sales_export(shops: Shops) -> None:
    broken = hook("on_export", "return 1 / 0")
    for source, told in ((EXPORTING, {"card": None, "number": 1}), (broken, "ZeroDivisionError")):
        till = shops.running(shops.plugin(source, head=HEAD_OF_NEEDS))
        till.send("open")
        till.send("scan", data=BREAD)
        till.send("close")
        (path,) = till.send("shift", do="close")["exported"]
        sales = Path(path).read_text("utf-8").split("---\n")[0].split("begin ###\n")[1]
        fields = json.loads(sales)["plugins"][shops.name]
        assert fields == told or told in fields["error"]


HEAD_OF_NEEDS = """
from pathlib import Path
from ncash.model.decision import Decision, Verdict
from ncash.model.outbox import Message
from ncash.plugin import DeliveryResult, Started, hookimpl

NAME = Path(__file__).parent.name

class Plugin:
"""

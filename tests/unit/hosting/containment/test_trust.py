"""A plugin cannot reach past its answer: the books, the mark of another, the question of another stay out of its hands.

Each case is a plugin that tries, beside the bundled ones, in a till of a real shop folder.
"""

from typing import Any

import pytest

from ncash.hosting.ownership import OF_A_MARK
from ncash.model.decision import Choice, Decision, Dialog, Effects, InputField, Step, Text, Verdict
from ncash.model.keg import Keg
from ncash.model.mark import Mark
from ncash.model.outbox import Message
from ncash.model.request import AddItem
from ncash.plugin import PriceOffer
from ncash.testing import ShopDatabase, violations

from .conftest import BREAD, HEAD, WATER, WATER_TOO, Shops, Stage, acting, hook, positions

CIS = "010469999990001321dEmO-WaTeR001"
LAST = "SELECT kind, verdict, key FROM journal ORDER BY seq DESC LIMIT 1"
MINE = Dialog("ask", "Adult", "Есть 18 лет?", ("continue", "cancel"))
CLAIMS: dict[str, Any] = {
    "marked": False, "category": "Milk", "excisemark": "x", "additionalbarcode": "x", "cis": "x", "markingcode": "x",
    "tags": {"1262": "030"}, "unchecked": "x", "unique": True, "keg": Keg(1, "mark", 0), "published": {"a": 1},
}  # fmt: skip


def test_every_field_of_a_mark_is_claimed_by_a_case() -> None:
    assert set(CLAIMS) == set(OF_A_MARK)


@pytest.mark.parametrize("field", OF_A_MARK)
@pytest.mark.parametrize("verdict", [Verdict.ALLOW, Verdict.ABSTAIN])
def test_a_field_of_a_mark_is_said_by_its_reader_alone(stage: Stage, field: str, verdict: Verdict) -> None:
    effects = Effects(**{field: CLAIMS[field]})
    till = stage.act("on_add_item", lambda request: Decision(verdict, effects=effects))
    till.send("open")
    assert stage.blamed(till.send("scan", data=WATER))
    assert field in stage.evil(till)["error"]
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]


def test_no_quantity_of_a_stranger_sells_ten_units_by_one_mark(stage: Stage) -> None:
    effects = Effects(quantity=stage.quantity(10))
    till = stage.act("on_add_item", lambda request: Decision(Verdict.ABSTAIN, effects=effects))
    till.send("open")
    assert stage.blamed(till.send("scan", data=WATER))
    assert till.send("scan", data=BREAD)["receipt"]["positions"][0]["quantity"] == "10.000"


def test_the_same_mark_is_not_sold_twice_whatever_a_stranger_says_of_it(stage: Stage) -> None:
    till = stage.act("on_add_item", lambda request: Decision(Verdict.ALLOW, effects=Effects(cis="another")))
    till.send("open")
    for _ in range(2):
        assert positions(till.send("scan", data=WATER)) == []
    stage.act("on_add_item", lambda request: Decision(Verdict.ALLOW))
    assert positions(till.send("scan", data=WATER)) == ["Вода питьевая 0,5 л"]
    assert positions(till.send("scan", data=WATER)) == ["Вода питьевая 0,5 л"]


def test_marked_goods_are_allowed_by_readers_of_marks_only(shops: Shops) -> None:
    shop = shops.plugin(acting())
    off = shop / "conf/ncash.ini.d/99-off.ini"
    off.write_text("[plugins]\nmarkedgoods = off\n", encoding="utf-8")
    till = shops.running(shop)
    vars(shops.instance(till))["acts"] = {"on_add_item": lambda request: Decision(Verdict.ALLOW)}
    till.send("open")
    for scan in (WATER, WATER[3:16]):
        assert positions(till.send("scan", data=scan)) == []
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]


def test_a_reader_allows_no_marked_goods_without_a_mark(shops: Shops) -> None:
    till = shops.till(acting(), head=READER)
    vars(shops.instance(till))["acts"] = {"on_add_item": lambda request: Decision(Verdict.ALLOW)}
    loaded = {one.name: one for one in till.shop.till.room.plugins.loaded}
    loaded["markedgoods"].hooks.clear()
    till.shop.till.room.plugins._settle()
    till.send("open")
    assert positions(till.send("scan", data=WATER[3:16])) == []
    assert "without a mark" in shops.evil(till)["error"]


def test_an_answer_without_a_verdict_keeps_everything_else(stage: Stage) -> None:
    said = Decision(
        Verdict.ABSTAIN, (Step("look", fact=1),), (Text("info", "Look", "Смотрите"),),
        effects=Effects(extra={"seen": 1}), messages=(Message("m1", f"{stage.name}/bonus", "points", "card"),),
    )  # fmt: skip
    till = stage.act("on_add_item", lambda request: said)
    till.send("open")
    for code in (BREAD, WATER):
        answer = till.send("scan", data=code)
        assert [text["key"] for text in answer["screen"]] == ["Look"]
        assert "look" in [check["check"] for check in answer["decision"]["checks"]]
    receipt = till.shop.till.view.receipt
    assert receipt is not None
    assert [dict(position.of(stage.name)) for position in receipt.positions] == [{"seen": 1}] * 2
    books = ShopDatabase(till.shop.data / "Documents.sqlite")
    assert books.value("SELECT route FROM outbox") == f"{stage.name}/bonus"


def test_a_question_belongs_to_its_plugin(stage: Stage) -> None:
    heard: list[AddItem] = []

    def asks(request: AddItem) -> Decision | None:
        heard.append(request)
        return None if "crpt" in request.confirmed else Decision(Verdict.ASK, dialog=MINE, asks=frozenset({"crpt"}))

    till = stage.act("on_add_item", asks)
    stage.neighbour(till, "on_add_item", lambda request: _other(request))
    till.send("open")
    asked = [till.send("scan", data=BREAD)["dialog"]["key"]]
    answer = till.send("press", button="continue")
    asked.append(answer["dialog"]["key"])
    assert answer["receipt"]["positions"] == []
    assert positions(till.send("press", button="continue")) == ["Хлеб дарницкий"]
    assert sorted(asked) == ["Adult", "Other"]
    assert all(request.confirmed <= {"crpt"} for request in heard)
    line = ShopDatabase(till.shop.data / "Documents.sqlite").records("SELECT line FROM journal ORDER BY seq")[-1]
    assert f"{stage.name}/crpt" in line["line"]


def _other(request: AddItem) -> Decision | None:
    dialog = Dialog("ask", "Other", "Точно?", ("continue", "cancel"))
    return None if "crpt" in request.confirmed else Decision(Verdict.ASK, dialog=dialog, asks=frozenset({"crpt"}))


def test_what_a_stranger_fetched_is_no_fact_of_another(stage: Stage) -> None:
    asks = Decision(Verdict.ASK, dialog=MINE, asks=frozenset({"mine"}), facts={"uniqueness": {"opcode": 50}})
    till = stage.act("on_add_item", lambda request: None if request.confirmed else asks)
    till.send("open")
    assert till.send("scan", data=WATER)["dialog"]["key"] == "Adult"
    assert positions(till.send("press", button="continue")) == ["Вода питьевая 0,5 л"]


def test_two_readers_of_one_scan_are_named_and_nothing_is_sold(shops: Shops) -> None:
    till = shops.till(acting(), head=READER)
    vars(shops.instance(till))["acts"] = {"on_scan": lambda scan: Mark(scan.data, scan.data, scan.data, "Evil")}
    till.send("open")
    answer = till.send("scan", data=WATER)
    assert (positions(answer), shops.named(answer)) == ([], True)
    assert "markedgoods" in shops.evil(till)["error"]
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]
    assert violations(till.shop.data, till.shop.conf) == []


def test_a_reader_that_declared_nothing_reads_nothing(stage: Stage) -> None:
    till = stage.act("on_scan", lambda scan: Mark("CARD1", "CARD1", "CARD1", gtin="04699999900013"))
    till.send("open")
    assert positions(till.send("scan", data="CARD1")) == []
    assert "named no category" in stage.evil(till)["error"]


def test_a_mark_is_judged_by_its_readers_plugin_only(shops: Shops) -> None:
    till = shops.till(acting(), head=READER)
    mark = Mark("CARD1", "CARD1", "CARD1", "Evil", gtin="04699999900013")
    vars(shops.instance(till))["acts"] = {"on_scan": lambda scan: mark if scan.data == "CARD1" else None}
    till.send("open")
    answer = till.send("scan", data="CARD1")
    assert (positions(answer), answer["screen"][0]["key"]) == ([], "MarkDataMissing")
    assert "match" not in [check["check"] for check in answer["decision"]["checks"]]
    assert positions(till.send("scan", data=WATER)) == ["Вода питьевая 0,5 л"]


def test_a_scan_that_a_plugin_takes_leaves_the_open_dialog(stage: Stage) -> None:
    card = Decision(Verdict.ALLOW, screen=(Text("info", "Card", "Карта принята"),), effects=_card("7"))
    till = stage.act("on_unknown_scan", lambda request: card if request.scan.data == "CARD7" else None)
    till.send("open")
    waiting = till.send("scan", data=WATER[3:16])["dialog"]
    answer = till.send("scan", data="CARD7")
    assert (answer["dialog"], [text["key"] for text in answer["screen"]]) == (waiting, ["Card"])
    receipt = till.shop.till.view.receipt
    assert receipt is not None
    assert dict(receipt.of(stage.name)) == {"card": "7"}
    assert positions(till.send("scan", data=WATER)) == ["Вода питьевая 0,5 л"]


def _card(number: str) -> Effects:
    return Effects(receipt_extra={"card": number})


def test_a_card_that_asks_leaves_the_goods_that_wait(stage: Stage) -> None:
    asks = Decision(Verdict.ASK, dialog=MINE, asks=frozenset({"card"}))
    card = Decision(Verdict.ALLOW, effects=_card("7"))
    till = stage.act("on_unknown_scan", lambda request: card if "card" in request.confirmed else asks)
    till.send("open")
    waiting = till.send("scan", data=WATER[3:16])["dialog"]
    assert till.send("scan", data="CARD7")["dialog"]["key"] == "Adult"
    assert till.send("press", button="cancel")["dialog"] == waiting
    till.send("scan", data="CARD7")
    assert till.send("press", button="continue")["dialog"] == waiting
    assert positions(till.send("scan", data=WATER)) == ["Вода питьевая 0,5 л"]


def test_what_is_kept_with_a_position_stands_under_its_plugins_name(stage: Stage) -> None:
    discounted = {"expireDate": "2020-01-01T00:00:00.000Z", "raw": "junk", "keg": 1, "agreed": True}
    said = Decision(Verdict.ABSTAIN, effects=Effects(extra={k: v for k, v in discounted.items() if k != "keg"}))
    till = stage.act("on_add_item", lambda request: said)
    till.send("open")
    till.send("scan", data=WATER)
    receipt = till.shop.till.view.receipt
    assert receipt is not None
    (position,) = receipt.positions
    assert (position.extra.keys() - {"2106"}, position.of(stage.name)["agreed"]) == ({"plugins"}, True)
    assert (position.mark, position.published) == (WATER, {})


def test_messages_go_to_the_plugins_own_receivers_only(stage: Stage) -> None:
    sold = Message("m1", "https://marks.example/status", "sold", CIS)
    till = stage.act("on_add_item", lambda request: Decision(Verdict.ABSTAIN, messages=(sold,)))
    till.send("open")
    assert stage.blamed(till.send("scan", data=WATER))
    assert "https://marks.example/status" in stage.evil(till)["error"]


def test_a_refusal_without_a_word_names_its_plugin(stage: Stage) -> None:
    for name in ("on_add_item", "on_close", "on_quantity", "on_storno"):
        till = stage.act(name, lambda request: Decision(Verdict.DENY))
        till.send("open")
        till.send("scan", data=BREAD)
        answers = [
            till.send("scan", data=BREAD), till.send("quantity", position=1, value="2"),
            till.send("storno", position=1), till.send("close"),
        ]  # fmt: skip
        said = [text for answer in answers for text in answer["screen"] if text["key"] == "PluginRefused"]
        assert said, name
        assert all(stage.name in text["text"] for text in said)
        stage.rest()


@pytest.mark.parametrize("cmd", ["quantity", "storno", "close"])
def test_a_question_works_wherever_a_plugin_is_asked(stage: Stage, cmd: str) -> None:
    dialog = Dialog("ask", "Why", "Почему?", ("cancel",), choices=(Choice("broken", "Брак"), Choice("other", "Иное")))
    heard: list[Any] = []

    def asks(request: Any) -> Decision | None:
        heard.append(request)
        return None if request.confirmed else Decision(Verdict.ASK, dialog=dialog, asks=frozenset({"why"}))

    till = stage.act(f"on_{cmd}", asks)
    fields = {"quantity": {"position": 1, "value": "2"}, "storno": {"position": 1}, "close": {}}
    till.send("open")
    before = till.send("scan", data=BREAD)["receipt"]
    asked = till.send(cmd, **fields[cmd])
    assert (asked["dialog"]["key"], asked["receipt"]) == ("Why", before)
    assert till.send("press", button="cancel")["dialog"] is None
    assert till.send("state")["receipt"] == before
    till.send(cmd, **fields[cmd])
    done = till.send("press", button="broken")
    assert (dict(heard[-1].entered), done["dialog"]) == ({"why": "broken"}, None)
    assert done["receipt"] != before


def test_a_question_about_a_marked_storno_is_followed_by_its_mark(shops: Shops) -> None:
    till = shops.till(acting())
    asks = Decision(Verdict.ASK, dialog=MINE, asks=frozenset({"why"}))
    vars(shops.instance(till))["acts"] = {
        "on_storno": lambda request: asks if request.mark is not None and not request.confirmed else None
    }
    till.send("open")
    till.send("scan", data=WATER)
    assert till.send("storno", position=1)["dialog"]["kind"] == "scan_mark"
    assert till.send("scan", data=WATER)["dialog"]["key"] == "Adult"
    again = till.send("press", button="continue")
    assert (again["dialog"], positions(again)) == (None, [])
    assert till.send("state")["dialog"] is None


def test_a_field_is_filled_in_before_a_question_is_answered(stage: Stage) -> None:
    dialog = Dialog("ask", "Phone", "Телефон?", ("continue", "cancel"), field=InputField("Телефон", "digits", 11))
    heard: list[Any] = []

    def asks(request: AddItem) -> Decision | None:
        heard.append(request)
        return None if request.confirmed else Decision(Verdict.ASK, dialog=dialog, asks=frozenset({"phone"}))

    till = stage.act("on_add_item", asks)
    till.send("open")
    assert till.send("scan", data=BREAD)["dialog"]["field"] == {"text": "Телефон", "kind": "digits", "most": 11}
    for wrong in ({}, {"entered": "abc"}, {"entered": "1" * 12}):
        assert till.send("press", button="continue", **wrong)["error"]["code"] == "entered"
    assert positions(till.send("press", button="continue", entered="79001234567")) == ["Хлеб дарницкий"]
    assert dict(heard[-1].entered) == {"phone": "79001234567"}
    lines = ShopDatabase(till.shop.data / "Documents.sqlite").records("SELECT line FROM journal")
    assert "79001234567" not in str(lines)


def test_a_veto_at_close_is_a_line_of_the_journal(stage: Stage) -> None:
    veto = Decision(Verdict.DENY, (Step("limit", Verdict.DENY, "Limit"),), (Text("error", "Limit", "Много"),))
    till = stage.act("on_close", lambda request: veto)
    till.send("open")
    till.send("scan", data=BREAD)
    assert till.send("close")["receipt"]["state"] == "open"
    row = ShopDatabase(till.shop.data / "Documents.sqlite").row(LAST)
    assert row == ("close", "deny", "Limit")


def test_what_a_hook_cannot_carry_is_named(stage: Stage) -> None:
    carried = {
        "on_close": Decision(Verdict.ALLOW, effects=Effects(extra={"a": 1})),
        "on_storno": Decision(Verdict.ALLOW, slip=("line",)),
        "on_quantity": Decision(Verdict.ABSTAIN, position=1),
    }
    for name, said in carried.items():
        till = stage.act(name, lambda request, said=said: said)
        till.send("open")
        till.send("scan", data=BREAD)
        till.send("quantity", position=1, value="2")
        till.send("storno", position=1)
        till.send("scan", data=BREAD)
        till.send("close")
        assert "carries no" in stage.evil(till)["error"]
        stage.rest()


def test_no_port_of_a_plugin_writes_the_books(shops: Shops) -> None:
    body = hook(
        "on_add_item",
        "documents = self.world.documents",
        "for name in ('close_receipt', 'cancel_receipt', 'save_receipt', 'journal', 'begin_close', 'close_shift'):",
        "    if hasattr(documents, name): raise SystemExit(name)",
        "if documents.open_receipt() is None or documents.last_use('x') is not None: raise SystemExit('reading')",
    )
    till = shops.till(body)
    till.send("open")
    assert positions(till.send("scan", data=WATER)) == ["Вода питьевая 0,5 л"]
    assert positions(till.send("scan", data=WATER_TOO)) == ["Вода питьевая 0,5 л"] * 2
    assert till.send("close")["document"] is not None


def test_a_fixed_price_takes_no_offer(stage: Stage) -> None:
    till = stage.act("on_price", lambda position, pricing: PriceOffer(position.price - 100, "скидка"))
    till.send("open")
    assert till.send("scan", data=BREAD)["receipt"]["positions"][0]["price"] == "44.90"


READER = HEAD.replace("Started(budget=BUDGET)", 'Started(budget=BUDGET, categories=(Category("Evil", None, None),))')

"""Plugins that answer nonsense: the answer counts as none, its author is named, the till goes on."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ncash.hosting.hooks import fault_in
from ncash.model.decision import Decision, Dialog, Effects, Step, Text, Verdict
from ncash.model.keg import Keg
from ncash.model.mark import Mark
from ncash.model.outbox import Message
from ncash.plugin import Account, Category, PriceOffer, Started
from ncash.testing import ShopDatabase

from .conftest import BREAD, WATER, Stage, positions, sells


def pit() -> list[Any]:
    """Lists in lists, deeper than any recursion."""
    bottom: list[Any] = []
    for _ in range(5_000):
        bottom = [bottom]
    return bottom


ASKING = Dialog("ask", "K", "Точно?", ("continue", "cancel"))
OWED = Message("id-1", "http://127.0.0.1/status", "sold", "0104", {"mark": "0104"})
DECISIONS: dict[str, Callable[[], Any]] = {
    "a text": lambda: "allow",
    "a truth": lambda: True,
    "a number": lambda: 1,
    "a verdict alone": lambda: Verdict.ALLOW,
    "a generator": lambda: (x for x in range(3)),
    "a class": lambda: Decision,
    "an endless list": lambda: iter(int, 1),
    "a verdict as text": lambda: Decision("allow"),
    "a verdict as number": lambda: Decision(1),
    "no verdict": lambda: Decision(None),
    "steps that are texts": lambda: Decision(Verdict.ALLOW, steps=("crpt",)),
    "endless steps": lambda: Decision(Verdict.ALLOW, steps=iter(lambda: Step("x"), None)),
    "a step without verdict": lambda: Decision(Verdict.ALLOW, steps=(Step("x", "deny"),)),
    "a step with a key that is no text": lambda: Decision(Verdict.ALLOW, steps=(Step("x", key=7),)),
    "a fact JSON cannot say": lambda: Decision(Verdict.ALLOW, steps=(Step("x", fact=object()),)),
    "a fact that is no number": lambda: Decision(Verdict.ALLOW, steps=(Step("x", fact=float("nan")),)),
    "a bottomless fact": lambda: Decision(Verdict.ALLOW, steps=(Step("x", fact=pit()),)),
    "too many steps": lambda: Decision(Verdict.ALLOW, steps=(Step("x"),) * 100_000),
    "a screen of texts": lambda: Decision(Verdict.DENY, screen=("no",)),
    "a text that is none": lambda: Decision(Verdict.DENY, screen=(Text("error", "K", 5),)),
    "a kind nobody knows": lambda: Decision(Verdict.DENY, screen=(Text("shout", "K", "no"),)),
    "a huge text": lambda: Decision(Verdict.DENY, screen=(Text("error", "K", "x" * 50_000_000),)),
    "half a character": lambda: Decision(Verdict.DENY, screen=(Text("error", "K", "\ud800"),)),
    "asking without a dialog": lambda: Decision(Verdict.ASK),
    "asking without continue": lambda: Decision(Verdict.ASK, dialog=Dialog("ask", "K", "Точно?", ("cancel",))),
    "asking without a way out": lambda: Decision(Verdict.ASK, dialog=Dialog("ask", "K", "Точно?", ("continue",))),
    "a dialog as text": lambda: Decision(Verdict.NEED_SCAN, dialog="scan"),
    "a dialog of no known kind": lambda: Decision(Verdict.NEED_SCAN, dialog=Dialog("choose", "K", "x", ("cancel",))),
    "a dialog without a way out": lambda: Decision(Verdict.NEED_SCAN, dialog=Dialog("scan_mark", "K", "x", ())),
    "a button nobody knows": lambda: Decision(
        Verdict.NEED_SCAN, dialog=Dialog("scan_mark", "K", "x", ("cancel", "self"))
    ),
    "the way out withdrawn": lambda: Decision(Verdict.ABSTAIN, withdraw=frozenset({"cancel"})),
    "withdraw as text": lambda: Decision(Verdict.ABSTAIN, withdraw="cancel"),
    "asks as list": lambda: Decision(Verdict.ASK, dialog=ASKING, asks=["crpt"]),
    "facts as list": lambda: Decision(Verdict.ALLOW, facts=[1]),
    "a position as text": lambda: Decision(Verdict.ALLOW, position="1"),
    "effects as mapping": lambda: Decision(Verdict.ALLOW, effects={"quantity": 1}),
    "a quantity as number": lambda: Decision(Verdict.ALLOW, effects=Effects(quantity=1)),
    "a negative quantity": lambda: Decision(Verdict.ALLOW, effects=Effects(quantity=Decimal(-1))),
    "an infinite quantity": lambda: Decision(Verdict.ALLOW, effects=Effects(quantity=Decimal("Infinity"))),
    "a quantity that is no number": lambda: Decision(Verdict.ALLOW, effects=Effects(quantity=Decimal("NaN"))),
    "a quantity finer than grams": lambda: Decision(Verdict.ALLOW, effects=Effects(quantity=Decimal("0.0001"))),
    "a cis that is no text": lambda: Decision(Verdict.ALLOW, effects=Effects(cis=5)),
    "a mark of half a character": lambda: Decision(Verdict.ALLOW, effects=Effects(excisemark="\udfff")),
    "marked as text": lambda: Decision(Verdict.ALLOW, effects=Effects(marked="yes")),
    "unique as number": lambda: Decision(Verdict.ALLOW, effects=Effects(unique=1)),
    "a keg as JSON": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(1, "crpt").json())),
    "a keg of nobody": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(1, "me"))),
    "a keg of a list": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(1, ["crpt"]))),
    "an empty keg": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(0, "crpt"))),
    "a keg as large as the sea": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(10**30, "crpt"))),
    "a keg of half a millilitre": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(0.5, "crpt"))),
    "a keg in extra": lambda: Decision(Verdict.ALLOW, effects=Effects(extra={"keg": Keg(1, "crpt").json()})),
    "less than nothing sold of a keg": lambda: Decision(Verdict.ALLOW, effects=Effects(keg=Keg(1, "crpt", -1))),
    "tags as list": lambda: Decision(Verdict.ALLOW, effects=Effects(tags=["1262"])),
    "tags of numbers": lambda: Decision(Verdict.ALLOW, effects=Effects(tags={"1262": 30})),
    "extra JSON cannot say": lambda: Decision(Verdict.ALLOW, effects=Effects(extra={"when": pit})),
    "extra with a key that is none": lambda: Decision(Verdict.ALLOW, effects=Effects(extra={1: "x"})),
    "messages as list": lambda: Decision(Verdict.ALLOW, messages=[OWED]),
    "messages that are none": lambda: Decision(Verdict.ALLOW, messages=(tuple(OWED),)),
    "a message without a mark": lambda: Decision(Verdict.ALLOW, messages=(OWED._replace(key=""),)),
    "a message with an id that is no text": lambda: Decision(Verdict.ALLOW, messages=(OWED._replace(id=7),)),
    "a message JSON cannot say": lambda: Decision(Verdict.ALLOW, messages=(OWED._replace(body={"at": pit}),)),
    "messages without end": lambda: Decision(Verdict.ALLOW, messages=(OWED,) * 100_000),
}


@pytest.mark.parametrize("junk", DECISIONS)
def test_nonsense_is_no_decision(stage: Stage, junk: str) -> None:
    till = stage.act("on_add_item", lambda request: DECISIONS[junk]())
    refused = sells(till, WATER)
    assert (positions(refused), stage.blamed(refused)) == ([], True)
    assert positions(sells(till, BREAD)) == ["Хлеб дарницкий"]
    evil = stage.evil(till)
    assert (evil["state"], evil["error"].startswith("on_add_item: ")) == ("failing", True)
    assert len(json.dumps(refused)) < 20_000


NOTICES: tuple[Callable[[], Any], ...] = (
    lambda: "no",
    lambda: [Text("notice", "K", "x")],
    lambda: ("x",),
    lambda: 5,
    lambda: (Text("notice", "K", None),),
    lambda: iter(int, 1),
    lambda: (Text("notice", "K", "x" * 10_000_000),),
    lambda: (Text("notice", "K", "x"),) * 1_000,
)
MARKS: tuple[Callable[[], Any], ...] = (
    lambda: "0104",
    lambda: 5,
    lambda: Mark("", "", ""),
    lambda: Mark(5, "x", "x"),
    lambda: Mark("x", "x", "x", gtin="a"),
    lambda: iter(int, 1),
    lambda: Mark("x", "x", "x", weight=Decimal("NaN")),
    lambda: Mark("x", "x", "x", weight="1"),
    lambda: Mark("x", "x", "x", category=7),
    lambda: Mark("\ud800", "x", "x"),
    lambda: Mark("x" * 9_000_000, "x", "x"),
)
OFFERS: tuple[Callable[[], Any], ...] = (
    lambda: 1,
    lambda: "cheap",
    lambda: PriceOffer("1", "x"),
    lambda: PriceOffer(1.5, "x"),
    lambda: PriceOffer(-1, "x"),
    lambda: PriceOffer(1, None),
    lambda: PriceOffer(True, "x"),
)


OTHERS = {"on_notices": NOTICES, "on_scan": MARKS, "on_price": OFFERS}


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, junk in OTHERS.items() for n in range(len(junk))])
def test_nonsense_of_the_other_hooks_is_named_and_ordinary_goods_sell(stage: Stage, name: str, number: int) -> None:
    till = stage.act(name, lambda *given: OTHERS[name][number]())
    sold = sells(till, BREAD)
    assert [(p["name"], p["price"]) for p in sold["receipt"]["positions"]] == [("Хлеб дарницкий", "45.90")]
    assert stage.named(till.send("state"))
    assert len(json.dumps(till.send("state"))) < 20_000


@pytest.mark.parametrize("name", ["on_return", "on_quantity", "on_storno", "on_close"])
@pytest.mark.parametrize("junk", ["a text", "a verdict as text", "a position as text"])
def test_nonsense_of_every_deciding_hook_is_named(stage: Stage, name: str, junk: str) -> None:
    till = stage.act(name, lambda request: DECISIONS[junk]())
    till.send("open", kind="return" if name == "on_return" else "sale")
    for command in ("scan", "quantity", "storno", "close"):
        fields = {"scan": {"data": BREAD}, "quantity": {"position": 1, "value": "2"}, "storno": {"all": True}}
        till.send(command, **fields.get(command, {}))
        if command == "storno":
            till.send("scan", data=BREAD)
    assert stage.evil(till)["error"].startswith(f"{name}: ")


def test_need_of_a_scan_without_any_dialog_traps_nobody(stage: Stage) -> None:
    till = stage.act("on_add_item", lambda request: Decision(Verdict.NEED_SCAN))
    till.send("open")
    assert till.send("scan", data=BREAD)["dialog"] is None
    answer = till.send("scan", data=WATER)
    assert answer["dialog"] is None
    assert till.send("close")["error"]["code"] == "empty"
    assert till.send("cancel")["ok"]


def test_a_keg_of_goods_by_the_piece_is_a_unit_that_one_receipt_holds(stage: Stage) -> None:
    effects = Effects(cis="0104", unique=True, keg=Keg(1_000, "crpt"))
    stage.reading()
    till = stage.act("on_add_item", lambda request: Decision(Verdict.ALLOW, effects=effects))
    till.send("open")
    assert positions(till.send("scan", data=BREAD)) == ["Хлеб дарницкий"]
    books = ShopDatabase(till.shop.data / "Documents.sqlite")
    assert books.row("SELECT (SELECT cis FROM openmark), (SELECT cis FROM kegportion)") == ("0104", None)


GOOD = (
    ("on_add_item", Decision(Verdict.ALLOW, effects=Effects(cis="01", keg=Keg(1, "mark", 0)))),
    ("on_add_item", Decision(Verdict.DENY, (Step("x", Verdict.DENY, "K"),), (Text("error", "K", "Нет"),))),
    ("on_add_item", Decision(Verdict.ASK, dialog=Dialog("ask", "K", "Да?", ("continue", "cancel")))),
    ("on_add_item", Decision(Verdict.NEED_SCAN, dialog=Dialog("error", "K", "Стоп", ("ok",)))),
    ("on_add_item", Decision(Verdict.ALLOW, effects=Effects(Decimal("0.353"), extra={"a": [1, 2.5, None, {"b": ""}]}))),
    ("on_storno", Decision(Verdict.ALLOW, position=3)),
    ("on_scan", Mark("a", "a", "a", None, "04600000000015", Decimal("0.5"))),
    ("on_price", PriceOffer(100, "срок годности")),
    ("on_notices", (Text("notice", "K", "Связи нет"),)),
    ("on_start", Started("1", (Category("Milk", "a.ini", 3),), 5)),
    ("on_closed", object()),
    ("on_cancel", Decision(Verdict.ALLOW, messages=(OWED,) * 200)),
    ("on_send", Account({"Accept": "text/html"}, ("sesame",), 5.0)),
    ("on_receivers", ("http://127.0.0.1/status",)),
    ("on_receivers", ()),
    ("on_add_item", None),
)


@pytest.mark.parametrize(("name", "answer"), GOOD)
def test_a_good_answer_is_one(name: str, answer: object) -> None:
    assert fault_in(name, answer) == ""


SENDING: tuple[tuple[str, Any], ...] = (
    ("on_send", "http://127.0.0.1"),
    ("on_send", Account({"A": 5})),
    ("on_send", Account([("A", "b")])),
    ("on_send", Account({}, ("x", 5))),
    ("on_send", Account({}, ["x"])),
    ("on_send", Account({}, (), 0.0)),
    ("on_send", Account({}, (), float("nan"))),
    ("on_send", Account({}, (), 10_000.0)),
    ("on_receivers", "http://127.0.0.1"),
    ("on_receivers", ["http://127.0.0.1"]),
    ("on_receivers", (5,)),
    ("on_cancel", "no"),
)


@pytest.mark.parametrize(("name", "answer"), SENDING)
def test_nonsense_about_sending_is_no_answer(name: str, answer: object) -> None:
    assert fault_in(name, answer).startswith(f"{name}: ")


@pytest.mark.parametrize("junk", ["messages as list", "messages that are none", "a position as text"])
def test_nonsense_about_what_ended_stops_no_cancel(stage: Stage, junk: str) -> None:
    till = stage.act("on_cancel", lambda request: DECISIONS[junk]())
    till.send("open")
    till.send("scan", data=WATER)
    assert till.send("cancel")["document"]["doctype"] == 7
    assert stage.evil(till)["error"].startswith("on_cancel: ")

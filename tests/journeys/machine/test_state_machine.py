"""Hypothesis drives a till through scans, presses, stornos, closes and restarts at any point."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ncash.model.mark import cis
from tests.sizes import sized

from . import promises
from .promises import KEG, Answer, state
from .world import FACTS, World

BREAD, WATER_CODE, CHEESE_LABEL = "4600000000015", "4699999900013", "2103321055451"
MARKS = (
    "010469999990001321dEmO-WaTeR001\x1d93aBcD",
    "010469999990001321dEmO-WaTeR002\x1d93aBcD",
    "0104670540176099215AbCd1\x1d93dGVz",
    "010469999990003721BeErAb7\x1d93dGVz",
    "0103041094787443215Qbag!\x1d93Zjqw\x1d3103000353",
    "010460704243063321nqmQ&IjzWJ+T*93dGVz",
    "010460704243920021nqmQ&IjzWJ+T*93dGVs",
    f"{KEG}\x1d93Tt1Z",
    f"{KEG}\x1d93Tt1Y",
)
RENDERED = st.tuples(st.sampled_from(MARKS), st.sampled_from(["\x1d", "", "\\u001d", " "])).map(
    lambda pair: pair[0].replace("\x1d", pair[1])
)
BARCODES = (BREAD, WATER_CODE, CHEESE_LABEL, "4607042430633", "junk", "", "0104699999900013")
NUMBERS = st.integers(1, 6)


class Sales(RuleBasedStateMachine):
    """A till, and the few things about it that a model must know."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.answer: Answer = {**self.world.till.send("state")}
        self.last_use: dict[str, str] = {}
        self.poured: Decimal | None = None
        """Litres sold out of the keg and not given back; None before anything was."""
        self.sales: list[str] = []
        self.deferred: list[str] = []

    def send(self, cmd: str, **fields: Any) -> Answer:
        """Do a command and hold the till to every promise."""
        before, self.answer = self.answer, self.world.till.send(cmd, **fields)
        note(f"{cmd} {fields} -> {self.answer.get('error') or [t['key'] for t in self.answer['screen']]}")
        promises.shape(self.answer)
        promises.receipt(self.answer)
        promises.refused(self.answer, before)
        promises.plugins(self.world.till)
        return self.answer

    @property
    def open(self) -> bool:
        """Whether a receipt is open."""
        return state(self.answer) == "open"

    @initialize()
    def begin(self) -> None:
        self.send("open")

    @precondition(lambda self: not self.open)
    @rule(
        kind=st.sampled_from(["sale", "return", "return", "inventory"]),
        marks=st.lists(st.sampled_from(MARKS), max_size=2),
    )
    def open_receipt(self, kind: str, marks: list[str]) -> None:
        answer = self.send("open", kind=kind)
        assert (answer["ok"], answer["receipt"]["kind"]) == (True, kind)
        for mark in marks:
            self.scan(mark)

    @precondition(lambda self: self.sales and not self.open)
    @rule(number=NUMBERS, marks=st.lists(st.sampled_from(MARKS), max_size=2))
    def return_by_sale(self, number: int, marks: list[str]) -> None:
        if self.send("open", kind="return_by_sale", sale=self.sales[number % len(self.sales)])["ok"]:
            for mark in marks:
                self.scan(mark)

    def scan(self, data: str, kind: str = "text") -> None:
        """One burst, in a sale when nothing is open."""
        if not self.open:
            self.send("open")
        before = self.answer
        answer = self.send("scan", data=data, input=kind)
        waiting = before["dialog"]
        if waiting and waiting["kind"] in ("ask", "error"):
            assert (answer["dialog"], answer["receipt"]) == (waiting, before["receipt"])
        else:
            assert len(answer["receipt"]["positions"]) - len(before["receipt"]["positions"]) in (-1, 0, 1)

    @rule(data=st.sampled_from(MARKS))
    def scan_a_mark(self, data: str) -> None:
        self.scan(data)

    @rule(data=RENDERED, kind=st.sampled_from(["text", "binary"]))
    def scan_a_mark_with_another_scanner(self, data: str, kind: str) -> None:
        self.scan(data, kind)

    @rule(data=st.sampled_from(BARCODES))
    def scan_a_barcode(self, data: str) -> None:
        self.scan(data)

    @rule(marks=st.lists(st.sampled_from(MARKS), min_size=1, max_size=3), pay=st.booleans())
    def serve_a_customer(self, marks: list[str], pay: bool) -> None:
        for mark in marks:
            self.scan(mark)
        if self.answer["dialog"] and self.answer["dialog"]["kind"] == "quantity":
            self.send("quantity", value="0.6")
        if self.answer["dialog"]:
            button = "continue" if "continue" in self.answer["dialog"]["buttons"] else "cancel"
            self.send("press", button=button)
        if pay:
            self.pay(None)

    @precondition(lambda self: self.answer["dialog"])
    @rule(button=st.sampled_from(["ok", "continue", "cancel", "without_mark"]))
    def press(self, button: str) -> None:
        offered = self.answer["dialog"]["buttons"]
        assert self.send("press", button=button)["ok"] == (button in offered)

    @precondition(lambda self: self.answer["dialog"] and self.answer["dialog"]["kind"] == "choose")
    @rule(numbers=st.lists(NUMBERS, max_size=3))
    def choose(self, numbers: list[int]) -> None:
        self.send("choose", positions=numbers)

    @precondition(lambda self: self.answer["dialog"] and self.answer["dialog"]["kind"] == "quantity")
    @rule(value=st.sampled_from(["0.2", "0.45", "0.8", "1", "1.001", "0", "x"]))
    def answer_how_much(self, value: str) -> None:
        before = self.answer
        answer = self.send("quantity", value=value)
        assert answer["ok"] == (value not in ("0", "x"))
        assert len(answer["receipt"]["positions"]) - len(before["receipt"]["positions"]) in (0, 1)

    @precondition(lambda self: self.open)
    @rule(position=NUMBERS, value=st.sampled_from(["1", "2", "0.5", "0", "-1", "1000000", "x"]))
    def quantity(self, position: int, value: str) -> None:
        self.send("quantity", position=position, value=value)

    @precondition(lambda self: self.open)
    @rule(position=NUMBERS, mark=st.sampled_from(MARKS))
    def storno(self, position: int, mark: str) -> None:
        if self.send("storno", position=position)["dialog"]:
            self.scan(mark)

    @precondition(lambda self: self.open)
    @rule()
    def storno_all(self) -> None:
        answer = self.send("storno", all=True)
        if answer["ok"]:
            assert answer["receipt"]["positions"] == []

    @rule(mark=st.sampled_from(MARKS), fact=st.sampled_from(sorted(FACTS)))
    def chestny_znak_changes_its_mind(self, mark: str, fact: str) -> None:
        self.world.crpt.facts[cis(mark)] = fact

    @precondition(lambda self: self.open)
    @rule(
        payments=st.sampled_from([None, [{"type": "cash", "amount": "100000.00"}], [{"type": "card", "amount": "1"}]])
    )
    def close(self, payments: Any) -> None:
        self.pay(payments)

    def pay(self, payments: Any) -> None:
        """Close, and look into the books."""
        before = self.answer
        answer = self.send("close", **({"payments": payments} if payments else {}))
        if answer["document"] is None:
            return
        assert (answer["receipt"]["state"], answer["dialog"]) == ("closed", None)
        assert promises.goods(answer["receipt"])["positions"] == promises.goods(before["receipt"])["positions"]
        assert not any(position["refused"] for position in answer["receipt"]["positions"])
        self.in_the_books(answer)

    def in_the_books(self, answer: Answer) -> None:
        """The books say what was answered, and no mark is sold twice without a return between."""
        shown, document = answer["receipt"], answer["document"]
        rows = self.world.rows(document["id"])
        said = [
            (p["n"], p["bcode"], float(p["quantity"]), float(p["price"]), float(p["amount"]), p["excisemark"], p["cis"])
            for p in shown["positions"]
        ]
        assert [row[:7] for row in rows] == said
        assert self.world.doctype(document["id"]) == (document["doctype"], float(shown["total"]))
        if shown["kind"] == "inventory":
            return
        use = "sold" if shown["kind"] == "sale" else "returned"
        for position in shown["positions"]:
            if position["cis"] == KEG:
                self.pour(use, Decimal(position["quantity"]))
            elif position["cis"] and position["marked"]:
                assert self.last_use.get(position["cis"]) != use
                self.last_use[position["cis"]] = use
        if use == "sold":
            self.sales.append(document["id"])

    def pour(self, use: str, litres: Decimal) -> None:
        """Never more than the keg holds, never more back than was sold; a keg that was not seen comes back once."""
        unseen = self.poured is None
        self.poured = (self.poured or 0) + (litres if use == "sold" else -litres)
        assert self.poured <= 1
        assert self.poured >= 0 or use == "sold" or unseen

    @precondition(lambda self: self.open)
    @rule()
    def cancel(self) -> None:
        answer = self.send("cancel")
        assert (answer["ok"], answer["receipt"]["state"]) == (True, "cancelled")

    @precondition(lambda self: self.open)
    @rule()
    def defer(self) -> None:
        answer = self.send("defer")
        if answer["ok"]:
            self.deferred.append(answer["receipt"]["id"])

    @precondition(lambda self: self.deferred and not self.open)
    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        wanted = self.deferred[number % len(self.deferred)]
        if self.send("restore", receipt=wanted)["ok"]:
            self.deferred.remove(wanted)

    @rule(
        command=st.sampled_from(
            [
                {"cmd": "shift", "do": "x"},
                {"cmd": "shift", "do": "close"},
                {"cmd": "storno", "position": 99},
                {"cmd": "choose", "positions": [1]},
                {"cmd": "press", "button": "ok"},
                {"cmd": "restore", "receipt": "nothing"},
                {"cmd": "reload"},
            ]
        )
    )
    def something_else(self, command: dict[str, Any]) -> None:
        answer = self.send(**command)
        if command["cmd"] == "reload":
            assert answer["ok"] == (not self.open)

    @rule()
    def restart(self) -> None:
        before = self.answer
        greeting = self.world.till.restart()
        assert greeting["receipt"] == (before["receipt"] if self.open else None)
        assert all(one["state"] == "ready" for one in greeting["plugins"])
        self.answer = self.world.till.send("state")
        promises.shape(self.answer)
        promises.receipt(self.answer)

    def teardown(self) -> None:
        self.world.close()


Sales.TestCase.settings = settings(
    max_examples=sized(35, 1_500),
    stateful_step_count=sized(50, 80),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestSales = Sales.TestCase

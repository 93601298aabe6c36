"""A mark that another till took: its own line of the journal says refused, the lines beside it stay."""

from decimal import Decimal

from ncash.model.decision import Decision, Step, Verdict
from ncash.model.mark import Mark
from ncash.model.receipt import Position, Receipt
from ncash.model.record import Entry
from ncash.model.request import GOODS_FIRST, AddItem
from ncash.till.conflict import without
from ncash.till.view import Outcome, View

LOST, KEPT = "0103041094787443215Qbag!", "0103041094787443215Qbagg"


def position(n: int, cis: str) -> Position:
    return Position(n, "5", "Молоко", "304", Decimal(1), 8990, marked=True, cis=cis)


def entry(receipt: Receipt, cis: str) -> Entry:
    request = AddItem(receipt, GOODS_FIRST, None, Mark(f"{cis}93Zjqw", f"{cis}93Zjqw", cis))
    return Entry("verdict", request, Decision(Verdict.ALLOW, (Step("crpt"),)))


def test_only_the_line_about_the_lost_mark_says_refused() -> None:
    receipt = Receipt("r", positions=(position(1, KEPT), position(2, LOST)), last_n=2)
    outcome = Outcome(View(receipt=receipt), journal=(entry(receipt, KEPT), entry(receipt, LOST)), save=True)
    kept, lost = (one.line("now") for one in without(View(receipt=receipt), outcome, LOST).journal)
    assert (kept["verdict"], kept["key"]) == ("allow", None)
    assert (lost["verdict"], lost["key"]) == ("deny", "AlreadyRegistered")
    assert [(step["check"], step["verdict"]) for step in lost["checks"]] == [("crpt", "allow"), ("uniqueness", "deny")]

"""Cases in which no check has anything to say are told by one trail, and no longer when one has."""

from ncash.bundled.markedgoods.checks.case import Case, Profile
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.model.decision import Decision, Step, Verdict, recorded, told
from ncash.model.receipt import Kind, Position, Receipt
from ncash.model.request import AddItem

from .conftest import CHEESE, CIS, Facts, mark_first, request, settings, sold

SOLD = {"opcode": 50, "documentid": 7, "docnum": 7, "cashcode": "1", "time": "2026-03-01T12:00:00+03:00"}
PROFILE = Profile(settings(checkLocalUniqueness=True))


def decided(asked: AddItem, **facts: object) -> Decision:
    """The decision under the one profile of this module."""
    return decide(Case(asked, PROFILE, PROFILE), Facts(**facts))


def step_by_step(asked: AddItem, **facts: object) -> Decision:
    """The same, made anew."""
    trail: list[Step] = []
    return decide(Case(asked, PROFILE, PROFILE), Facts(**facts), trail)


def test_the_second_quiet_case_has_the_trail_of_the_first() -> None:
    first, second = decided(mark_first(), uniqueness=None), decided(mark_first(), uniqueness=None)
    assert second.steps is first.steps
    assert second == first == step_by_step(mark_first(), uniqueness=None)


def test_after_quiet_cases_a_check_that_speaks_is_heard() -> None:
    for _ in range(2):
        assert decided(mark_first(), uniqueness=None).verdict is Verdict.ALLOW
        again = decided(mark_first(), uniqueness=SOLD)
        assert (again.verdict, again.steps[-1].check) == (Verdict.DENY, "uniqueness")
        assert again == step_by_step(mark_first(), uniqueness=SOLD)
        there = Position(1, "2", "Сыр", "3041094787443", CHEESE.cquant, 1, cis=CIS)
        twice = decided(mark_first(positions=(there,)), uniqueness=None)
        assert (twice.verdict, twice.steps[-1].check) == (Verdict.DENY, "receipt")


def test_what_a_look_brought_is_looked_at_once_whoever_speaks() -> None:
    decided(mark_first(), uniqueness=None)
    facts = Facts(uniqueness=SOLD)
    decide(Case(mark_first(), PROFILE, PROFILE), facts)
    assert facts.looked.count("uniqueness") == 1


def test_a_mark_that_came_back_is_told_with_what_was_seen() -> None:
    decided(mark_first(), uniqueness=None)
    back = decided(mark_first(), uniqueness={**SOLD, "opcode": 58})
    assert back.verdict is Verdict.ALLOW
    assert next(step.fact for step in back.steps if step.check == "uniqueness")["opcode"] == 58


def test_what_was_seen_of_other_goods_is_in_no_trail() -> None:
    profile = Profile(settings(checkLocalUniqueness=True, askForBarcodeFromCatalogs=["7"]))
    asked = mark_first(kind=Kind.RETURN_BY_SALE, sold=sold(cis=CIS))

    def seen(*catalogs: str) -> list[object]:
        steps = decide(Case(asked, profile, profile), Facts(catalogs=catalogs)).steps
        return [step.fact for step in steps if step.check == "match"]

    assert [seen("8"), seen("9"), seen()] == [[{"catalogs": ["8"]}], [{"catalogs": ["9"]}], [{"catalogs": []}]]


def test_each_kind_of_receipt_and_each_order_has_a_trail_of_its_own() -> None:
    for _ in range(2):
        for kind in Kind:
            for asked in (mark_first(kind=kind), request(kind=kind)):
                assert decided(asked, uniqueness=None) == step_by_step(asked, uniqueness=None)


def test_a_trail_is_told_by_the_same_objects_that_nobody_can_write_into() -> None:
    first, second = decided(mark_first(), uniqueness=None), decided(mark_first(), uniqueness=None)
    assert told(first.steps) is told(second.steps)
    assert recorded(first.steps) is recorded(second.steps)
    assert [dict(one) for one in told(first.steps)] == [step.json() for step in first.steps]
    assert [dict(one) for one in recorded(first.steps)] == [{**step.json(), "fact": None} for step in first.steps]


def test_a_receipt_stays_as_it_is_when_a_position_joins() -> None:
    receipt = Receipt("r", Kind.RETURN, cashier="12", sale="7", opened="now", shift=3, extra={"a": 1}, last_n=4)
    position = Position(5, "2", "Сыр", "3041094787443", CHEESE.cquant, 1)
    assert receipt.joined(position) == receipt._replace(positions=(position,), last_n=5)

"""What the CRPT block looks at besides its eight statuses: prices, packs and their units, the texts about a pack."""

import pytest

from ncash.bundled.markedgoods.facts.online import Answer
from ncash.model.decision import Verdict

from .conftest import CHEESE, answer, decided, request, sold, step

ON = {"enableMarkVerifyCrpt": True}
TOBACCO = (3,)
PARENT = "010304109478744321PARENT"


def heard(**fields: object) -> Answer:
    return answer(**fields)


def test_a_price_below_the_one_of_the_answer_refuses() -> None:
    decision = decided(request(), ON, crpt=heard(smp=CHEESE.price + 100, groupIds=TOBACCO))
    assert (decision.verdict, decision.steps[-1].key) == (Verdict.DENY, "CrptPriceBelowSmp")


def test_a_unit_of_a_pack_that_stands_in_the_receipt_refuses() -> None:
    pack = sold(cis=PARENT, extra={"packageType": "GROUP"})
    decision = decided(request(positions=(pack,)), ON, crpt=heard(parent=PARENT))
    assert (decision.verdict, decision.steps[-1].key) == (Verdict.DENY, "CrptAggregate")


@pytest.mark.parametrize(
    ("setting", "verdict"), [("deny", Verdict.DENY), ("ask", Verdict.ASK), ("allow", Verdict.ALLOW)]
)
def test_an_expiry_date_that_cannot_be_read_stands_against_the_mark_as_a_reached_one(
    setting: str, verdict: Verdict
) -> None:
    on = {**ON, "ignoreCrptStatusExpireDate": setting}
    decision = decided(request(), on, crpt=heard(unread={"expireDate": "next week"}))
    assert (decision.verdict, step(decision, "crpt").setting) == (verdict, "ignoreCrptStatusExpireDate")
    assert all("next week" in text.text for text in decision.screen)


NEEDED: list[dict[str, object]] = [
    {"unread": {"smp": "x"}, "groupIds": TOBACCO},
    {"unread": {"packageQuantity": "x"}, "groupIds": TOBACCO, "smp": 1},
    {"unread": {"mrp": "x"}, "groupIds": (16,)},
    {"unread": {"mrp": "x"}, "groupIds": (12,)},
    {"unread": {"mrp": "x", "groupIds": "y"}},
    {"unread": {"groupIds": "y"}, "smp": 1},
]
IDLE: list[dict[str, object]] = [
    {"unread": {"mrp": "x", "smp": "x"}, "groupIds": (8,)},
    {"unread": {"mrp": "x"}, "groupIds": TOBACCO},
    {"unread": {"smp": "x"}},
    {"unread": {"groupIds": "y"}},
]


@pytest.mark.parametrize("fields", NEEDED)
def test_a_limit_of_the_price_that_cannot_be_read_stands_against_goods_it_is_for(fields: dict[str, object]) -> None:
    decision = decided(request(), ON, crpt=heard(**fields))
    assert (decision.verdict, decision.steps[-1].key) == (Verdict.DENY, "CrptPriceUnread")
    assert decided(request(), {**ON, "ignoreCrptPrice": "allow"}, crpt=heard(**fields)).verdict is Verdict.ALLOW


@pytest.mark.parametrize("fields", IDLE)
def test_a_limit_of_the_price_that_no_rule_needs_may_be_written_anyhow(fields: dict[str, object]) -> None:
    assert decided(request(), ON, crpt=heard(**fields)).verdict is Verdict.ALLOW


@pytest.mark.parametrize(("count", "told"), [(19, 0), (20, 1), (21, 1)])
def test_a_pack_of_which_nothing_is_left_is_sold_with_a_warning(count: int, told: int) -> None:
    decision = decided(request(), ON, crpt=heard(soldUnitCount=count, innerUnitCount=20))
    assert (decision.verdict, len(decision.screen)) == (Verdict.ALLOW, told)


def test_a_refused_pack_is_not_warned_about() -> None:
    decision = decided(request(), ON, crpt=heard(found=False, soldUnitCount=20, innerUnitCount=20))
    assert decision.verdict is Verdict.DENY
    assert [text.kind for text in decision.screen] == ["error"]


def test_the_step_tells_what_was_heard_and_when() -> None:
    fact = step(decided(request(), ON), "crpt").fact
    assert (fact["fact"], fact["catalogs"]) == ("answer", [])

"""Every decision can be made again from its line in the journal, and nothing but the line."""

import json
import random
from decimal import Decimal
from typing import Any

import pytest

from ncash.bundled.markedgoods.checks.case import Case
from ncash.bundled.markedgoods.checks.policy import decide
from ncash.bundled.markedgoods.support.recorded import JournalLooks, MissingFact, facts_of, request_again
from ncash.model.decision import Decision
from ncash.model.goods import Cashier
from ncash.model.record import line_of, request_of
from ncash.model.request import AddItem
from ncash.model.veil import veiled
from ncash.store.journal.journal import canonical

from .draws import scene
from .scene import Scene
from .scenes import CODE, SceneLooks, case_of

SCENES = 3_000
RICH: dict[str, Any] = {"enableMarkVerifyCrpt": True, "enableMarkVerify": True, "checkLocalUniqueness": True}


def decided_case(given: Scene) -> tuple[Case, Decision]:
    """The case of a scene and what is decided about it."""
    case = case_of(given)
    return case, decide(case, SceneLooks(given, []))


def written(request: AddItem, decision: Decision) -> dict[str, Any]:
    """The line as it comes out of the file."""
    line: dict[str, Any] = json.loads(canonical(line_of("verdict", request, decision)))
    return line


def again(case: Case, line: dict[str, Any]) -> Decision:
    return decide(Case(request_again(line), case.common, case.profile, case.sold), JournalLooks())


def told(decision: Decision) -> tuple[object, ...]:
    """What a cashier sees and what the position gets, but for codes."""
    effects = decision.effects
    return (
        decision.verdict, [step.json() for step in decision.steps], decision.dialog, decision.asks,
        [text.text.replace(CODE, veiled(CODE)) for text in decision.screen],
        effects.quantity, effects.marked, effects.category, effects.tags, effects.unchecked, effects.unique,
    )  # fmt: skip


def test_a_line_judged_again_gives_the_same_decision() -> None:
    dice = random.Random("lines")
    for _ in range(SCENES):
        case, decision = decided_case(scene(dice))
        line = written(case.request, decision)
        assert told(again(case, line)) == told(decision), line


def test_what_a_line_holds_is_read_back_whole() -> None:
    dice = random.Random("requests")
    for _ in range(SCENES):
        case, decision = decided_case(scene(dice))
        given = case.request._replace(
            cashier=Cashier("7", "", frozenset({"10", "20"})), label_quantity=Decimal("0.353"), replaces=4
        )
        line = written(given, decision)
        found = request_of(line)
        for name in ("order", "goods", "label", "label_quantity", "without_mark", "confirmed", "cashier", "replaces"):
            assert getattr(found, name) == getattr(given, name)
        assert (found.kind, found.channel, found.receipt.id) == (given.kind, given.channel, given.receipt.id)
        assert written(found._replace(facts=facts_of(line)), decision) | SEALED == line | SEALED


SEALED = {"mark": None, "opened": None}
"""A veiled code has another digest than the code."""


def test_a_line_never_holds_a_verification_part() -> None:
    case, decision = decided_case(Scene(common=RICH))
    text = canonical(line_of("verdict", case.request, decision))
    assert CODE[-4:] not in text
    assert '"cis":"0103041094787443215Qbag!"' in text


def test_a_check_that_was_not_made_that_day_is_named() -> None:
    case, decision = decided_case(Scene())
    line = written(case.request, decision)
    stricter = case_of(Scene(common={"enableMarkVerifyLocal": True}))
    with pytest.raises(MissingFact, match="whitelist"):
        again(stricter, line)


def test_another_setting_gives_another_verdict_from_the_same_line() -> None:
    sold = Scene(common={"enableMarkVerifyCrpt": True}, crpt={"sold": True})
    case, decision = decided_case(sold)
    line = written(case.request, decision)
    milder = case_of(Scene(common={"enableMarkVerifyCrpt": True, "ignoreCrptStatusSold": "allow"}))
    assert (decision.verdict.word, again(milder, line).verdict.word) == ("deny", "allow")

"""A trail: steps by name or by position, and what is made of it once, whoever asks for it."""

import copy
import json
import pickle
from typing import Any

import pytest

from ncash.hosting.hooks import fault_in
from ncash.model.decision import Decision, Setting, Step, StepObject, Trail, Verdict, fold, followed, recorded, told
from ncash.store.texts import Texts

RULE = Setting("checkLocalUniqueness", "true", "markedgoods.ini:14")
QUIET = (Step("match"), Step("receipt"), Step("uniqueness", rule=RULE))
SPOKEN = Step("crpt", Verdict.DENY, "CrptSold", rule=RULE, fact={"sold": True})


def test_a_step_by_positions_is_the_step_by_names() -> None:
    assert Step("crpt", Verdict.DENY, "CrptSold", *RULE, None, {"sold": True}) == SPOKEN
    assert Step("crpt", setting="enableMarkVerifyCrpt", value="true").rule == Setting("enableMarkVerifyCrpt", "true")
    assert Step("match", Verdict.ALLOW, None, None, None, None, "no mark") == Step("match", skipped="no mark")
    assert (SPOKEN.setting, SPOKEN.value, SPOKEN.source) == tuple(RULE)
    assert (QUIET[0].rule, QUIET[0].setting, QUIET[0].value, QUIET[0].source) == (None, None, None, None)


def test_the_object_of_the_protocol_has_its_members_in_their_order() -> None:
    assert json.dumps(SPOKEN.json()) == (
        '{"check": "crpt", "verdict": "deny", "key": "CrptSold", "setting": "checkLocalUniqueness", "value": "true", '
        '"source": "markedgoods.ini:14", "skipped": null}'
    )
    assert json.dumps(dict(SPOKEN.recorded))[:-1] == json.dumps(SPOKEN.json())[:-1] + ', "fact": {"sold": true}'
    assert Step("crpt", skipped="return").json()["verdict"] is None


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda step: pickle.loads(pickle.dumps(step))])
def test_a_copy_of_a_step_is_the_step(again: Any) -> None:
    for step in (*QUIET, SPOKEN):
        copied = again(step)
        assert (type(copied), copied) == (Step, step)
    assert SPOKEN._replace(fact=None) == Step("crpt", Verdict.DENY, "CrptSold", *RULE)


def test_a_longer_trail_is_told_by_what_the_shorter_one_is_told_by() -> None:
    trail = Trail(QUIET)
    longer = trail.followed_by((SPOKEN,))
    assert longer == (*QUIET, SPOKEN) == followed(QUIET, SPOKEN) == followed(trail, SPOKEN)
    for made, plain in ((told, [step.told for step in longer]), (recorded, [step.recorded for step in longer])):
        assert list(made(longer)) == plain == list(made(tuple(longer)))
        assert all(one is other for one, other in zip(made(longer), made(trail), strict=False))
        assert made(longer) is made(longer)


def test_one_answer_that_is_heard_keeps_its_trail_in_the_fold() -> None:
    trail = Trail(QUIET)
    silent = Decision(Verdict.ABSTAIN, withdraw=frozenset({"without_mark"}))
    assert fold([silent, Decision(Verdict.ALLOW, trail)]).steps is trail


@pytest.mark.parametrize("wrong", [
    Step("x", rule=("setting", "true", None)),  # type: ignore[arg-type]
    Step("x", rule=Setting(7, "true")),  # type: ignore[arg-type]
    Step("x", key="\ud800"),
    Step("x", "deny"),  # type: ignore[arg-type]
    Step("x", fact=object()),
    tuple(Step("x")),
])  # fmt: skip
def test_junk_is_found_in_a_trail_and_behind_one_that_is_sound(wrong: Any) -> None:
    trail = Trail(QUIET)
    assert fault_in("on_add_item", Decision(Verdict.ALLOW, trail)) == ""
    for steps in (Trail((wrong,)), trail.followed_by((wrong,)), Trail((wrong,)).followed_by(QUIET), (*trail, wrong)):
        assert fault_in("on_add_item", Decision(Verdict.ALLOW, steps)) == "on_add_item: the steps are no Steps"
    many = trail.followed_by((Step("x"),) * 62)
    assert fault_in("on_add_item", Decision(Verdict.ALLOW, many)) == "on_add_item: the steps are no Steps"


def test_what_could_still_change_is_looked_at_again() -> None:
    fact: dict[str, Any] = {"sold": True}
    trail = Trail(QUIET).followed_by((SPOKEN._replace(fact=fact),))
    assert fault_in("on_add_item", Decision(Verdict.ALLOW, trail)) == ""
    fact["sold"] = object()
    assert fault_in("on_add_item", Decision(Verdict.ALLOW, trail)) == "on_add_item: the steps are no Steps"


def test_a_step_is_put_into_words_once_for_each_spelling() -> None:
    given, ordered = Texts(), Texts(ordered=True)
    (one,) = told((QUIET[2],))
    plain: list[Any] = [dict(one)]
    for texts in (given, ordered):
        assert texts.trail((one,)) == texts.trail(plain) == texts.of(plain)
        assert one.texts[texts] is one.texts[texts]
    assert given.trail((one,)) != ordered.trail((one,))
    assert isinstance(one, StepObject)
    assert set(one.texts) == {given, ordered}
    fact = recorded((SPOKEN,))
    assert json.loads(ordered.trail(fact))[0]["fact"] == {"sold": True}
    with pytest.raises(TypeError, match="fixed"):
        one["check"] = "other"

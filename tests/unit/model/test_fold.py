"""Several plugins' answers become one, whatever order the plugins were loaded or answered in."""

import itertools
from collections.abc import Callable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ncash.hosting.loaded import LoadedPlugin
from ncash.hosting.loader import Plugins
from ncash.model.decision import Decision, Dialog, Effects, Step, Text, Verdict, fold
from ncash.model.outbox import Message
from ncash.plugin import Category, Started
from ncash.testing import FrozenClock

WAITING = Dialog("scan_mark", "w", "Отсканируйте", ("cancel", "without_mark"))
EFFECTS = (
    Effects(),
    Effects(quantity=Decimal("0.353"), cis="a", tags={"1262": "030"}, unique=True),
    Effects(quantity=Decimal(1), marked=True, cis="b", tags={"1262": "031", "1265": "x"}, extra={"a": 1}),
    Effects(marked=False, unchecked="crpt: timeout", extra={"a": 2, "b": 3}),
)


def answer(verdict: Verdict, effects: Effects, number: int) -> Decision:
    """An answer that the host accepts, unlike the others."""
    asking = Dialog("ask", f"ask{number}", "Точно?", ("continue", "cancel"))
    return Decision(
        verdict,
        steps=(Step(f"check{number}", verdict),) * (number % 3),
        screen=(Text("error", f"key{number}", "Нет"),) * (number % 2),
        dialog=asking if verdict is Verdict.ASK else WAITING if number % 2 else None,
        effects=effects,
        facts={"fact": number, f"fact{number}": number},
        withdraw=frozenset(("continue", "without_mark")[: number % 3]),
        asks=frozenset({f"check{number}"}),
        messages=(Message(f"id{number}", "http://127.0.0.1/status", "sold", "0104"),) * (number % 2),
    )


PRODUCT = itertools.product(Verdict, EFFECTS, range(4))
ANSWERS = st.sampled_from([answer(verdict, effects, number) for verdict, effects, number in PRODUCT])
SHUFFLED = st.lists(ANSWERS, max_size=5).flatmap(
    lambda answers: st.tuples(st.just(answers), st.permutations(list(enumerate(answers))))
)
Shuffled = tuple[list[Decision], list[tuple[int, Decision]]]


def answering(given: Decision) -> Callable[[object], Decision]:
    """A hook with this answer."""
    return lambda request: given


def asked(answers: list[tuple[int, Decision]]) -> Decision:
    """What the host makes of plugins that were loaded in this order and are named by number."""
    reader = Started(categories=(Category("Milk", None, None),))
    loaded = [
        LoadedPlugin(f"plugin{n}", started=reader, hooks={"on_add_item": answering(given), "on_send": answering(given)})
        for n, given in answers
    ]
    decisions, failed = Plugins(loaded, FrozenClock()).ask("on_add_item", object())
    assert (len(decisions), failed) == (len(answers), ())
    return fold(decisions)


@given(SHUFFLED)
def test_the_order_of_loading_changes_nothing_at_all(shuffled: Shuffled) -> None:
    answers, permuted = shuffled
    assert asked(list(enumerate(answers))) == asked(permuted)


@given(SHUFFLED)
def test_the_order_of_answers_changes_no_verdict(shuffled: Shuffled) -> None:
    answers, permuted = shuffled
    one, other = fold(answers), fold(given for _, given in permuted)
    assert (one.verdict, one.withdraw, sorted(one.steps)) == (other.verdict, other.withdraw, sorted(other.steps))
    assert one.effects.unique == other.effects.unique
    assert sorted(message.id for message in one.messages) == sorted(message.id for message in other.messages)


@given(st.lists(ANSWERS, max_size=5))
def test_the_strongest_answer_holds_and_silence_is_none(answers: list[Decision]) -> None:
    folded = fold(answers)
    heard = [one for one in answers if one.verdict is not Verdict.ABSTAIN]
    assert folded.verdict is max((one.verdict for one in heard), default=Verdict.ABSTAIN)
    if heard:
        assert folded.dialog is None or folded.dialog.key in {a.dialog.key for a in heard if a.dialog}


@given(st.lists(ANSWERS, min_size=1, max_size=5))
def test_a_withdrawn_button_is_on_no_dialog(answers: list[Decision]) -> None:
    folded = fold(answers)
    withdrawn = frozenset().union(*(one.withdraw for one in answers))
    assert folded.dialog is None or not withdrawn & set(folded.dialog.buttons)


@given(st.lists(ANSWERS, max_size=4), ANSWERS)
def test_one_more_answer_never_weakens_the_verdict(answers: list[Decision], more: Decision) -> None:
    assert fold([*answers, more]).verdict >= fold(answers).verdict

"""The rows of the hooks: each specification has one, and a hook that is only a specification and a row works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ncash.errors import UserError
from ncash.hookspecs import PROJECT, Hooks, hooks_of, hookspec
from ncash.hosting.hooks import HOOKS, Hook, Silence, fault_in
from ncash.hosting.loaded import BROKEN, FAILING, READY, LoadedPlugin
from ncash.hosting.loader import Plugins
from ncash.plugin import Advice, Candidate, Reading, hookimpl
from ncash.testing import FrozenClock


class WithScales(Hooks):
    @hookspec
    def on_weight(self, shelf: str, grams: int) -> int | None:
        """A hook that is nowhere else in the house."""


def judged(answer: Any) -> str:
    return "" if type(answer) is int else f"answered {type(answer).__name__}, not int"


def rows(silence: Silence = Silence.NOTHING) -> Mapping[str, Hook]:
    new = Hook(WithScales.on_weight, judged, silence)
    return {**HOOKS, new.name: new}


@dataclass
class Scales:
    answer: Any
    seen: list[object]

    @hookimpl
    def on_weight(self, shelf: str, grams: int) -> Any:
        self.seen.append((shelf, grams))
        return self.answer


class TurnedRound(Scales):
    @hookimpl
    def on_weight(self, grams: int, shelf: str) -> Any:  # type: ignore[override]
        return super().on_weight(shelf, grams)


class Partly(Scales):
    @hookimpl
    def on_weight(self, grams: int) -> Any:  # type: ignore[override]
        return super().on_weight("", grams)


class Without(Scales):
    @hookimpl
    def on_weight(self) -> Any:  # type: ignore[override]
        return super().on_weight("", 0)


def plugins(instance: object, silence: Silence = Silence.NOTHING, **how: Any) -> Plugins:
    one = LoadedPlugin("scales", instance, hooks=hooks_of(instance, "scales", WithScales), **how)
    return Plugins([one], FrozenClock(), rows(silence))


def test_every_specification_has_a_row_and_every_row_a_specification() -> None:
    specs = [name for name, one in vars(Hooks).items() if hasattr(one, f"{PROJECT}_spec")]
    assert list(HOOKS) == specs
    assert all(row.spec is vars(Hooks)[name] for name, row in HOOKS.items())


@pytest.mark.parametrize(
    ("made", "seen"),
    [(Scales, ("A", 5)), (TurnedRound, ("A", 5)), (Partly, ("", 5)), (Without, ("", 0))],
)
def test_a_new_hook_is_called_with_the_arguments_of_its_specification(
    made: Callable[..., Scales], seen: tuple[str, int]
) -> None:
    scales = made(7, [])
    assert plugins(scales).answers("on_weight", "A", 5) == [7]
    assert scales.seen == [seen]


def test_a_new_hook_is_judged_and_the_plugin_is_trusted_again_after_an_answer() -> None:
    scales = Scales("heavy", [])
    having = plugins(scales)
    assert having.answers("on_weight", "A", 5) == []
    (one,) = having.loaded
    assert (one.state, one.error) == (FAILING, "on_weight: answered str, not int")
    scales.answer = 7
    assert (having.answers("on_weight", "A", 5), one.state) == ([7], READY)


@pytest.mark.parametrize("silence", Silence)
def test_a_row_says_what_silence_means(silence: Silence) -> None:
    class Asked(Hooks):
        @hookspec
        def on_weight(self, grams: int) -> int | None:
            """A hook of one argument, as decisions have."""

    table = {**HOOKS, "on_weight": Hook(Asked.on_weight, judged, silence)}

    def owing(*loaded: LoadedPlugin) -> tuple[str, ...]:
        return Plugins(loaded, FrozenClock(), table).ask("on_weight", 5)[1]

    having, other = {"on_weight": lambda grams: None}, {"on_scan": lambda scan: None}
    owed, by_all = silence is not Silence.NOTHING, silence is Silence.OWED_BY_ALL
    assert owing(LoadedPlugin("here", hooks=having)) == ()
    assert owing(LoadedPlugin("having", state=BROKEN, hooks=having)) == (("having",) if owed else ())
    assert owing(LoadedPlugin("unknown", state=BROKEN)) == (("unknown",) if owed else ())
    assert owing(LoadedPlugin("other", state=BROKEN, hooks=other)) == (("other",) if by_all else ())
    assert owing(LoadedPlugin("failing", hooks={"on_weight": lambda grams: "?"})) == (("failing",) if owed else ())


def test_a_hook_that_is_no_specification_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="on_weight"):
        hooks_of(Scales(7, []), "scales")


CANDIDATE = Candidate("Milk", None, True, False, "the mask fits")


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("on_explain", Reading(("repaired",), (CANDIDATE,))),
        ("on_explain", None),
        ("on_recall", {"crpt": {"found": True}, "local": None}),
        ("on_recall", {}),
        ("on_advice", Advice("Look at the cable.", "Проверьте кабель.")),
    ],
)
def test_an_answer_for_those_who_look_is_one(hook: str, answer: object) -> None:
    assert fault_in(hook, answer) == ""


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        ("on_explain", "read"),
        ("on_explain", Reading(["repaired"], ())),  # type: ignore[arg-type]
        ("on_explain", Reading((5,), ())),  # type: ignore[arg-type]
        ("on_explain", Reading((), (CANDIDATE, "Milk"))),  # type: ignore[arg-type]
        ("on_explain", Reading((), (CANDIDATE._replace(name=None),))),  # type: ignore[arg-type]
        ("on_explain", Reading((), (CANDIDATE._replace(fits="yes"),))),  # type: ignore[arg-type]
        ("on_recall", ["crpt"]),
        ("on_recall", {"crpt": object()}),
        ("on_recall", {5: "crpt"}),
        ("on_advice", ("a", "b")),
        ("on_advice", Advice("a", 5)),  # type: ignore[arg-type]
    ],
)
def test_nonsense_for_those_who_look_is_named(hook: str, answer: object) -> None:
    assert fault_in(hook, answer).startswith(f"{hook}: ")

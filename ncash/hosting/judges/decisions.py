"""The judges of decisions: what every decision has to be, and what the hook that answers with it can carry out."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from ncash.hosting.judges.shapes import (
    LONGEST,
    MOST,
    VALUES,
    is_json_object,
    is_optional_text,
    is_shown,
    is_text,
    is_texts,
    is_tuple_of,
    json_values,
)
from ncash.language import recorded
from ncash.model import money
from ncash.model.decision import (
    NO_EFFECTS,
    NOTHING,
    Choice,
    Decision,
    Dialog,
    Effects,
    InputField,
    Setting,
    Step,
    Trail,
    Verdict,
)
from ncash.model.keg import KEG, MOST_CONTENT, RANKS, Keg
from ncash.model.outbox import Message

_TEXTS: Final = ("category", "excisemark", "additionalbarcode", "cis", "markingcode", "unchecked")
_TEXTS_OF: Final = attrgetter(*_TEXTS)
MOST_CHOICES: Final = 8
"""Buttons of its own that one question of a plugin has."""
MOST_MESSAGES: Final = 10_000
"""Messages of one decision: a receipt owes one for each of its marks."""
_ASK: Final = Verdict.ASK
_WAITING: Final = frozenset({"scan_mark", "scan_barcode", "error"})
_BUTTONS: Final = frozenset({"ok", "continue", "cancel", "without_mark"})
_FREE: Final = frozenset({"continue", "without_mark"})
"""Buttons that may be withdrawn: the way out stays."""


def _quantity(value: Any) -> bool:
    try:
        return type(value) is Decimal and money.quantity(value) == value
    except ValueError:
        return False


def _keg(keg: Any) -> bool:
    if type(keg) is not Keg or type(keg.source) is not str or keg.source not in RANKS:
        return False
    if type(keg.content) is not int or not 0 < keg.content <= MOST_CONTENT:
        return False
    return keg.sold is None or (type(keg.sold) is int and 0 <= keg.sold <= MOST_CONTENT)


def _effects(effects: Any) -> str:
    if effects is NO_EFFECTS:
        return ""
    if type(effects) is not Effects:
        return recorded("effects are {kind}, not Effects", kind=type(effects).__name__)
    if effects.quantity is not None and not _quantity(effects.quantity):
        return "the quantity in the effects is not a positive Decimal with at most three digits after the point"
    for value in _TEXTS_OF(effects):
        if value is None or (type(value) is str and value.isascii() and len(value) <= LONGEST):
            continue
        if not is_text(value):
            return recorded("{field} in the effects is not text", field=_TEXTS[_TEXTS_OF(effects).index(value)])
    if type(effects.unique) is not bool or (effects.marked is not None and type(effects.marked) is not bool):
        return "marked or unique in the effects is not true or false"
    if effects.keg is not None and not _keg(effects.keg):
        return "the keg in the effects is not a Keg with its content"
    tags = effects.tags
    if tags is not NOTHING and not (is_json_object(tags) and all(type(value) is str for value in tags.values())):
        return "tags in the effects are not texts by tag"
    if not (
        is_json_object(effects.extra) and is_json_object(effects.published) and is_json_object(effects.receipt_extra)
    ):
        return "extra in the effects is no mapping of JSON values"
    return "a keg stands in extra, and not in keg" if KEG in effects.extra else ""


def _step(step: Any) -> bool:
    if type(step) is not Step or type(step.verdict) is not Verdict or not is_text(step.check):
        return False
    rule = step.rule
    if rule is not None and not (type(rule) is Setting and all(map(is_optional_text, rule))):
        return False
    return (
        is_optional_text(step.key)
        and is_optional_text(step.skipped)
        and (step.fact is None or json_values(step.fact) <= VALUES)
    )


def _trail(steps: Any) -> bool:
    if type(steps) is not Trail:
        return type(steps) is tuple and len(steps) <= MOST and all(map(_step, steps))
    if steps.sound:
        return True
    known = steps.begun is not None and steps.begun.sound
    if len(steps) > MOST or not all(map(_step, steps.rest if known else steps)):
        return False
    steps.sound = all(step.fact is None for step in steps)
    return True


def _choice(one: Choice) -> bool:
    return is_text(one.name) and is_text(one.text) and bool(one.name) and one.name not in _BUTTONS


def _field(field: Any) -> bool:
    fine = type(field) is InputField and is_text(field.text) and field.kind in ("text", "digits")
    return fine and type(field.most) is int and 0 < field.most <= LONGEST


def _dialog(dialog: Any, verdict: Verdict) -> str:
    if type(dialog) is not Dialog or not (
        is_text(dialog.key) and is_text(dialog.text) and is_optional_text(dialog.image)
    ):
        return "the dialog is not a Dialog"
    if not (is_tuple_of(dialog.choices, Choice, MOST_CHOICES) and all(map(_choice, dialog.choices))):
        return "the choices are no tuple of Choice with names of their own"
    if dialog.field is not None and not _field(dialog.field):
        return "the field is no InputField"
    if (dialog.choices or dialog.field is not None) and verdict is not Verdict.ASK:
        return "only a question has choices or a field"
    buttons = dialog.buttons
    if not is_tuple_of(buttons, str) or not _BUTTONS.issuperset(buttons):
        return recorded("the dialog's buttons are not of {buttons}", buttons=", ".join(sorted(_BUTTONS)))
    if verdict is Verdict.ASK:
        on = "continue" in buttons or bool(dialog.choices)
        whole = dialog.kind == "ask" and on and "cancel" in buttons
        return "" if whole else "asks without a dialog that can be continued and cancelled"
    way_out = "ok" if dialog.kind == "error" else "cancel"
    return "" if dialog.kind in _WAITING and way_out in buttons else "the dialog waits for nothing the till knows"


def _owed(messages: Any) -> str:
    if type(messages) is not tuple or len(messages) > MOST_MESSAGES:
        return "messages are no tuple, or too many"
    for one in messages:
        if (
            type(one) is not Message
            or not all(is_text(text) and text for text in one[:4])
            or not is_json_object(one.body)
        ):
            return "messages hold something that is no Message"
    return ""


def _effects_there(answer: Decision) -> bool:
    effects = answer.effects
    return effects is not NO_EFFECTS and effects._replace(receipt_extra=NOTHING) != NO_EFFECTS


MEMBERS: Final[Mapping[str, tuple[Callable[[Decision], object], str]]] = {
    "effects": (_effects_there, "this hook carries no effects"),
    "receipt_extra": (lambda answer: answer.effects.receipt_extra, "this hook carries no receipt_extra"),
    "position": (lambda answer: answer.position is not None, "this hook carries no position"),
    "messages": (lambda answer: answer.messages, "this hook carries no messages"),
    "slip": (lambda answer: answer.slip, "this hook carries no slip"),
    "scan": (lambda answer: answer.verdict is Verdict.NEED_SCAN, "this hook cannot wait for a scan"),
    "dialog": (lambda answer: answer.dialog is not None, "this hook shows no dialog"),
}
"""What a decision may hold beside verdict, steps, texts and facts: whether it is there, and what is said of it where
the hook cannot carry it out. It is refused then, since nobody would see it dropped."""


def carrying(*members: str) -> Callable[[Any], str]:
    """The judge of a hook whose decisions hold these members and no others."""
    others = tuple([MEMBERS[name] for name in MEMBERS.keys() - set(members)])

    def judge(answer: Any) -> str:
        wrong = decision(answer)
        if wrong:
            return wrong
        for there, told in others:
            if there(answer):
                return told
        return ""

    return judge


def of_goods(answer: Any) -> str:
    """The judge of decisions about goods, which hold everything but a position and lines of a slip."""
    wrong = decision(answer)
    if wrong or (answer.position is None and answer.slip == ()):
        return wrong
    return MEMBERS["slip"][1] if answer.slip else MEMBERS["position"][1]


def decision(answer: Any) -> str:
    """What is wrong with a Decision."""
    if type(answer) is not Decision:
        return recorded("answered {kind}, not Decision", kind=type(answer).__name__)
    verdict, steps, screen, dialog, effects, facts, withdraw, position, asks, messages, slip = answer
    if type(verdict) is not Verdict:
        return "the verdict is not a Verdict"
    if not _trail(steps):
        return "the steps are no Steps"
    if type(screen) is not tuple or len(screen) > MOST or (screen and not all(map(is_shown, screen))):
        return "the screen holds something that is no Text"
    if (dialog is not None or verdict is _ASK) and (wrong := _dialog(dialog, verdict)):
        return wrong
    if type(asks) is not frozenset or type(withdraw) is not frozenset or not withdraw <= _FREE:
        return "asks or withdraw is not a set of names"
    if (position is not None and type(position) is not int) or not (type(facts) is dict or isinstance(facts, Mapping)):
        return "position is no number, or facts are no mapping"
    if slip != () and not is_texts(slip):
        return "the lines of the slip are no texts"
    return (_owed(messages) if messages != () else "") or _effects(effects)

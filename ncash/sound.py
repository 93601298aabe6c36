"""Whether a plugin's answer is one: shapes and types, so that junk is named instead of believed."""

from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from ncash.model.decision import Decision, Dialog, Effects, Step, Text, Verdict
from ncash.model.mark import Mark
from ncash.plugin import PriceOffer

_DECIDING: Final = frozenset({"on_add_item", "on_return", "on_quantity", "on_storno", "on_close"})
_TEXTS: Final = ("category", "excisemark", "additionalbarcode", "cis", "markingcode", "unchecked")
_TEXTS_OF: Final = attrgetter(*_TEXTS)


def _mark(answer: Any) -> str:
    if not isinstance(answer, Mark):
        return f"answered {type(answer).__name__}, not Mark"
    for text in (answer.raw, answer.text, answer.cis):
        if not text or type(text) is not str:
            return "answered a Mark without its texts"
    return ""


def _effects(effects: Any) -> str:
    if type(effects) is not Effects:
        return f"effects are {type(effects).__name__}, not Effects"
    if effects.quantity is not None and not (isinstance(effects.quantity, Decimal) and effects.quantity > 0):
        return "the quantity in the effects is not a positive Decimal"
    for name, value in zip(_TEXTS, _TEXTS_OF(effects), strict=True):
        if value is not None and not isinstance(value, str):
            return f"{name} in the effects is not text"
    if not isinstance(effects.tags, Mapping) or not isinstance(effects.extra, Mapping):
        return "tags or extra in the effects are no mapping"
    return ""


def _decision(answer: Any) -> str:
    if type(answer) is not Decision:
        return f"answered {type(answer).__name__}, not Decision"
    if type(answer.verdict) is not Verdict:
        return "the verdict is not a Verdict"
    for step in answer.steps:
        if type(step) is not Step or type(step.verdict) is not Verdict:
            return "the steps are no Steps"
    for text in answer.screen:
        if type(text) is not Text:
            return "the screen holds something that is no Text"
    if answer.dialog is not None and type(answer.dialog) is not Dialog:
        return "the dialog is not a Dialog"
    if answer.verdict is Verdict.ASK and not (answer.dialog and "continue" in answer.dialog.buttons):
        return "asks without a dialog that can be continued"
    return _effects(answer.effects)


def sound(hook: str, answer: Any) -> str:
    """Why this is no answer to that hook, or an empty text. None is always an answer."""
    if answer is None:
        return ""
    if hook in _DECIDING:
        wrong = _decision(answer)
    elif hook == "on_scan":
        wrong = _mark(answer)
    elif hook == "on_price":
        wrong = "" if isinstance(answer, PriceOffer) and type(answer.price) is int else "is not a PriceOffer"
    elif hook == "on_notices":
        wrong = "" if isinstance(answer, tuple) and all(type(t) is Text for t in answer) else "is not a tuple of Text"
    else:
        wrong = ""
    return f"{hook}: {wrong}" if wrong else ""

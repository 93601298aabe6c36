"""The judges of plugins' answers: shapes, types and sizes, so that junk is named instead of believed.

What passes here can be shown, journaled and written: texts that UTF-8 can carry, JSON values, quantities of a receipt.
"""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from ncash.language import Phrase, recorded
from ncash.model import money
from ncash.model.decision import (
    NO_EFFECTS,
    NOTHING,
    Choice,
    Decision,
    Dialog,
    Effects,
    Field,
    Setting,
    Step,
    Text,
    Trail,
    Verdict,
)
from ncash.model.finding import LEVELS, Finding
from ncash.model.keg import KEG, MOST_CONTENT, RANKS, Keg
from ncash.model.mark import Mark
from ncash.model.outbox import Message
from ncash.plugin import (
    LONGEST_BUDGET,
    MOST_CATEGORIES,
    Account,
    Advice,
    Candidate,
    Category,
    PriceOffer,
    Reading,
    Started,
)
from ncash.settings.ini import MAX_LINE

_TEXTS: Final = ("category", "excisemark", "additionalbarcode", "cis", "markingcode", "unchecked")
_TEXTS_OF: Final = attrgetter(*_TEXTS)
LONGEST: Final = 4 * MAX_LINE
"""Characters of one text: one that quotes the longest settings is none too long."""
LONGEST_FINDING: Final = 4_000
"""Characters of one text of a finding."""
MOST: Final = 64
"""Texts, steps or buttons in one answer."""
MOST_CHOICES: Final = 8
"""Buttons of its own that one question of a plugin has."""
MOST_MESSAGES: Final = 10_000
"""Messages of one decision: a receipt owes one for each of its marks."""
VALUES: Final = 4_000
"""JSON values in one fact."""
DEPTH: Final = 16
_ASK: Final = Verdict.ASK
_WAITING: Final = frozenset({"scan_mark", "scan_barcode", "error"})
_KINDS: Final = frozenset({"error", "warning", "info", "notice"})
_BUTTONS: Final = frozenset({"ok", "continue", "cancel", "without_mark"})
_FREE: Final = frozenset({"continue", "without_mark"})
"""Buttons that may be withdrawn: the way out stays."""


def _text(value: Any) -> bool:
    if (type(value) is not str and type(value) is not Phrase) or len(value) > LONGEST:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _words(value: Any) -> bool:
    return value is None or _text(value)


def _json(value: Any, depth: int = 0) -> int:
    """How many JSON values these are; more than VALUES for what JSON cannot say."""
    if value is None or type(value) in (bool, int) or _text(value):
        return 1
    if type(value) is float:
        return 1 if math.isfinite(value) else VALUES + 1
    if depth > DEPTH or not isinstance(value, list | tuple | Mapping) or len(value) > VALUES:
        return VALUES + 1
    if isinstance(value, Mapping):
        if not all(_text(name) for name in value):
            return VALUES + 1
        value = value.values()
    return 1 + sum(_json(one, depth + 1) for one in value)


def _sayable(value: Any) -> bool:
    return value is NOTHING or (isinstance(value, Mapping) and _json(value) <= VALUES)


def _many(value: Any, kind: type, most: int = MOST) -> bool:
    return type(value) is tuple and len(value) <= most and all(type(one) is kind for one in value)


def _texts(value: Any) -> bool:
    return type(value) is tuple and len(value) <= MOST and all(map(_text, value))


def mark(answer: Any) -> str:
    """What is wrong with the answer to a scan: a Mark."""
    if type(answer) is not Mark:
        return recorded("answered {kind}, not Mark", kind=type(answer).__name__)
    raw, text, cis, category, gtin, weight, kind = answer[:7]
    for one in (raw, text, cis):
        if not (one and type(one) is str and one.isascii() and len(one) <= LONGEST) and not (one and _text(one)):
            return "answered a Mark without its texts"
    if gtin is not None and not (type(gtin) is str and gtin.isascii() and gtin.isdigit() and len(gtin) <= LONGEST):
        return "the Mark's gtin is not digits"
    if weight is not None and not (type(weight) is Decimal and weight.is_finite() and weight > 0):
        return "the Mark's weight is not a positive Decimal"
    return "" if _words(category) and _text(kind) else "the Mark's category or input is not text"


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
        if not _text(value):
            return recorded("{field} in the effects is not text", field=_TEXTS[_TEXTS_OF(effects).index(value)])
    if type(effects.unique) is not bool or (effects.marked is not None and type(effects.marked) is not bool):
        return "marked or unique in the effects is not true or false"
    if effects.keg is not None and not _keg(effects.keg):
        return "the keg in the effects is not a Keg with its content"
    tags = effects.tags
    if tags is not NOTHING and not (_sayable(tags) and all(type(value) is str for value in tags.values())):
        return "tags in the effects are not texts by tag"
    if not (_sayable(effects.extra) and _sayable(effects.published) and _sayable(effects.receipt_extra)):
        return "extra, published or receipt_extra in the effects is no mapping of JSON values"
    return "a keg stands in extra, and not in keg" if KEG in effects.extra else ""


def _step(step: Any) -> bool:
    if type(step) is not Step or type(step.verdict) is not Verdict or not _text(step.check):
        return False
    rule = step.rule
    if rule is not None and not (type(rule) is Setting and all(map(_words, rule))):
        return False
    return _words(step.key) and _words(step.skipped) and (step.fact is None or _json(step.fact) <= VALUES)


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


def _shown(text: Any) -> bool:
    return type(text) is Text and text.kind in _KINDS and _text(text.key) and _text(text.text)


def _choice(one: Choice) -> bool:
    return _text(one.name) and _text(one.text) and bool(one.name) and one.name not in _BUTTONS


def _field(field: Any) -> bool:
    fine = type(field) is Field and _text(field.text) and field.kind in ("text", "digits")
    return fine and type(field.most) is int and 0 < field.most <= LONGEST


def _dialog(dialog: Any, verdict: Verdict) -> str:
    if type(dialog) is not Dialog or not (_text(dialog.key) and _text(dialog.text) and _words(dialog.image)):
        return "the dialog is not a Dialog"
    if not (_many(dialog.choices, Choice, MOST_CHOICES) and all(map(_choice, dialog.choices))):
        return "the choices are no tuple of Choice with names of their own"
    if dialog.field is not None and not _field(dialog.field):
        return "the field is no Field"
    if (dialog.choices or dialog.field is not None) and verdict is not Verdict.ASK:
        return "only a question has choices or a field"
    buttons = dialog.buttons
    if not _many(buttons, str) or not _BUTTONS.issuperset(buttons):
        return recorded("the dialog's buttons are not of {buttons}", buttons=", ".join(sorted(_BUTTONS)))
    if verdict is Verdict.ASK:
        whole = dialog.kind == "ask" and {"continue", "cancel"} <= set(buttons)
        return "" if whole else "asks without a dialog that can be continued and cancelled"
    way_out = "ok" if dialog.kind == "error" else "cancel"
    return "" if dialog.kind in _WAITING and way_out in buttons else "the dialog waits for nothing the till knows"


def _owed(messages: Any) -> str:
    if type(messages) is not tuple or len(messages) > MOST_MESSAGES:
        return "messages are no tuple, or too many"
    for one in messages:
        if type(one) is not Message or not all(_text(text) and text for text in one[:4]) or not _sayable(one.body):
            return "messages hold something that is no Message"
    return ""


EVERYTHING: Final = frozenset({"effects", "receipt_extra", "position", "messages", "slip", "scan", "dialog"})
"""What a decision may hold beside verdict, steps, texts and facts; `scan` is the verdict NEED_SCAN, `dialog` any."""


def _uncarried(answer: Decision, carries: frozenset[str]) -> str:
    """What the answer holds that its hook cannot carry out: it is refused, since nobody would see it dropped."""
    effects = answer.effects
    if effects is not NO_EFFECTS:
        if "effects" not in carries and effects._replace(receipt_extra=NOTHING) != NO_EFFECTS:
            return "this hook carries no effects"
        if "receipt_extra" not in carries and effects.receipt_extra:
            return "this hook carries no receipt_extra"
    if answer.position is not None and "position" not in carries:
        return "this hook carries no position"
    if answer.messages and "messages" not in carries:
        return "this hook carries no messages"
    if answer.slip and "slip" not in carries:
        return "this hook carries no slip"
    if answer.verdict is Verdict.NEED_SCAN and "scan" not in carries:
        return "this hook cannot wait for a scan"
    return "this hook shows no dialog" if answer.dialog is not None and "dialog" not in carries else ""


def carrying(*members: str) -> Callable[[Any], str]:
    """The judge of a hook whose decisions hold these members and no others."""
    carries = frozenset(members)
    assert carries <= EVERYTHING

    def judge(answer: Any) -> str:
        return decision(answer) or _uncarried(answer, carries)

    return judge


def decision(answer: Any) -> str:
    """What is wrong with a Decision."""
    if type(answer) is not Decision:
        return recorded("answered {kind}, not Decision", kind=type(answer).__name__)
    verdict, steps, screen, dialog, effects, facts, withdraw, position, asks, messages, slip = answer
    if type(verdict) is not Verdict:
        return "the verdict is not a Verdict"
    if not _trail(steps):
        return "the steps are no Steps"
    if type(screen) is not tuple or len(screen) > MOST or (screen and not all(map(_shown, screen))):
        return "the screen holds something that is no Text"
    if (dialog is not None or verdict is _ASK) and (wrong := _dialog(dialog, verdict)):
        return wrong
    if type(asks) is not frozenset or type(withdraw) is not frozenset or not withdraw <= _FREE:
        return "asks or withdraw is not a set of names"
    if (position is not None and type(position) is not int) or not (type(facts) is dict or isinstance(facts, Mapping)):
        return "position is no number, or facts are no mapping"
    if slip != () and not _texts(slip):
        return "the lines of the slip are no texts"
    return (_owed(messages) if messages != () else "") or _effects(effects)


def offer(answer: Any) -> str:
    """What is wrong with a PriceOffer."""
    fine = type(answer) is PriceOffer and type(answer.price) is int and answer.price > 0 and _text(answer.reason)
    return "" if fine else "is not a PriceOffer"


def notices(answer: Any) -> str:
    """What is wrong with texts that stay on the screen."""
    return "" if _many(answer, Text) and all(map(_shown, answer)) else "is not a tuple of Text"


def _category(one: Category) -> bool:
    return _text(one.name) and _words(one.file) and type(one.line) in (int, type(None))


def started(answer: Any) -> str:
    """What is wrong with a Started."""
    if type(answer) is not Started:
        return recorded("answered {kind}, not Started", kind=type(answer).__name__)
    budget = answer.budget
    if type(budget) not in (int, float) or not 0 < budget <= LONGEST_BUDGET:
        return recorded("the budget is not a number of seconds up to {longest_budget:g}", longest_budget=LONGEST_BUDGET)
    if not _many(answer.categories, Category, MOST_CATEGORIES) or not all(map(_category, answer.categories)):
        return "the categories are not a tuple of Category"
    if type(answer.kinds) is not frozenset or not all(type(kind) is int and kind > 0 for kind in answer.kinds):
        return "the kinds are not a frozenset of numbers from 1"
    return notices(answer.notices) if _text(answer.version) else "the version is not text"


def sections(answer: Any) -> str:
    """What is wrong with a report in named sections."""
    fine = isinstance(answer, Mapping) and all(isinstance(one, Mapping) for one in answer.values())
    return "" if fine and _sayable(answer) else "is not a mapping of sections of JSON values"


def _finding(one: Finding) -> bool:
    texts = all(_text(text) and len(text) <= LONGEST_FINDING for text in one)
    return texts and one.level in LEVELS and bool(one.name)


def findings(answer: Any) -> str:
    """What is wrong with findings of a doctor."""
    return "" if _many(answer, Finding) and all(map(_finding, answer)) else "is not a tuple of Finding"


def account(answer: Any) -> str:
    """What is wrong with an Account."""
    if type(answer) is not Account or type(answer.budget) is not float or not 0 < answer.budget <= LONGEST_BUDGET:
        return recorded(
            "answered {kind}, not Account, or its budget is not up to {longest_budget:g} s",
            kind=type(answer).__name__,
            longest_budget=LONGEST_BUDGET,
        )
    if not isinstance(answer.headers, Mapping) or not all(map(_text, (*answer.headers, *answer.headers.values()))):
        return "the headers are not texts by name"
    return "" if type(answer.secrets) is tuple and all(map(_text, answer.secrets)) else "the secrets are no texts"


def addresses(answer: Any) -> str:
    """What is wrong with addresses of receivers."""
    return "" if _texts(answer) else "these are no addresses"


def _candidate(one: Candidate) -> bool:
    texts = _text(one.name) and _words(one.place) and _text(one.why)
    return texts and type(one.fits) is bool and type(one.chosen) is bool


def reading(answer: Any) -> str:
    """What is wrong with a Reading."""
    if type(answer) is not Reading or not _texts(answer.notes):
        given = type(answer).__name__
        return recorded("answered {given}, not Reading, or its notes are no texts", given=given)
    whole = _many(answer.candidates, Candidate, MOST_CATEGORIES) and all(map(_candidate, answer.candidates))
    return "" if whole else "the candidates are not a tuple of Candidate"


def facts(answer: Any) -> str:
    """What is wrong with the facts of checks, by check."""
    whole = isinstance(answer, Mapping) and all(_text(check) and _sayable({check: answer[check]}) for check in answer)
    return "" if whole else "is not a mapping of JSON values by check"


def advice(answer: Any) -> str:
    """What is wrong with an Advice."""
    return "" if type(answer) is Advice and all(map(_text, answer)) else "is not an Advice of two texts"


def anything(answer: Any) -> str:
    """Nothing is wrong with an answer that nobody looks at."""
    return ""

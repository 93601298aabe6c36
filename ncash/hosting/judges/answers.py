"""The judges of plugins' answers but for decisions: shapes, types and sizes, so that junk is named instead of believed.

What passes here can be shown, journaled and written: texts that UTF-8 can carry, JSON values, quantities of a receipt.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ncash.hosting.judges.shapes import (
    LONGEST,
    is_json_object,
    is_optional_text,
    is_shown,
    is_text,
    is_texts,
    is_tuple_of,
)
from ncash.language import recorded
from ncash.model.decision import Text
from ncash.model.finding import LEVELS, Finding
from ncash.model.mark import Mark
from ncash.plugin import (
    LONGEST_BUDGET,
    MOST_CATEGORIES,
    Account,
    Advice,
    Candidate,
    Category,
    DeliveryResult,
    Guards,
    PriceOffer,
    Reading,
    Started,
)

DELIVERIES: Final = ("delivered", "retry", "refused")
LONGEST_FINDING: Final = 4_000
"""Characters of one text of a finding."""


def is_ascii(value: Any) -> bool:
    """Whether this is a short text of ASCII, and not empty: nearly every text of a mark."""
    return type(value) is str and value.isascii() and 0 < len(value) <= LONGEST


def mark(answer: Any) -> str:
    """What is wrong with the answer to a scan: a Mark."""
    if type(answer) is not Mark:
        return recorded("answered {kind}, not Mark", kind=type(answer).__name__)
    raw, text, cis, category, gtin, weight, kind = answer[:7]
    usual = is_ascii(raw) and (text is raw or is_ascii(text)) and is_ascii(cis)
    if not (usual or all(one and is_text(one) for one in (raw, text, cis))):
        return "answered a Mark without its texts"
    if gtin is not None and not (type(gtin) is str and gtin.isascii() and gtin.isdigit() and len(gtin) <= LONGEST):
        return "the Mark's gtin is not digits"
    if weight is not None and not (type(weight) is Decimal and weight.is_finite() and weight > 0):
        return "the Mark's weight is not a positive Decimal"
    return "" if is_optional_text(category) and is_text(kind) else "the Mark's category or input is not text"


def offer(answer: Any) -> str:
    """What is wrong with a PriceOffer."""
    fine = type(answer) is PriceOffer and type(answer.price) is int and answer.price > 0 and is_text(answer.reason)
    return "" if fine else "is not a PriceOffer"


def notices(answer: Any) -> str:
    """What is wrong with texts that stay on the screen."""
    return "" if is_tuple_of(answer, Text) and all(map(is_shown, answer)) else "is not a tuple of Text"


def _category(one: Category) -> bool:
    return is_text(one.name) and is_optional_text(one.file) and type(one.line) in (int, type(None))


def _guards(guards: Any) -> bool:
    if type(guards) is not Guards or not all(type(one) is frozenset for one in guards):
        return False
    texts = all(map(is_text, (*guards.catalogs, *guards.departments)))
    return texts and all(type(kind) is int for kind in guards.kinds)


def started(answer: Any) -> str:
    """What is wrong with a Started."""
    if type(answer) is not Started:
        return recorded("answered {kind}, not Started", kind=type(answer).__name__)
    budget = answer.budget
    if type(budget) not in (int, float) or not 0 < budget <= LONGEST_BUDGET:
        return recorded("the budget is not a number of seconds up to {longest_budget:g}", longest_budget=LONGEST_BUDGET)
    if not is_tuple_of(answer.categories, Category, MOST_CATEGORIES) or not all(map(_category, answer.categories)):
        return "the categories are not a tuple of Category"
    if type(answer.kinds) is not frozenset or not all(type(kind) is int and kind > 0 for kind in answer.kinds):
        return "the kinds are not a frozenset of numbers from 1"
    published = answer.publishes
    if not (isinstance(published, Mapping) and all(map(is_text, (*published, *published.values())))):
        return "publishes is no mapping of texts by name"
    if answer.guards is not None and not _guards(answer.guards):
        return "the guards are no Guards with their frozensets"
    if type(answer.reprices) is not bool:
        return "reprices is not true or false"
    return notices(answer.notices) if is_text(answer.version) else "the version is not text"


def sections(answer: Any) -> str:
    """What is wrong with a report in named sections."""
    fine = isinstance(answer, Mapping) and all(isinstance(one, Mapping) for one in answer.values())
    return "" if fine and is_json_object(answer) else "is not a mapping of sections of JSON values"


def _finding(one: Finding) -> bool:
    texts = all(is_text(text) and len(text) <= LONGEST_FINDING for text in one)
    return texts and one.level in LEVELS and bool(one.name)


def findings(answer: Any) -> str:
    """What is wrong with findings of a doctor."""
    return "" if is_tuple_of(answer, Finding) and all(map(_finding, answer)) else "is not a tuple of Finding"


def account(answer: Any) -> str:
    """What is wrong with an Account."""
    if type(answer) is not Account or type(answer.budget) is not float or not 0 < answer.budget <= LONGEST_BUDGET:
        return recorded(
            "answered {kind}, not Account, or its budget is not up to {longest_budget:g} s",
            kind=type(answer).__name__,
            longest_budget=LONGEST_BUDGET,
        )
    if not isinstance(answer.headers, Mapping) or not all(map(is_text, (*answer.headers, *answer.headers.values()))):
        return "the headers are not texts by name"
    return "" if type(answer.secrets) is tuple and all(map(is_text, answer.secrets)) else "the secrets are no texts"


def delivery(answer: Any) -> str:
    """What is wrong with a DeliveryResult."""
    fine = type(answer) is DeliveryResult and answer.result in DELIVERIES and is_text(answer.text)
    return "" if fine else recorded("is no DeliveryResult with one of {results}", results=", ".join(DELIVERIES))


def fields(answer: Any) -> str:
    """What is wrong with fields of the sales export."""
    return "" if is_json_object(answer) else "is not a mapping of JSON values"


def addresses(answer: Any) -> str:
    """What is wrong with addresses of receivers."""
    return "" if is_texts(answer) else "these are no addresses"


def _candidate(one: Candidate) -> bool:
    texts = is_text(one.name) and is_optional_text(one.place) and is_text(one.why)
    return texts and type(one.fits) is bool and type(one.chosen) is bool


def reading(answer: Any) -> str:
    """What is wrong with a Reading."""
    if type(answer) is not Reading or not is_texts(answer.notes):
        given = type(answer).__name__
        return recorded("answered {given}, not Reading, or its notes are no texts", given=given)
    whole = is_tuple_of(answer.candidates, Candidate, MOST_CATEGORIES) and all(map(_candidate, answer.candidates))
    return "" if whole else "the candidates are not a tuple of Candidate"


def facts(answer: Any) -> str:
    """What is wrong with the facts of checks, by check."""
    whole = isinstance(answer, Mapping) and all(
        is_text(check) and is_json_object({check: answer[check]}) for check in answer
    )
    return "" if whole else "is not a mapping of JSON values by check"


def advice(answer: Any) -> str:
    """What is wrong with an Advice."""
    return "" if type(answer) is Advice and all(map(is_text, answer)) else "is not an Advice of two texts"


def anything(answer: Any) -> str:
    """Nothing is wrong with an answer that nobody looks at."""
    return ""
